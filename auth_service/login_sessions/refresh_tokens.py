"""Refresh tokens: each names its session and its number, proves that we made it, and leads to its one successor."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from typing import Self

from django.utils.crypto import salted_hmac

_SIZES = (16, 4, 32, 32)  # session, number, secret, MAC
_LENGTH = sum(_SIZES) // 3 * 4  # in base64url, without padding


def _keyed(purpose: str, content: bytes) -> bytes:
    return salted_hmac(f"login_sessions.refresh_tokens.{purpose}", content, algorithm="sha256").digest()


@dataclass(frozen=True)
class RefreshToken:
    """The `number`-th token of a session.

    The first secret is random. Each further one follows from it by a keyed hash, so that whoever comes twice with one
    token gets the same successor, and neither the database nor SECRET_KEY alone is enough to make one.
    """

    session_id: uuid.UUID
    number: int
    secret: bytes

    @classmethod
    def new(cls, session_id: uuid.UUID, number: int = 0) -> Self:
        return cls(session_id, number, secrets.token_bytes(32))

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The token, or None when it is malformed or not made by us."""
        if len(text) != _LENGTH:
            return None
        try:
            raw = base64.b64decode(text, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        signed, mac = raw[:-32], raw[-32:]
        if not hmac.compare_digest(mac, _keyed("mac", signed)):
            return None
        token = cls(uuid.UUID(bytes=signed[:16]), int.from_bytes(signed[16:20]), signed[20:])
        return token if token.text == text else None  # `b64decode` also reads the letters of plain Base64

    @property
    def _signed(self) -> bytes:
        return self.session_id.bytes + self.number.to_bytes(4) + self.secret

    @property
    def text(self) -> str:
        return base64.urlsafe_b64encode(self._signed + _keyed("mac", self._signed)).decode()

    @property
    def hash(self) -> str:
        """What the database keeps."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def successor(self) -> Self:
        return type(self)(self.session_id, self.number + 1, _keyed("successor", self._signed))
