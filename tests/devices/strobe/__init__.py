"""Tests of the strobe family against the emulated unit."""
