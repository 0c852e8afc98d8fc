"""Tests of the emulated B-VIEW 2 camera."""
