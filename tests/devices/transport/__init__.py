"""Tests of how bytes get to devices and back."""
