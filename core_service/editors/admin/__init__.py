"""The screens, one module a noun; importing this package registers them all."""
