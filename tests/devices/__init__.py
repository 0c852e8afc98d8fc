"""Tests of the device layer, without Home Assistant."""
