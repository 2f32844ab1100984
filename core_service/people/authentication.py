"""Turns a verified access token into a person."""

from __future__ import annotations

import uuid

from core_service.people.keys import auth_keys
from core_service.people.models import Person
from shared_settings.http.authentication import BearerAuthentication, TokenRefused
from shared_settings.http.tokens import VerifiedToken


class CoreToken(VerifiedToken):
    """An access token of Auth, verified here with Auth's public keys."""

    keys = auth_keys


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

    def person_of(self, token: VerifiedToken) -> Person:
        return person_named_by(token)
