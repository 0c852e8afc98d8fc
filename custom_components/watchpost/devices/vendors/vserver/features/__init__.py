"""What units and their channels offer."""
