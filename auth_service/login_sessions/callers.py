"""What the views of all apps need to know of who calls, and how they answer with tokens."""

from __future__ import annotations

import uuid
from typing import cast

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from auth_service.login_sessions import actions, pages, rules, tokens
from auth_service.login_sessions.models import Session
from auth_service.login_sessions.problems import ReauthenticationRequired
from auth_service.login_sessions.serializers import TokenPairSerializer
from shared_settings.http.permissions import AllowAny
from shared_settings.http.views import ApiView


def caller_id(request: Request | HttpRequest) -> uuid.UUID:
    """Who asks, where nobody gets in without a token, and on pages whose admin it is."""
    return cast("uuid.UUID", request.user.pk)


def session_of(request: Request) -> Session:
    """The caller's session, where nobody gets in without one: the bearer's, or that of the pages' cookie."""
    if isinstance(request.auth, tokens.OwnToken):
        return request.auth.session
    return cast("Session", pages.session_of(request._request))


def require_recent_sign_in(request: Request) -> None:
    """For what a stolen token or an unlocked desk must not do; raises `ReauthenticationRequired` after 15 minutes."""
    if not rules.is_recent(session_of(request).auth_time, timezone.now()):
        raise ReauthenticationRequired


class SignedInRecently(BasePermission):
    """For calls that need a recent sign-in, whatever is in them."""

    problems = (ReauthenticationRequired,)

    def has_permission(self, request: Request, view: APIView) -> bool:
        require_recent_sign_in(request)
        return True


class PublicView(ApiView):
    """Asks nobody who they are; a bad token is refused all the same."""

    permission_classes = [AllowAny]


def token_answer(opened: actions.Opened) -> Response:
    """A pair, which no cache may keep (RFC 6749)."""
    pair = tokens.pair_of(opened.session, opened.refresh_token, timezone.now())
    return Response(TokenPairSerializer(pair).data, headers={"Cache-Control": "no-store"})
