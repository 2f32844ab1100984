"""One-time tokens as text, and the links that carry them: made when a mail is written, stored nowhere."""

from __future__ import annotations

import base64
import binascii
import hmac
import uuid
from urllib.parse import urlencode

from django.conf import settings
from django.utils.crypto import salted_hmac

from auth_service.accounts.models import OneTimeToken, Purpose

_NO_ROW = uuid.UUID(int=0)
_LENGTH = 64  # 16 bytes of id and 32 of MAC in base64url
_PAGES = {
    Purpose.VERIFY_EMAIL: "verify-email",
    Purpose.CHANGE_EMAIL: "verify-email",
    Purpose.RESET_PASSWORD: "reset-password",
}


def _mac(row: OneTimeToken) -> bytes:
    """Over the whole row: whoever can write to the database still cannot make a link to somebody else's account."""
    text = "\n".join((str(row.pk), row.purpose, str(row.user_id), row.address, row.expires_at.isoformat()))
    return salted_hmac("accounts.links", text, algorithm="sha256").digest()


def token_of(row: OneTimeToken) -> str:
    return base64.urlsafe_b64encode(row.pk.bytes + _mac(row)).decode()


def row_named_by(token: str) -> uuid.UUID:
    """The id of the row that a token names, still to be proved; one that no row has when it is malformed."""
    if len(token) != _LENGTH:
        return _NO_ROW
    try:
        return uuid.UUID(bytes=base64.b64decode(token, altchars=b"-_", validate=True)[:16])
    except (binascii.Error, ValueError):
        return _NO_ROW


def is_proof_of(token: str, row: OneTimeToken) -> bool:
    return hmac.compare_digest(token.encode(), token_of(row).encode())


def link_of(row: OneTimeToken) -> str:
    """The link; it leads to the front end, wherever the request came from."""
    return f"{settings.FRONTEND_URL}/{_PAGES[Purpose(row.purpose)]}?{urlencode({'token': token_of(row)})}"
