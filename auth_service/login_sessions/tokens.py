"""Access tokens of ours: the only code that signs (RFC 9068 in SimpleJWT's clothes)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

import jwt
from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenError

from auth_service.login_sessions import keys, rules
from auth_service.login_sessions.models import Session
from auth_service.login_sessions.refresh_tokens import RefreshToken
from shared_settings.http.tokens import ALGORITHM, FEED_TYPE, TYPE, KeySetBackend, VerifiedToken


class _Codec(KeySetBackend):
    """SimpleJWT's own `encode` takes no headers, and without `kid` no verifier finds the key."""

    def encode(self, payload: dict[str, Any]) -> str:
        return _signed(payload, TYPE, keys.ring.signer())


def _signed(payload: dict[str, Any], kind: str, signer: keys.Signer) -> str:
    return jwt.encode(payload, signer.private_key, algorithm=ALGORITHM, headers={"kid": signer.kid, "typ": kind})


def signed_feed(content: dict[str, Any], now: datetime) -> str:
    """What services are told to refuse, as a JWS of its own type, so that it never passes for an access token."""
    issued_at = int(now.timestamp())
    claims = {
        "iss": settings.TOKEN_ISSUER,
        "aud": settings.TOKEN_AUDIENCE,
        "iat": issued_at,
        "exp": issued_at + int(rules.FEED_LIFE.total_seconds()),
        **content,
    }
    return _signed(claims, FEED_TYPE, keys.ring.signer(read_anew=True))


class OwnToken(VerifiedToken):
    """An access token, verified with our own keys. `session` is set once its row was read."""

    keys = keys.ring
    session: Session

    @classmethod
    def read(cls, raw: str) -> Self | None:
        """The token, or None when it is malformed, not ours or late."""
        try:
            return cls(raw)  # type: ignore[arg-type]
        except TokenError:
            return None

    def get_token_backend(self) -> TokenBackend:
        return _Codec(self.keys)


@dataclass(frozen=True)
class TokenPair:
    """What a device gets; `expires_in` is how many seconds `access` lives."""

    access: str
    refresh: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 (RFC 6750's word)


def pair_of(session: Session, refresh_token: RefreshToken, now: datetime) -> TokenPair:
    """An access token for the session, and this refresh token beside it.

    It lives no longer than the session may.
    """
    end = min(now + timedelta(minutes=settings.ACCESS_TOKEN_EXPIRE_MINUTES), session.ends_at)
    issued_at = max(int(now.timestamp()), session.user.tokens_not_before)
    token = OwnToken()
    token.payload = {
        "iss": settings.TOKEN_ISSUER,
        "aud": settings.TOKEN_AUDIENCE,
        "sub": str(session.user_id),
        "sid": str(session.id),
        "jti": uuid.uuid4().hex,
        "iat": issued_at,
        "exp": int(end.timestamp()),
        "auth_time": int(session.auth_time.timestamp()),
        **session.claims_of_person,
    }
    return TokenPair(str(token), refresh_token.text, token.payload["exp"] - issued_at)
