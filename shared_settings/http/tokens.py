"""Access tokens: how one is verified, by whoever holds the public keys (RFC 9068 in SimpleJWT's clothes)."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import jwt
from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError
from rest_framework_simplejwt.tokens import AccessToken

from shared_settings.http.lifetimes import LEEWAY_SECONDS, LONGEST_LIFE_SECONDS

ALGORITHM = "ES256"
TYPE = "at+jwt"
FEED_TYPE = "revocations+jwt"
REQUIRED_CLAIMS = ("exp", "iat", "sub", "jti", "iss", "aud", "sid")
MOST_CHARACTERS = 4096
MOST_REMEMBERED = 4096
# RFC 7515, 7.1; PyJWT also reads padding and the letters of plain Base64.
COMPACT_FORM = r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"


class KeySet(Protocol):
    """Public keys by their `kid`."""

    def find(self, kid: str) -> jwt.PyJWK | None:
        """The key, or None when it is not (or no longer) one of ours; raises `Unavailable` when there are no keys."""
        ...


@dataclass(frozen=True)
class _Remembered:
    kid: str
    key: jwt.PyJWK
    claims: Mapping[str, Any]


class VerifiedBefore:
    """Tokens that were found good, so that the next request with one costs no signature check.

    An entry counts until the token expires and while its key is the very same; of a thousand others, none can be
    here, since only what verified is put in.
    """

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._entries: dict[str, _Remembered] = {}

    def claims_of(self, raw: str, keys: KeySet) -> Mapping[str, Any] | None:
        entry = self._entries.get(raw)
        if entry is None:
            return None
        if entry.claims["exp"] + LEEWAY_SECONDS > time.time() and keys.find(entry.kid) is entry.key:
            return entry.claims
        with self._lock:
            self._entries.pop(raw, None)
        return None

    def remember(self, raw: str, kid: str, key: jwt.PyJWK, claims: Mapping[str, Any]) -> None:
        with self._lock:
            while len(self._entries) >= self._most:
                del self._entries[next(iter(self._entries))]
            self._entries[raw] = _Remembered(kid, key, claims)


_verified_before = VerifiedBefore()


def header_of(raw: str) -> Mapping[str, Any]:
    """The header of a token that is well formed and of our type; `jku`, `x5u` and `jwk` are never looked at."""
    if len(raw) > MOST_CHARACTERS:
        raise TokenBackendError("The token is too long.")
    if not re.fullmatch(COMPACT_FORM, raw):
        raise TokenBackendError("The token is malformed.")
    try:
        header: Mapping[str, Any] = jwt.get_unverified_header(raw)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise TokenBackendError("The token is malformed.") from error
    if header.get("typ") != TYPE or header.get("alg") != ALGORITHM or "crit" in header:
        raise TokenBackendError("The token is not an access token of ours.")
    return header


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def check_shapes(claims: Mapping[str, Any]) -> None:
    """Refuse claims of another type than Auth writes: PyJWT takes an `exp` of "9" or 9.5, later code would not."""
    roles = claims.get("roles", [])
    if not (
        all(_is_whole(claims[name]) for name in ("exp", "iat"))
        and _is_whole(claims.get("auth_time", 0))
        and all(isinstance(claims[name], str) and claims[name] for name in ("sub", "jti", "sid"))
        and isinstance(claims.get("email_verified", False), bool)
        and isinstance(roles, list)
        and all(isinstance(role, str) for role in roles)
    ):
        raise TokenBackendError("A claim of the token is malformed.")
    if claims["exp"] - claims["iat"] > LONGEST_LIFE_SECONDS:
        raise TokenBackendError("The token lives too long.")


def decoded(raw: str, key: jwt.PyJWK, required: Collection[str]) -> dict[str, Any]:
    """The claims of what is signed with this key, is meant for us and has not expired; else raises PyJWT's errors."""
    claims: dict[str, Any] = jwt.decode(
        raw,
        key.key,
        algorithms=[ALGORITHM],
        audience=settings.TOKEN_AUDIENCE,
        issuer=settings.TOKEN_ISSUER,
        leeway=LEEWAY_SECONDS,
        options={"require": list(required), "strict_aud": True},
    )
    return claims


class KeySetBackend(TokenBackend):
    """SimpleJWT's codec over several keys: the token names the key, and the key decides the algorithm."""

    def __init__(self, keys: KeySet) -> None:
        super().__init__(ALGORITHM)
        self.keys = keys

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        raw = token.decode() if isinstance(token, bytes) else token
        known = _verified_before.claims_of(raw, self.keys)
        if known is not None:
            return dict(known)
        kid = header_of(raw).get("kid")
        key = self.keys.find(kid) if isinstance(kid, str) else None
        if not isinstance(kid, str) or key is None:
            raise TokenBackendError("The token was signed with a key that is not ours.")
        try:
            claims = decoded(raw, key, REQUIRED_CLAIMS)
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise TokenBackendError("The token is not valid, or no longer.") from error
        check_shapes(claims)
        _verified_before.remember(raw, kid, key, claims)
        return dict(claims)


class VerifiedToken(AccessToken):
    """An access token as its bearer sent it; subclasses name the keys."""

    keys: KeySet

    def get_token_backend(self) -> TokenBackend:
        return KeySetBackend(self.keys)

    def verify(self) -> None:
        """Nothing is left to check: `KeySetBackend.decode` has checked every claim."""

    @property
    def roles(self) -> list[str]:
        return list(self.get("roles", []))
