"""What developers and CI run; no service imports it."""
