"""What the family costs a unit and this computer, next to a floor and to a peer."""
