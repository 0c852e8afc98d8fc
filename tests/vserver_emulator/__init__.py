"""Tests of the emulated video server."""
