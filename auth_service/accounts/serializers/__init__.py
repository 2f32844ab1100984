"""The shapes of people and of what they send, a module a noun."""
