"""Tests of the video servers, without Home Assistant."""
