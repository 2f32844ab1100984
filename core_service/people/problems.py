"""What people cannot be told for."""

from __future__ import annotations

from shared_settings.problems import Unavailable


class AuthSilent(Unavailable):
    """Auth does not answer, or says nothing that can be read; `str` says why, for the log."""

    code = "auth_silent"
