"""Codes of the second factor: those of an authenticator app (TOTP, RFC 6238), and recovery codes."""

from __future__ import annotations

import hashlib
import hmac
import io
import secrets
import uuid
from collections.abc import Iterator
from datetime import datetime

import pyotp
import segno

ISSUER = "Course Platform"
STEP_SECONDS = 30
RECOVERY_CODES = 10
_RECOVERY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read for another
_RECOVERY_LENGTH = 24
_GROUP = 4


def new_secret() -> str:
    return pyotp.random_base32()


def uri_of(secret: str, email: str) -> str:
    """What an authenticator app reads (`otpauth://…`)."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def qr_of(uri: str) -> str:
    """A QR code as SVG; stands in a page as it is, and as an image."""
    out = io.BytesIO()
    segno.make(uri, error="m", micro=False).save(out, kind="svg", scale=4, light="#fff", xmldecl=False, nl=False)
    return out.getvalue().decode()


def normal(code: str) -> str:
    """As it was typed, without the blanks and dashes that make it readable."""
    return "".join(letter for letter in code.casefold() if letter not in " -")


def steps_of(code: str, secret: str, now: datetime) -> Iterator[int]:
    """The time steps of which this is the code; one before and one after the present count, for clocks that differ."""
    totp = pyotp.TOTP(secret)
    present = int(now.timestamp()) // STEP_SECONDS
    for step in (present, present - 1, present + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), normal(code).encode()):
            yield step


def new_recovery_codes() -> list[str]:
    """Ten, each of 118 bits, in groups as a person reads them."""
    codes = ["".join(secrets.choice(_RECOVERY_LETTERS) for _ in range(_RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    return ["-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP)) for code in codes]


def recovery_hash(user_id: uuid.UUID, code: str) -> str:
    """What the database keeps of a recovery code.

    No key of ours is in it, which would have to be kept as long as the code: of 112 bits and more there are too many
    to try them (ASVS 6.5.2).
    """
    return hashlib.sha256(f"{user_id}:{normal(code)}".encode()).hexdigest()
