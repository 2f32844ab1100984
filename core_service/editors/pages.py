"""The cookie of this service's own pages: it holds who signed in, as what, and until when."""

from __future__ import annotations

import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac
from django.utils.functional import SimpleLazyObject

from core_service.editors import auth_api
from core_service.editors.auth_api import SignedIn
from core_service.people import revocations
from core_service.people.models import Person
from core_service.people.problems import AuthAway
from shared_settings.http.lifetimes import LEEWAY_SECONDS

KEY = "admin"
LONGEST_SECONDS = 8 * 3600
RECHECK_SECONDS = 300  # less than what is revoked stays in the feed, so that nothing is missed in between


def _seal() -> Fernet:
    """Encrypts the refresh token: the cookie is signed only, and travels with every request."""
    return Fernet(urlsafe_b64encode(salted_hmac(__name__, "refresh token", algorithm="sha256").digest()))


def begin(request: HttpRequest, signed_in: SignedIn) -> None:
    """Remember who signed in, and nothing of who was signed in before."""
    request.session.flush()
    request.session[KEY] = {
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


def person_of(request: HttpRequest) -> Person | None:
    """Who is signed in, as far as Auth has been heard of; raises `RevocationsUnknown` when that is long ago."""
    remembered = _current(request.session)
    if remembered is None or not _still_counts(request.session, remembered):
        return None
    return Person.of(uuid.UUID(remembered["id"]), remembered["roles"], remembered["name"])


def _still_counts(session: SessionBase, remembered: dict[str, Any]) -> bool:
    if revocations.is_revoked(session_id=remembered["sid"], person_id=remembered["id"], issued_at=remembered["since"]):
        return False
    revocations.require_news()
    now = time.time()
    if now - remembered["checked"] > RECHECK_SECONDS:
        return _is_confirmed(session, remembered, int(now))
    return True


def _is_confirmed(session: SessionBase, remembered: dict[str, Any], now: int) -> bool:
    """Ask Auth, whose feed forgets what no access token needs: the cookie lives longer. Goes on while Auth is away."""
    refresh = _refresh_in(remembered)
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


def _refresh_in(remembered: dict[str, Any]) -> str | None:
    try:
        return _seal().decrypt(remembered["refresh"]).decode()
    except InvalidToken:
        return None


def refresh_of(request: HttpRequest) -> str | None:
    """The refresh token that ends the session at Auth; None when nobody is signed in."""
    remembered = _current(request.session)
    return _refresh_in(remembered) if remembered else None


def page_user(get_response: Callable[[HttpRequest], HttpResponseBase]) -> object:
    """Set `request.user`; stands inside `shared_settings.http.middleware.Pages`, in place of Django's own."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.user = SimpleLazyObject(lambda: person_of(request) or AnonymousUser())  # type: ignore[assignment]
        return get_response(request)

    return middleware
