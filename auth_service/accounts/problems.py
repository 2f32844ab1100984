"""What registering, signing in and changing a person may be refused for."""

from __future__ import annotations

from shared_settings.problems import FieldError, Invalid, NotFound, Problem


class InvalidCredentials(Problem):
    """One answer for unknown, wrong, inactive and erased, so that it tells a stranger nothing."""

    status = 401
    code = "invalid_credentials"
    title = "The email or the password is wrong."
    detail = "Check both, or ask for a new password."

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": "Bearer"})


class EmailTaken(Problem):
    status = 409
    code = "email_taken"
    title = "This email belongs to an account."
    detail = "Sign in with it, or ask for a new password."


class WrongPassword(Problem):
    status = 400
    code = "wrong_password"
    title = "The password is wrong."

    def __init__(self, field: str) -> None:
        super().__init__(errors=[FieldError(f"/{field}", self.code, "It is not your password.")])


class InvalidToken(Problem):
    """One answer for bad, used and late."""

    status = 400
    code = "invalid_token"
    title = "The link is not valid."
    detail = "It was used, is too old or never was. Ask for a new one."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("/token", self.code, self.detail)])


class LastSuperuser(Problem):
    status = 409
    code = "last_superuser"
    title = "This is the last active superuser."
    detail = "Make somebody else one first."


class NoSuchUser(NotFound):
    detail = "There is no such user."


def weak_password(field: str, errors: list[tuple[str, str]]) -> Invalid:
    """All that is wrong with a new password, as (code, sentence)."""
    return Invalid(errors=[FieldError(f"/{field}", code, detail) for code, detail in errors])


class AdminsOnly(Problem):
    status = 403
    code = "admins_only"
    title = "These pages are for admins."
