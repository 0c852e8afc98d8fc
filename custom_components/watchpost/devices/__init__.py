"""Model, transport and vendors of security devices, free of Home Assistant."""
