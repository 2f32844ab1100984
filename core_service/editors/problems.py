"""Why somebody is not signed in."""

from __future__ import annotations

from shared_settings.problems import Problem


class SignInRefused(Problem):
    status = 401
    code = "invalid_credentials"
    title = "The email, the password or the code is wrong."


class OtpRequired(SignInRefused):
    code = "otp_required"
    title = "Type a code of your authenticator app or a recovery code, and your password once more."


class TooManySignIns(SignInRefused):
    status = 429
    code = "too_many_requests"
    title = "There were too many attempts."
    detail = "Try again later."


class NotAnAdmin(SignInRefused):
    status = 403
    code = "not_an_admin"
    title = "This account is not an admin's, and only admins may use these pages."
