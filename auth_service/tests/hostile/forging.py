"""Tokens by hand: a library would refuse to write most of what an attacker can."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from jwt.utils import der_to_raw_signature

from auth_service.login_sessions import keys
from auth_service.tests.cast import Member


def b64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def signed(header: bytes, payload: bytes, private: ec.EllipticCurvePrivateKey) -> str:
    text = f"{b64url(header)}.{b64url(payload)}"
    der = private.sign(text.encode(), ec.ECDSA(hashes.SHA256()))
    return f"{text}.{b64url(der_to_raw_signature(der, private.curve))}"


class Thief:
    """Somebody with a key of their own."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.jwk = ECAlgorithm.to_jwk(self.private.public_key(), as_dict=True)


@dataclass(frozen=True)
class Forge:
    """A good access token taken apart, and the key that signed it, for tokens that are almost as good."""

    access: str
    header: dict[str, Any]
    claims: dict[str, Any]
    private: ec.EllipticCurvePrivateKey
    jwk: dict[str, Any]

    @classmethod
    def of(cls, member: Member) -> Forge:
        header, claims = (json.loads(decoded(part)) for part in member.pair.access.split(".")[:2])
        jwk = next(jwk for jwk in keys.ring.published() if jwk["kid"] == header["kid"])
        return cls(member.pair.access, header, claims, keys.ring.signer().private_key, jwk)

    def made(
        self,
        claims: dict[str, Any] | None = None,
        *,
        header: dict[str, Any] | None = None,
        by: ec.EllipticCurvePrivateKey | None = None,
    ) -> str:
        """A signed token with some claims or members of the header changed; without those that are None."""
        parts = [
            {name: value for name, value in (old | (new or {})).items() if value is not None}
            for old, new in ((self.header, header), (self.claims, claims))
        ]
        first, second = (json.dumps(part).encode() for part in parts)
        return signed(first, second, by or self.private)
