"""What registering, signing in and changing a person may be refused for."""

from __future__ import annotations

from shared_settings.problems import FieldError, Invalid, NotFound, Problem, Unavailable


class InvalidCredentials(Problem):
    """One answer for unknown, wrong, inactive and erased, and for a wrong code, so that it tells a stranger nothing."""

    status = 401
    code = "invalid_credentials"
    title = "The email, the password or the code is wrong."
    detail = "Check them, or ask for a new password. If you were asked for a code: each works once."

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": "Bearer"})


class TooBusy(Unavailable):
    """Too many passwords wait to be hashed."""

    code = "too_busy"
    title = "Too many people are signing in at this moment."
    detail = "Try again in a few seconds."

    def __init__(self) -> None:
        super().__init__(retry_after=2)


class OtpRequired(Problem):
    """Said only to who has given the right password."""

    status = 401
    code = "otp_required"
    title = "This needs a code of the second factor."
    detail = "Send it as `otp`: six digits of the authenticator app, or a recovery code."

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": "Bearer"})


class MfaRequired(Problem):
    status = 403
    code = "mfa_required"
    title = "Admins need a second factor here."
    detail = "Turn one on (`POST /auth/mfa/totp`, then `POST /auth/mfa/totp/confirm`); the role counts from then on."


class WrongCode(Problem):
    status = 400
    code = "wrong_code"
    title = "The code is wrong."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("/otp", self.code, "It is wrong, late, or was used before.")])


class FactorExists(Problem):
    status = 409
    code = "factor_exists"
    title = "This second factor is turned on already."
    detail = "Turn it off first, to turn on another one."


class NothingToConfirm(Problem):
    status = 409
    code = "nothing_to_confirm"
    title = "No second factor waits for its confirmation."
    detail = "Begin with `POST /auth/mfa/totp`; it waits for 30 minutes."


class NoSecondFactor(Problem):
    status = 409
    code = "no_second_factor"
    title = "No second factor is turned on."


class NoSuchFactor(NotFound):
    detail = "No such second factor is turned on."


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

    @classmethod
    def example(cls) -> WrongPassword:
        return cls("password")


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
