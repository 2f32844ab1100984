"""What the signed cookie of the admin's pages holds: who signed in, as what, and until when."""

from __future__ import annotations

import time
import uuid
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import salted_hmac

from core_service.editors import auth_api
from core_service.editors.auth_api import SignedIn
from core_service.editors.problems import AuthAway
from core_service.people import revocations
from core_service.people.models import Person
from shared_settings.http.lifetimes import LEEWAY_SECONDS

KEY = "admin"
LONGEST_SECONDS = 8 * 3600
RECHECK_SECONDS = 300  # less than what is revoked stays in the feed, so that nothing is missed in between


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
        "since": signed_in.issued_at,
        "checked": int(time.time()),
        "until": int(time.time()) + LONGEST_SECONDS,
        "refresh": _seal().encrypt(signed_in.refresh.encode()).decode(),
    }


def _current(session: SessionBase) -> dict[str, Any] | None:
    """What is remembered, unless its time is over: a cookie that is sent on lives no longer for it."""
    remembered: dict[str, Any] | None = session.get(KEY)
    return remembered if remembered and remembered["until"] > time.time() else None


def person_of(session: SessionBase) -> Person | None:
    """Who is signed in, as far as Auth has been heard of; raises `RevocationsUnknown` when that is long ago."""
    remembered = _current(session)
    if remembered is None or not _still_counts(session, remembered):
        return None
    return Person.of(uuid.UUID(remembered["id"]), remembered["roles"], remembered["name"])


def _still_counts(session: SessionBase, remembered: dict[str, Any]) -> bool:
    if revocations.is_revoked(session_id=remembered["sid"], person_id=remembered["id"], issued_at=remembered["since"]):
        return False
    revocations.require_news()
    now = time.time()
    if settings.AUTH_SERVICE_TOKEN and now - remembered["checked"] > RECHECK_SECONDS:
        return _is_confirmed(session, remembered, int(now))
    return True


def _is_confirmed(session: SessionBase, remembered: dict[str, Any], now: int) -> bool:
    """Ask Auth, whose feed forgets what no access token needs: the cookie lives longer. Goes on while Auth is away."""
    refresh = refresh_of(session)
    try:
        roles = auth_api.roles_behind(refresh) if refresh else None
    except AuthAway:
        return True
    if roles is None:
        session.flush()
        return False
    remembered |= {"roles": roles, "since": now - LEEWAY_SECONDS, "checked": now}
    session[KEY] = remembered
    return True


def refresh_of(session: SessionBase) -> str | None:
    """The refresh token that ends the session at Auth; None when nobody is signed in."""
    remembered = _current(session)
    if remembered is None:
        return None
    try:
        return _seal().decrypt(remembered["refresh"]).decode()
    except InvalidToken:
        return None
