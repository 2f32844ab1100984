"""Signs access tokens as Auth does, with a key of the tests' own."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Sequence
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from shared_settings.http import tokens


class SigningKey:
    """A private ES256 key and its public half as a JWK."""

    def __init__(self, kid: str) -> None:
        self.kid = kid
        self.private = ec.generate_private_key(ec.SECP256R1())
        public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.private.public_key()))
        self.jwk: dict[str, Any] = public | {"kid": kid, "use": "sig", "alg": tokens.ALGORITHM}

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """A token with these claims; members of the header that are None are left out."""
        headers = {"kid": self.kid, "typ": tokens.TYPE} | header
        return jwt.encode(claims, self.private, tokens.ALGORITHM, headers=headers)


KEY = SigningKey("a-key-of-the-tests")
JWKS = {"keys": [KEY.jwk]}


def claims_for(person_id: uuid.UUID | str, roles: Sequence[str] = (), **changed: Any) -> dict[str, Any]:
    """The claims that Auth writes; those given as None are left out."""
    now = int(time.time())
    claims = {
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
    return {name: value for name, value in claims.items() if value is not None}


def token_for(person_id: uuid.UUID | str, roles: Sequence[str] = (), **changed: Any) -> str:
    """A token that Core believes."""
    return KEY.sign(claims_for(person_id, roles, **changed))
