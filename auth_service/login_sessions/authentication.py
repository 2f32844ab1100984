"""The bearer of an access token, as Auth itself sees them: the session and the person are read at every request."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone

from auth_service.login_sessions.models import Session
from auth_service.login_sessions.tokens import OwnToken
from shared_settings.http.authentication import BearerAuthentication, TokenRefused
from shared_settings.http.tokens import VerifiedToken


class SessionAuthentication(BearerAuthentication):
    """`request.user` is the person's row, `request.auth` an `OwnToken` with its `session`."""

    token_class = OwnToken

    def person_of(self, token: VerifiedToken) -> Any:
        try:
            session_id = uuid.UUID(token["sid"])
        except ValueError:
            raise TokenRefused from None
        session = Session.objects.live(timezone.now()).select_related("user").filter(pk=session_id).first()
        if session is None or str(session.user_id) != token["sub"] or not session.user.is_active:
            raise TokenRefused
        token.session = session  # type: ignore[attr-defined]
        return session.user
