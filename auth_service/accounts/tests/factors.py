"""A second factor for tests: turned on at once, begun, used and turned off over HTTP."""

from __future__ import annotations

from typing import Any

import pyotp
from django.utils import timezone

from auth_service.accounts import actions
from auth_service.accounts.models import Factor
from auth_service.tests.cast import PASSWORD, ApiClient, Member


def enrol(member: Member, password: str = PASSWORD) -> Any:
    return member.client.post("/auth/mfa/totp", {"password": password})


def turn_on(member: Member) -> tuple[str, list[str]]:
    """The secret and the recovery codes; the present code is unused, as after a while."""
    secret = actions.enrol_totp(user=member.row, password=PASSWORD)
    codes = actions.confirm_totp(user_id=member.user.pk, otp=code_of(secret))
    Factor.objects.update(last_step=0)
    return secret, codes


def code_of(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(timezone.now(), counter_offset=steps)


def wrong_code_of(secret: str) -> str:
    right = {code_of(secret, steps) for steps in range(-2, 3)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555") if code not in right)


def login(otp: str | None = None, password: str = PASSWORD) -> Any:
    body = {"email": "ada@example.org", "password": password} | ({"otp": otp} if otp is not None else {})
    return ApiClient().post("/auth/login", body)


def off_by_delete(member: Member, **body: Any) -> Any:
    return member.client.delete("/auth/mfa/totp", {"password": PASSWORD} | body)


def off_by_post(member: Member, **body: Any) -> Any:
    return member.client.post("/auth/mfa/totp/disable", {"password": PASSWORD} | body)
