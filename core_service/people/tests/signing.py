"""Signs access tokens as Auth does, with a key of the tests' own."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Sequence
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from jwt.utils import der_to_raw_signature

from shared_settings.http import tokens


def b64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


class SigningKey:
    """A private ES256 key and its public half as a JWK."""

    def __init__(self, kid: str) -> None:
        self.kid = kid
        self.private = ec.generate_private_key(ec.SECP256R1())
        public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.private.public_key()))
        self.jwk: dict[str, Any] = public | {"kid": kid, "use": "sig", "alg": tokens.ALGORITHM}

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """A token with these claims; members of the header that are None are left out."""
        members = {"alg": tokens.ALGORITHM, "kid": self.kid, "typ": tokens.TYPE} | header
        present = {name: value for name, value in members.items() if value is not None}
        return self.sign_bytes(json.dumps(present).encode(), json.dumps(claims).encode())

    def sign_bytes(self, header: bytes, payload: bytes) -> str:
        """A signature over anything (a library would refuse what a test of refusals needs)."""
        signed = f"{b64(header)}.{b64(payload)}"
        signature = self.private.sign(signed.encode(), ec.ECDSA(hashes.SHA256()))
        return f"{signed}.{b64(der_to_raw_signature(signature, self.private.curve))}"


KEY = SigningKey("a-key-of-the-tests")
JWKS = {"keys": [KEY.jwk]}


def claims_for(person_id: uuid.UUID | str, roles: Sequence[str] = (), **changed: Any) -> dict[str, Any]:
    """The claims that Auth writes, some of them changed."""
    now = int(time.time())
    return {
        "iss": settings.TOKEN_ISSUER,
        "aud": settings.TOKEN_AUDIENCE,
        "sub": str(person_id),
        "jti": str(uuid.uuid4()),
        "sid": str(uuid.uuid4()),
        "iat": now,
        "exp": now + 1800,
        "auth_time": now,
        "roles": list(roles),
        "email_verified": True,
    } | changed


def token_for(person_id: uuid.UUID | str, roles: Sequence[str] = (), **changed: Any) -> str:
    """A token that Core believes."""
    return KEY.sign(claims_for(person_id, roles, **changed))


def feed_of(**changed: Any) -> str:
    """What Auth says it has revoked, signed: nothing, but for the claims given; those that are None are left out."""
    now = int(time.time())
    claims = {
        "iss": settings.TOKEN_ISSUER,
        "aud": settings.TOKEN_AUDIENCE,
        "iat": now,
        "exp": now + 60,
        "cursor": repr(changed),
        "sessions": [],
        "users": {},
        "keys": [],
    } | changed
    return KEY.sign({name: value for name, value in claims.items() if value is not None}, typ=tokens.FEED_TYPE)
