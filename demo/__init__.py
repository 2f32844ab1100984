"""Loads a small course and four people through the HTTP APIs of the two services, as any client would."""
