"""Blueprints, as automations of a home with real devices."""
