"""Tests of the cgi_action cameras."""
