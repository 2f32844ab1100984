"""Turns a verified access token into a person."""

from __future__ import annotations

import uuid
from typing import Any

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from core_service.people import reads, revocations
from core_service.people.models import Person
from core_service.people.revocations import UnrevokedKeys
from shared_settings.http.authentication import BearerAuthentication, TokenRefused
from shared_settings.http.tokens import VerifiedToken


class CoreToken(VerifiedToken):
    """An access token of Auth, verified here with Auth's public keys."""

    keys = UnrevokedKeys()


def person_named_by(token: VerifiedToken) -> Person:
    """The person of a verified token; raises `TokenRefused` when it names none."""
    try:
        person_id = uuid.UUID(token["sub"])
    except ValueError:
        raise TokenRefused from None
    if str(person_id) != token["sub"]:  # UUID() also reads braces and a missing dash
        raise TokenRefused
    return Person.of(person_id, token.roles)


class TokenAuthentication(BearerAuthentication):
    token_class = CoreToken

    def authenticate(self, request: Request) -> tuple[Any, VerifiedToken] | None:
        """Who asks. Nobody who was erased gets to a write, also while Auth's revocations are not heard."""
        found = super().authenticate(request)
        is_write = request.method not in SAFE_METHODS
        if found is not None and is_write and not revocations.are_fresh() and reads.is_erased(found[0].id):
            raise TokenRefused
        return found

    def person_of(self, token: VerifiedToken) -> Person:
        """The person, unless Auth has revoked the token since; an admin only while Auth is heard of."""
        if revocations.is_revoked(session_id=token["sid"], person_id=token["sub"], issued_at=token["iat"]):
            raise TokenRefused
        person = person_named_by(token)
        if person.is_admin:
            revocations.require_news()
        return person
