"""Measurements that are printed and never fail for being slow."""
