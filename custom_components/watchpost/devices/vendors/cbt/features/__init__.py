"""What a camera offers, by subject."""
