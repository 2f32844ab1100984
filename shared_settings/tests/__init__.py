"""Tests of the conventions, on a small service of their own (`settings`, `things`)."""
