"""What families build their features from; knows model and transport, no family."""
