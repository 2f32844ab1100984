"""What signing in to a device and staying there may be refused for."""

from __future__ import annotations

from shared_settings.problems import NotFound, Problem, Unavailable


class RefreshRefused(Problem):
    """One answer for dead, unknown and reused, so that it tells a thief nothing."""

    status = 401
    code = "invalid_refresh_token"
    title = "The refresh token is not valid."
    detail = "It was used, has ended or never was. Sign in again."

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": "Bearer"})


class ReauthenticationRequired(Problem):
    status = 403
    code = "reauthentication_required"
    title = "This needs a recent sign-in."
    detail = "Sign in again, then repeat it within 15 minutes."


class NoSuchSession(NotFound):
    detail = "You have no such session."


class KeysUnusable(Unavailable):
    """There is no key to sign with; `sentence` tells the operator why, the client learns only that it is so."""

    code = "keys_unusable"

    def __init__(self, sentence: str) -> None:
        super().__init__("The service has no key to sign with.")
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence

    @classmethod
    def example(cls) -> KeysUnusable:
        return cls("")


class NoSuchKey(NotFound):
    detail = "There is no such key."
