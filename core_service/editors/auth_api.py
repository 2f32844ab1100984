"""Signs an admin in and out at the Auth service, server to server."""

from __future__ import annotations

import json
import logging
import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from rest_framework_simplejwt.exceptions import TokenError

from core_service.editors.problems import NotAnAdmin, OtpRequired, SignInRefused, TooManySignIns
from core_service.people import auth_client
from core_service.people.authentication import CoreToken, person_named_by
from core_service.people.problems import AuthAway
from shared_settings.http.authentication import TokenRefused
from shared_settings.http.outgoing import Answer
from shared_settings.problems import Problem

logger = logging.getLogger("editors")

SIGN_IN_SECONDS = 5.0
INTROSPECTION_SECONDS = 2.0


@dataclass(frozen=True)
class Visitor:
    """From where and with what somebody asks: Auth limits and lists sign-ins by it, not by Core's own."""

    address: str
    user_agent: str

    @classmethod
    def of(cls, request: HttpRequest) -> Visitor:
        return cls(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_USER_AGENT", "")[:500])

    def headers(self) -> dict[str, str]:
        return {"X-Forwarded-For": self.address, "User-Agent": self.user_agent}


@dataclass(frozen=True)
class SignedIn:
    """An admin, and the session at Auth by which they are one; `refresh` can end it."""

    person_id: uuid.UUID
    full_name: str
    roles: list[str]
    sid: str
    issued_at: int
    refresh: str


def _post(call: str, body: dict[str, str], visitor: Visitor) -> Answer:
    return auth_client.send("POST", call, seconds=SIGN_IN_SECONDS, headers=visitor.headers(), json=body)


def _refusal(answer: Answer) -> Problem:
    """What Auth's answer to a sign-in means for the person; anything that is not Auth's way to answer is `AuthAway`."""
    if answer.status == TooManySignIns.status:
        seconds = answer.headers.get("Retry-After", "")
        return TooManySignIns(f"Try again in {seconds} seconds." if seconds.isdigit() else None)
    try:
        code = json.loads(answer.body)["code"]
    except auth_client.UNREADABLE:
        code = ""
    if answer.status == SignInRefused.status and code == OtpRequired.code:
        return OtpRequired()
    if answer.status in (400, 401) and code:
        return SignInRefused()
    logger.error("Auth answered a sign-in with %s.", answer.status)
    return AuthAway()


def _read(answer: Answer) -> tuple[SignedIn, bool]:
    """Who signed in, and whether as an admin; the token is verified like everybody's."""
    try:
        body: dict[str, Any] = json.loads(answer.body)
        token = CoreToken(body["access"])
        person = person_named_by(token)
        user, refresh = body["user"], body["refresh"]
        if not isinstance(refresh, str):
            raise TypeError("the refresh token is no text")
        name = str(user.get("full_name") or user.get("email") or "")
    except (TokenError, TokenRefused, *auth_client.UNREADABLE) as error:
        logger.error("Auth answered a sign-in with something unreadable (%s).", type(error).__name__)
        raise AuthAway from None
    return SignedIn(person.id, name, token.roles, token["sid"], token["iat"], refresh), person.is_admin


def sign_in(*, email: str, password: str, otp: str, visitor: Visitor) -> SignedIn:
    """Sign an admin in; raises SignInRefused (or a kind of it), or Unavailable when nobody can be."""
    body = {"email": email, "password": password} | ({"otp": otp} if otp else {})
    answer = _post("auth/login", body, visitor)
    if answer.status != 200:
        raise _refusal(answer)
    signed_in, is_admin = _read(answer)
    if not is_admin:
        sign_out(signed_in.refresh, visitor)
        raise NotAnAdmin
    return signed_in


def roles_behind(refresh: str) -> list[str] | None:
    """The roles that its person has now, None when the session of this refresh token is over; raises `AuthAway`."""
    form = {"token": refresh, "token_type_hint": "refresh_token"}
    return auth_client.ask("auth/introspect", _roles, seconds=INTROSPECTION_SECONDS, form=form, is_needed=False)


def _roles(body: Any) -> list[str] | None:
    return [str(role) for role in body["roles"]] if body["active"] else None


def sign_out(refresh: str, visitor: Visitor) -> None:
    """End the session at Auth. When Auth is away it stays until it expires, and the person is signed out here only."""
    try:
        _post("auth/logout", {"refresh": refresh}, visitor)
    except AuthAway:
        logger.warning("A session at Auth was not ended; it ends by itself.")
