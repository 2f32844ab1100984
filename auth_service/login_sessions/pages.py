"""The cookie of this service's own pages: it names a session, so that ending the session signs the pages out, too."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from auth_service.login_sessions.models import Session

KEY = "sid"


def begin(request: HttpRequest, session: Session) -> None:
    """Remember who signed in, and nothing of who was signed in before."""
    request.session.flush()
    request.session[KEY] = str(session.pk)


def session_of(request: HttpRequest) -> Session | None:
    """The live session that the signed cookie names; read once a request."""
    if not hasattr(request, "_page_session"):
        request._page_session = _read(request.session.get(KEY))  # type: ignore[attr-defined]
    found: Session | None = request._page_session  # type: ignore[attr-defined]
    return found


def _read(session_id: str | None) -> Session | None:
    if session_id is None:
        return None
    return Session.objects.signed_in(timezone.now()).filter(pk=uuid.UUID(session_id)).first()


def page_user(get_response: Callable[[HttpRequest], HttpResponseBase]) -> object:
    """Set `request.user`; stands inside `shared_settings.http.middleware.Pages`, in place of Django's own."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        def user() -> object:
            session = session_of(request)
            return session.user if session else AnonymousUser()

        request.user = SimpleLazyObject(user)  # type: ignore[assignment]
        return get_response(request)

    return middleware
