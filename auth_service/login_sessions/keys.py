"""The keys that sign: made once, encrypted at rest, read anew every few seconds by each process."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import time
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from jwt.algorithms import ECAlgorithm

from auth_service.login_sessions import encryption
from auth_service.login_sessions.models import KeyState, SigningKey
from auth_service.login_sessions.problems import KeysUnusable

logger = logging.getLogger("keys")

REREAD_SECONDS = 5.0
UNKNOWN_KID_REREAD_SECONDS = 1.0


def thumbprint(jwk: dict[str, Any]) -> str:
    """RFC 7638, of an EC key."""
    text = json.dumps({name: jwk[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def new_key(state: KeyState) -> SigningKey:
    """A fresh key pair as a row that is not saved yet."""
    kid = "-"
    while kid.startswith("-"):  # as one in 64 does: `revoke_signing_key` would take it for an option
        private = ec.generate_private_key(ec.SECP256R1())
        jwk = ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
        kid = thumbprint(jwk)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return SigningKey(
        kid=kid,
        state=state,
        public_jwk={**jwk, "kid": kid, "alg": "ES256", "use": "sig"},
        private_key=encryption.encrypt(pem),
    )


def private_key_of(row: SigningKey) -> ec.EllipticCurvePrivateKey:
    try:
        pem = encryption.decrypt(row.private_key)
    except encryption.Undecryptable:
        raise KeysUnusable(
            f"the signing key {row.kid} cannot be decrypted: give KEY_ENCRYPTION_KEYS (or SECRET_KEY, from which it is "
            "derived by default) the value with which the key was made."
        ) from None
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeysUnusable(f"the signing key {row.kid} is no ES256 key.")
    return key


def _first_key() -> SigningKey:
    """The first key of a new installation; of several processes that come at once, one makes it."""
    if SigningKey.objects.exists():
        if found := SigningKey.objects.filter(state=KeyState.ACTIVE).first():
            return found  # made by another process since this one looked
        raise KeysUnusable("no signing key is active: run `manage_auth.py rotate_signing_key --at-once`.")
    try:
        with transaction.atomic():
            key = new_key(KeyState.ACTIVE)
            key.save(force_insert=True)
            return key
    except IntegrityError:
        made: SigningKey = SigningKey.objects.get(state=KeyState.ACTIVE)
        return made


@dataclass(frozen=True)
class Signer:
    kid: str
    private_key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class _Known:
    """What was in the table when it was read."""

    read_at: float
    public: dict[str, jwt.PyJWK]
    jwks: list[dict[str, Any]]
    active: SigningKey | None

    def is_older_than(self, seconds: float) -> bool:
        return time.monotonic() - self.read_at > seconds


@dataclass
class KeyRing:
    """This process' view of the table; what another process changes counts here within `reread_seconds`."""

    reread_seconds: float = REREAD_SECONDS
    _known: _Known | None = None
    _signers: dict[str, Signer] = field(default_factory=dict)

    def forget(self) -> None:
        self._known = None
        self._signers = {}

    def _fresh(self, seconds: float) -> _Known:
        known = self._known
        if known is None or known.is_older_than(seconds):
            rows = list(SigningKey.objects.published(timezone.now()).order_by("created_at"))
            known = self._known = _Known(
                read_at=time.monotonic(),
                public={row.kid: jwt.PyJWK(row.public_jwk) for row in rows},
                jwks=[row.public_jwk for row in rows],
                active=next((row for row in rows if row.state == KeyState.ACTIVE), None),
            )
        return known

    def find(self, kid: str) -> jwt.PyJWK | None:
        known = self._fresh(self.reread_seconds).public.get(kid)
        return known or self._fresh(UNKNOWN_KID_REREAD_SECONDS).public.get(kid)

    def signer(self, *, read_anew: bool = False) -> Signer:
        """The key to sign with; makes the first one. Raises `KeysUnusable` when there is none that can be used.

        The table is read anew for what must not be signed with a key that was revoked this second.
        """
        active = self._fresh(0 if read_anew else self.reread_seconds).active
        if active is None:
            active = _first_key()
            self.forget()
        signer = self._signers.get(active.kid)
        if signer is None:
            signer = Signer(active.kid, private_key_of(active))
            self._signers = {active.kid: signer}
        return signer

    def published(self) -> list[dict[str, Any]]:
        """The public keys as JWKs; read anew, since who asks may have met a key that another process has just made."""
        self.signer()
        return self._fresh(0).jwks


ring = KeyRing()


def check() -> None:
    """For `/readyz`: raise unless there is a key that can sign."""
    ring.signer()


def check_at_start() -> None:
    """Make the first key, and raise `KeysUnusable` when there is one that cannot be used, now or when its turn comes.

    A database that does not answer yet, or has no tables yet, does not stop the start; `/readyz` tells of it.
    """
    try:
        ring.signer()
        for standby in SigningKey.objects.filter(state=KeyState.STANDBY):
            private_key_of(standby)
    except DatabaseError as error:
        logger.warning("The signing keys cannot be read yet: %s", error)
    finally:
        connection.close()
