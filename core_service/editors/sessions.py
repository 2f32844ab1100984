"""What the signed cookie of the admin's pages holds: who signed in, as what, and until when."""

from __future__ import annotations

import time
import uuid
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import salted_hmac

from core_service.editors.auth_api import SignedIn
from core_service.people.models import Person

KEY = "signed_in"
LONGEST_SECONDS = 8 * 3600


def _seal() -> Fernet:
    """Encrypts the refresh token: the cookie is signed only, and travels with every request."""
    return Fernet(urlsafe_b64encode(salted_hmac(__name__, "refresh token", algorithm="sha256").digest()))


def begin(session: SessionBase, signed_in: SignedIn) -> None:
    """Remember who signed in, and nothing of who was signed in before."""
    session.flush()
    session[KEY] = {
        "id": str(signed_in.person_id),
        "name": signed_in.full_name,
        "roles": signed_in.roles,
        "sid": signed_in.sid,
        "until": int(time.time()) + LONGEST_SECONDS,
        "refresh": _seal().encrypt(signed_in.refresh.encode()).decode(),
    }


def _current(session: SessionBase) -> dict[str, Any] | None:
    """What is remembered, unless its time is over: a cookie that is sent on lives no longer for it."""
    remembered: dict[str, Any] | None = session.get(KEY)
    return remembered if remembered and remembered["until"] > time.time() else None


def person_of(session: SessionBase) -> Person | None:
    remembered = _current(session)
    if remembered is None:
        return None
    return Person.of(uuid.UUID(remembered["id"]), remembered["roles"], remembered["name"])


def refresh_of(session: SessionBase) -> str | None:
    """The refresh token that ends the session at Auth; None when nobody is signed in."""
    remembered = _current(session)
    if remembered is None:
        return None
    try:
        return _seal().decrypt(remembered["refresh"]).decode()
    except InvalidToken:
        return None
