"""The B-VIEW 2 family against its emulated camera."""
