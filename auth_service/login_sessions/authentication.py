"""Who asks: the bearer of an access token, whose session and row are read at every request, or another service."""

from __future__ import annotations

from hmac import compare_digest
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from auth_service.limits import actions as limit_actions
from auth_service.limits import rules as limits
from auth_service.login_sessions import reads
from auth_service.login_sessions.devices import Device
from auth_service.login_sessions.tokens import OwnToken
from shared_settings.http.authentication import CHALLENGE, BearerAuthentication, TokenRefused
from shared_settings.http.errors import Unauthenticated
from shared_settings.http.tokens import VerifiedToken


class SessionAuthentication(BearerAuthentication):
    """`request.user` is the person's row, `request.auth` an `OwnToken` with its `session`."""

    token_class = OwnToken

    def person_of(self, token: VerifiedToken) -> Any:
        session = reads.live_session_of(token.payload)
        if session is None:
            raise TokenRefused
        token.session = session  # type: ignore[attr-defined]
        return session.user


class Service:
    """Another service of this platform; it is nobody's account and has no role."""

    is_authenticated = True
    is_admin = False
    pk = "service"


def _is_of_a_service(header: str) -> bool:
    scheme, _, given = header.strip().partition(" ")
    # All are compared, whichever fits, so that the time tells nothing.
    fits = [compare_digest(given.strip().encode(), token.encode()) for token in settings.SERVICE_TOKENS]
    return scheme.lower() == "bearer" and any(fits)


class ServiceAuthentication(BaseAuthentication):
    """A service proves itself with one of `SERVICE_TOKENS`; there are several, so that they can be rotated."""

    def authenticate(self, request: Request) -> tuple[Service, None] | None:
        header = request.META.get("HTTP_AUTHORIZATION")
        if header is None:
            raise Unauthenticated("Send one of SERVICE_TOKENS as the bearer.", headers={"WWW-Authenticate": CHALLENGE})
        if not _is_of_a_service(header):
            # Whoever knows a token is never made to wait because somebody else behind the same address guesses.
            limit_actions.count_attempt(limits.SERVICE_TOKEN.of(Device.of(request.META).network))
            raise TokenRefused("This call is for services: send one of SERVICE_TOKENS as the bearer.")
        return Service(), None

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


class ServiceOrPersonAuthentication(ServiceAuthentication):
    """Lets a service in, and leaves everybody else to the next class."""

    def authenticate(self, request: Request) -> tuple[Service, None] | None:
        header = request.META.get("HTTP_AUTHORIZATION")
        return (Service(), None) if header is not None and _is_of_a_service(header) else None


class ServiceTokenScheme(OpenApiAuthenticationExtension):
    target_class = ServiceAuthentication
    name = "serviceToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "One of Auth's `SERVICE_TOKENS`."}


class ServiceOrPersonScheme(OpenApiAuthenticationExtension):
    """Names the scheme above without defining it again."""

    target_class = ServiceOrPersonAuthentication
    name: list[str] = []

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[Any]]]:
        return [{ServiceTokenScheme.name: []}]

    def get_security_definition(self, auto_schema: Any) -> list[Any]:
        return []
