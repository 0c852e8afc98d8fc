"""A real Home Assistant with emulated devices, to look at or to check."""
