"""How bytes get to devices and back; knows no vendor."""
