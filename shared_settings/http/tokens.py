"""Access tokens: how one is verified, by whoever holds the public keys (RFC 9068 in SimpleJWT's clothes)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import jwt
from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError
from rest_framework_simplejwt.tokens import AccessToken

ALGORITHM = "ES256"
TYPE = "at+jwt"
REQUIRED_CLAIMS = ("exp", "iat", "sub", "jti", "iss", "aud", "sid")
MOST_CHARACTERS = 4096
LEEWAY_SECONDS = 5
LONGEST_LIFE_SECONDS = 24 * 3600


class KeySet(Protocol):
    """Public keys by their `kid`."""

    def find(self, kid: str) -> jwt.PyJWK | None:
        """The key, or None when it is not (or no longer) one of ours; raises `Unavailable` when there are no keys."""
        ...


def header_of(raw: str) -> Mapping[str, Any]:
    """The header of a token that is well formed and of our type; `jku`, `x5u` and `jwk` are never looked at."""
    if len(raw) > MOST_CHARACTERS:
        raise TokenBackendError("The token is too long.")
    try:
        header: Mapping[str, Any] = jwt.get_unverified_header(raw)
    except jwt.PyJWTError as error:
        raise TokenBackendError("The token is malformed.") from error
    if header.get("typ") != TYPE or header.get("alg") != ALGORITHM or "crit" in header:
        raise TokenBackendError("The token is not an access token of ours.")
    return header


class KeySetBackend(TokenBackend):
    """SimpleJWT's codec over several keys: the token names the key, and the key decides the algorithm."""

    def __init__(self, keys: KeySet) -> None:
        super().__init__(ALGORITHM)
        self.keys = keys

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        raw = token.decode() if isinstance(token, bytes) else token
        kid = header_of(raw).get("kid")
        key = self.keys.find(kid) if isinstance(kid, str) else None
        if key is None:
            raise TokenBackendError("The token was signed with a key that is not ours.")
        try:
            claims: dict[str, Any] = jwt.decode(
                raw,
                key.key,
                algorithms=[ALGORITHM],
                audience=settings.TOKEN_AUDIENCE,
                issuer=settings.TOKEN_ISSUER,
                leeway=LEEWAY_SECONDS,
                options={"require": list(REQUIRED_CLAIMS), "strict_aud": True},
            )
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise TokenBackendError("The token is not valid, or no longer.") from error
        if claims["exp"] - claims["iat"] > LONGEST_LIFE_SECONDS:
            raise TokenBackendError("The token lives too long.")
        return claims


class VerifiedToken(AccessToken):
    """An access token as its bearer sent it; subclasses name the keys."""

    keys: KeySet

    def get_token_backend(self) -> TokenBackend:
        return KeySetBackend(self.keys)

    def verify(self) -> None:
        """Nothing is left to check: `KeySetBackend.decode` has checked every claim."""
