"""Tests of how events get in."""
