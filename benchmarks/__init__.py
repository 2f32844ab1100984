"""Measurements of the running services: `python -m benchmarks --help`, and docs/benchmarks.md for what they say."""
