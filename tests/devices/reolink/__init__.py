"""The reolink family against its emulator."""
