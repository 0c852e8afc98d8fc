"""Tests of what the families share."""
