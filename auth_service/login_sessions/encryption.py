"""What is stored in secret, at rest: the first of KEY_ENCRYPTION_KEYS encrypts, any of them decrypts.

A key derived from SECRET_KEY stands behind them: it encrypts where there is no setting, and decrypts what was written
before there was one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Undecryptable(Exception):
    """The value was encrypted with a key that this process does not have."""


def _cipher() -> MultiFernet:
    derived = hmac.new(settings.SECRET_KEY.encode(), b"login_sessions.keys", hashlib.sha256).digest()
    keys = [*settings.KEY_ENCRYPTION_KEYS, base64.urlsafe_b64encode(derived).decode()]
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(value: bytes) -> str:
    return _cipher().encrypt(value).decode()


def decrypt(text: str) -> bytes:
    """Raises `Undecryptable`."""
    try:
        return _cipher().decrypt(text.encode())
    except InvalidToken:
        raise Undecryptable from None


def renew(text: str) -> str:
    """The same value, encrypted with the newest key; raises `Undecryptable`."""
    try:
        return _cipher().rotate(text.encode()).decode()
    except InvalidToken:
        raise Undecryptable from None
