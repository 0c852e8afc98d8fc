"""Tests of Watchpost."""
