"""Signs an admin in and out at the Auth service, server to server."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from django.conf import settings
from django.http import HttpRequest
from rest_framework_simplejwt.exceptions import TokenError

from core_service.editors.problems import AuthAway, NotAnAdmin, OtpRequired, SignInRefused, TooManySignIns
from core_service.people.authentication import CoreToken, person_named_by
from shared_settings import trace
from shared_settings.http.authentication import TokenRefused
from shared_settings.problems import Problem

logger = logging.getLogger("editors")

TIMEOUT_SECONDS = 5.0
RECHECK_TIMEOUT_SECONDS = 2.0
COOLDOWN_SECONDS = 10.0

_quiet_until = float("-inf")


@dataclass(frozen=True)
class Visitor:
    """From where and with what somebody asks: Auth limits and lists sign-ins by it, not by Core's own."""

    address: str
    user_agent: str

    @classmethod
    def of(cls, request: HttpRequest) -> Visitor:
        return cls(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_USER_AGENT", "")[:500])

    def headers(self) -> dict[bytes, bytes]:
        sent = {b"X-Forwarded-For": self.address, b"User-Agent": self.user_agent}
        return {name: value.encode("latin-1", "replace") for name, value in sent.items()}


@dataclass(frozen=True)
class SignedIn:
    """An admin, and the session at Auth by which they are one; `refresh` can end it."""

    person_id: uuid.UUID
    full_name: str
    roles: list[str]
    sid: str
    issued_at: int
    refresh: str


def _post(call: str, body: Mapping[str, str], visitor: Visitor) -> httpx.Response:
    """Auth's answer; raises AuthAway without one."""
    url = f"{settings.AUTH_SERVICE_URL}/{settings.API_PREFIX}/auth/{call}"
    own = {b"Accept": b"application/json", b"X-Request-ID": trace.request_id.get().encode()}
    headers = own | visitor.headers()
    try:
        return httpx.post(
            url, json=body, headers=headers, timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        logger.warning("Auth does not answer a %s (%s).", call, type(error).__name__)
        raise AuthAway from None


def _refusal(response: httpx.Response) -> Problem:
    """What Auth's answer to a sign-in means for the person; anything that is not Auth's way to answer is `AuthAway`."""
    if response.status_code == TooManySignIns.status:
        seconds = response.headers.get("Retry-After", "")
        return TooManySignIns(f"Try again in {seconds} seconds." if seconds.isdigit() else None)
    try:
        code = response.json()["code"]
    except (ValueError, TypeError, KeyError):
        code = ""
    if response.status_code == SignInRefused.status and code == OtpRequired.code:
        return OtpRequired()
    if response.status_code in (400, 401) and code:
        return SignInRefused()
    logger.error("Auth answered a sign-in with %s.", response.status_code)
    return AuthAway()


def _read(response: httpx.Response) -> tuple[SignedIn, bool]:
    """Who signed in, and whether as an admin; the token is verified like everybody's."""
    try:
        body: dict[str, Any] = response.json()
        token = CoreToken(body["access"])
        person = person_named_by(token)
        user, refresh = body["user"], body["refresh"]
        if not isinstance(refresh, str):
            raise TypeError("the refresh token is no text")
        name = str(user.get("full_name") or user.get("email") or "")
    except (TokenError, TokenRefused, ValueError, TypeError, KeyError, AttributeError) as error:
        logger.error("Auth answered a sign-in with something unreadable (%s).", type(error).__name__)
        raise AuthAway from None
    return SignedIn(person.id, name, token.roles, token["sid"], token["iat"], refresh), person.is_admin


def sign_in(*, email: str, password: str, otp: str, visitor: Visitor) -> SignedIn:
    """Sign an admin in; raises SignInRefused (or a kind of it), or Unavailable when nobody can be."""
    body = {"email": email, "password": password} | ({"otp": otp} if otp else {})
    response = _post("login", body, visitor)
    if response.status_code != httpx.codes.OK:
        raise _refusal(response)
    signed_in, is_admin = _read(response)
    if not is_admin:
        sign_out(signed_in.refresh, visitor)
        raise NotAnAdmin
    return signed_in


def roles_behind(refresh: str) -> list[str] | None:
    """The roles that its person has now, None when the session of this refresh token is over; raises `AuthAway`.

    While Auth does not answer it is asked at most every ten seconds, since each page would wait for it.
    """
    global _quiet_until
    if time.monotonic() < _quiet_until:
        raise AuthAway
    try:
        answer = httpx.post(
            f"{settings.AUTH_SERVICE_URL}/{settings.API_PREFIX}/auth/introspect",
            data={"token": refresh, "token_type_hint": "refresh_token"},
            headers={"Authorization": f"Bearer {settings.AUTH_SERVICE_TOKEN}"},
            timeout=RECHECK_TIMEOUT_SECONDS,
            follow_redirects=False,
            trust_env=False,
        )
        answer.raise_for_status()
        body = answer.json()
        return [str(role) for role in body["roles"]] if body["active"] else None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError, KeyError) as error:
        logger.warning("Auth does not say whether a session counts (%s).", type(error).__name__)
        _quiet_until = time.monotonic() + COOLDOWN_SECONDS
        raise AuthAway from None


def sign_out(refresh: str, visitor: Visitor) -> None:
    """End the session at Auth. When Auth is away it stays until it expires, and the person is signed out here only."""
    try:
        _post("logout", {"refresh": refresh}, visitor)
    except AuthAway:
        logger.warning("A session at Auth was not ended; it ends by itself.")
