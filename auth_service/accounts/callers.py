"""Who calls: what the views and screens of all apps ask, where nobody gets in unknown."""

from __future__ import annotations

import uuid
from typing import cast

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.request import Request

from auth_service.accounts.models import User
from auth_service.login_sessions import pages, rules, tokens
from auth_service.login_sessions.models import Session
from auth_service.login_sessions.problems import ReauthenticationRequired


def caller(request: Request) -> User:
    """The person."""
    return cast("User", request.user)


def caller_id(request: Request | HttpRequest) -> uuid.UUID:
    """Their id; on pages that of the admin."""
    return cast("uuid.UUID", request.user.pk)


def session_of(request: Request | HttpRequest) -> Session:
    """Their session: the bearer's, or that of the pages' cookie."""
    if isinstance(request, Request):
        if isinstance(request.auth, tokens.OwnToken):
            return request.auth.session
        request = request._request
    return cast("Session", pages.session_of(request))


def require_recent_sign_in(request: Request | HttpRequest) -> None:
    """For what a stolen token or an unlocked desk must not do; raises `ReauthenticationRequired` after 15 minutes."""
    if not rules.is_recent(session_of(request).auth_time, timezone.now()):
        raise ReauthenticationRequired
