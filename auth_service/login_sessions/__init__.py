"""Devices: where people are signed in, and the keys that sign their tokens."""
