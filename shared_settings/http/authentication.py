"""Who asks: the bearer of an access token, or who signed in to this service's own pages."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from rest_framework import exceptions
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import TokenError

from shared_settings.http.tokens import COMPACT_FORM, VerifiedToken
from shared_settings.problems import Problem

_BEARER = re.compile(rf"(?i:bearer) +({COMPACT_FORM})")
CHALLENGE = 'Bearer realm="api"'


class TokenRefused(Problem):
    status = 401
    code = "invalid_token"
    title = "The access token is not valid."
    detail = "It is malformed, expired or ended. Refresh it, or sign in again."

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": f'{CHALLENGE}, error="invalid_token"'})


class BearerAuthentication(JWTAuthentication):
    """Subclasses name the token class, which knows the keys, and turn a verified token into a person."""

    token_class: ClassVar[type[VerifiedToken]]

    def authenticate(self, request: Request) -> tuple[Any, VerifiedToken] | None:
        header = request.META.get("HTTP_AUTHORIZATION")
        if header is None:
            return None
        match = _BEARER.fullmatch(header.strip())
        if match is None:
            raise TokenRefused(
                "`Authorization` holds none: send `Bearer <access token>`, or leave it out where none is needed."
            )
        token = self.verified(match[1])
        return self.person_of(token), token

    def verified(self, raw: str) -> VerifiedToken:
        try:
            return self.token_class(raw)  # type: ignore[arg-type]
        except TokenError:
            raise TokenRefused from None

    def person_of(self, token: VerifiedToken) -> Any:
        """The person that the token names; raises `TokenRefused` when there is none any more."""
        raise NotImplementedError

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


class PageSession(SessionAuthentication):
    """The cookie of this service's pages, for the browsable API; every write by it passes the CSRF check."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        if not hasattr(request._request, "session"):
            return None
        return super().authenticate(request)

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied:
            raise CsrfFailed from None


class CsrfFailed(Problem):
    status = 403
    code = "csrf_failed"
    title = "The CSRF token is missing or wrong."
    detail = "A request with the pages' cookie needs the `X-CSRFToken` of that page. Programs send a bearer token."
