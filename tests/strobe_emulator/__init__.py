"""Tests of the emulated strobe itself; they need no Home Assistant."""
