"""Measurements, each a file with its question at the top."""
