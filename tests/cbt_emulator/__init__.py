"""Tests of the emulated cgi_action camera."""
