"""Tests of the emulated Reolink devices themselves."""
