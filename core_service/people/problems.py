"""What people cannot be told for."""

from __future__ import annotations

from shared_settings.problems import Unavailable


class AuthAway(Unavailable):
    """Auth does not answer, or says nothing that can be read."""

    code = "auth_away"
    title = "The Auth service does not answer."
    detail = "Try again in a minute."
