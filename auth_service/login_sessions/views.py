"""Staying signed in, signing out, and the public keys."""

from __future__ import annotations

import time
import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from auth_service.accounts.callers import caller_id, session_of
from auth_service.limits.problems import TooManyAttempts
from auth_service.login_sessions import actions, keys, reads, rules, tokens
from auth_service.login_sessions.authentication import ServiceAuthentication
from auth_service.login_sessions.devices import Device
from auth_service.login_sessions.models import Session
from auth_service.login_sessions.problems import KeysUnusable, RefreshRefused
from auth_service.login_sessions.serializers import (
    IntrospectionRequestSerializer,
    IntrospectionSerializer,
    RefreshSerializer,
    RevocationsQuery,
    RevocationsSerializer,
    SessionSerializer,
    SignOutEverywhereSerializer,
    SignOutSerializer,
    TokenPairSerializer,
)
from shared_settings.etags import tag_of
from shared_settings.http.errors import MethodNotAllowed, problem_response
from shared_settings.http.parsers import StrictUrlEncodedParser
from shared_settings.http.permissions import AllowAny
from shared_settings.http.preconditions import is_not_modified
from shared_settings.http.views import ApiView, ListView


class PublicView(ApiView):
    """Asks nobody who they are; a bad token is refused all the same."""

    permission_classes = [AllowAny]


def token_answer(opened: actions.Opened) -> Response:
    """A pair, which no cache may keep (RFC 6749)."""
    time.sleep(rules.wait_before_token(opened.session.user.tokens_not_before, timezone.now()))
    pair = tokens.pair_of(opened.session, opened.refresh_token, timezone.now())
    return Response(TokenPairSerializer(pair).data, headers={"Cache-Control": "no-store"})


@extend_schema(tags=["Signing in"])
class RefreshView(PublicView):
    serializer_class = RefreshSerializer
    replays = False
    problems = (RefreshRefused, KeysUnusable)

    @extend_schema(operation_id="auth_refresh", responses=TokenPairSerializer)
    def post(self, request: Request) -> Response:
        """A new pair for a refresh token, which is thereby used up.

        Coming again within some seconds (REFRESH_LEEWAY_SECONDS, ten by default) gives the same pair, for a lost answer
        or a second tab. Later it counts as stolen: the session ends. Send no `Authorization` along: an access token
        that has expired is refused here, too.
        """
        opened = actions.refresh_session(refresh_token=self.validated()["refresh"], device=Device.of(request.META))
        return token_answer(opened)


@extend_schema(tags=["Signing in"])
class SignOutView(PublicView):
    serializer_class = SignOutSerializer
    replays = False

    @extend_schema(operation_id="auth_logout", responses={204: None})
    def post(self, request: Request) -> Response:
        """End the session of a refresh token. Answers 204 whatever the token is.

        This service refuses its access tokens at once; other services hear of it within seconds.
        """
        actions.end_by_refresh_token(refresh_token=self.validated()["refresh"])
        return Response(status=204)


@extend_schema(tags=["Sessions"])
class SignOutEverywhereView(ApiView):
    serializer_class = SignOutEverywhereSerializer

    @extend_schema(operation_id="auth_logout_all", responses={204: None})
    def post(self, request: Request) -> Response:
        """End all sessions of the caller, or all others."""
        keep = session_of(request).pk if self.validated()["keep_current"] else None
        actions.sign_out_everywhere(user_id=caller_id(request), keep=keep)
        return Response(status=204)


@extend_schema(tags=["Sessions"])
class SessionsView(ListView):
    serializer_class = SessionSerializer
    queryset = Session.objects.none()
    default_ordering = ("-last_used_at",)

    def get_queryset(self) -> Any:
        return Session.objects.of(caller_id(self.request)).live(timezone.now())

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "current_session_id": session_of(self.request).pk}

    @extend_schema(operation_id="auth_sessions_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The devices on which the caller is signed in, the last used first."""
        return super().get(request, *args, **kwargs)


@extend_schema(tags=["Sessions"])
class SessionView(ApiView):
    serializer_class = SessionSerializer
    has_etag = False

    @extend_schema(operation_id="auth_sessions_destroy", responses={204: None})
    def delete(self, request: Request, session_id: uuid.UUID) -> Response:
        """Sign one's own device out."""
        actions.end_session(session_id=session_id, user_id=caller_id(request))
        return Response(status=204)


@extend_schema(tags=["Services"])
class IntrospectView(ApiView):
    serializer_class = IntrospectionRequestSerializer
    authentication_classes = [ServiceAuthentication]
    parser_classes = [StrictUrlEncodedParser]
    replays = False
    problems = (TooManyAttempts,)

    @extend_schema(operation_id="auth_introspect", responses=IntrospectionSerializer)
    def post(self, request: Request) -> Response:
        """Whether a token counts at this moment, and what of its person is true now (RFC 7662).

        An access token; or, for who says `token_type_hint=refresh_token`, the present refresh token of a session, which
        is not used up by it. To anybody else a refresh token is not active, since no service may take it for a bearer.
        """
        asked = self.validated()
        known: dict[str, Any] = {"active": False}
        if (token := tokens.OwnToken.read(asked["token"])) is not None:
            known = reads.introspection_of_access_token(token.payload)
        elif asked.get("token_type_hint") == "refresh_token":
            known = reads.introspection_of_refresh_token(asked["token"])
        return Response(known, headers={"Cache-Control": "no-store"})


@extend_schema(tags=["Services"])
class RevocationsView(ApiView):
    """What is revoked while tokens of it may still live."""

    is_polled = True
    has_etag = False
    serializer_class = RevocationsSerializer
    authentication_classes = [ServiceAuthentication]
    query_class = RevocationsQuery
    problems = (TooManyAttempts,)

    @extend_schema(operation_id="auth_revocations")
    def get(self, request: Request) -> Response:
        """What to refuse although its signature and its end are good: the revocation feed.

        `feed` is a JWS (ES256, `typ: revocations+jwt`, `kid` as in the JWKS) that is good for a minute, with the claims
        `iss`, `aud`, `iat`, `exp`, `cursor`, and the whole set: `sessions` (each a `sid`), `users` (a `sub`, and the
        `iat` before which its tokens count no more) and `keys` (each a `kid`). The three are left out when `after` is
        the present cursor: nothing has changed. Refuse a feed whose `iat` is before that of the last.
        """
        now = timezone.now()
        present = reads.present_revocations(now)
        content: dict[str, Any] = {"cursor": present.cursor}
        if self.params.get("after") != present.cursor:
            content |= {"sessions": present.sessions, "users": present.users, "keys": present.keys}
        body = {"feed": tokens.signed_feed(content, now), "cursor": present.cursor}
        return Response(self.get_serializer(body).data, headers={"Cache-Control": "no-store"})


def jwks(request: HttpRequest) -> HttpResponse:
    """The public keys (RFC 7517); kept for five minutes, and for a day while we cannot be reached."""
    if request.method not in ("GET", "HEAD"):
        return problem_response(MethodNotAllowed(headers={"Allow": "GET, HEAD"}))
    published = keys.ring.published()
    tag = tag_of(*(key["kid"] for key in published))
    headers = {"ETag": tag, "Cache-Control": "public, max-age=300, stale-if-error=86400"}
    if is_not_modified(request, tag):
        return HttpResponse(status=304, headers=headers)
    return JsonResponse({"keys": published}, headers=headers)


def server_metadata(request: HttpRequest) -> HttpResponse:
    """Where standard libraries find what they need to verify our tokens (RFC 8414); only what there really is.

    People sign in by `POST /auth/login`, which is none of OAuth's grants: there is no endpoint for authorization or
    for tokens. So `response_types_supported`, which would be an empty list, is left out: section 3.2 forbids those, and
    that section 2 requires it is for servers with an authorization endpoint (OpenID4VCI 1.0, 12.3, says so).
    `grant_types_supported` would be another; its default is of grants that need the endpoints which are not there.
    """
    if request.method not in ("GET", "HEAD"):
        return problem_response(MethodNotAllowed(headers={"Allow": "GET, HEAD"}))
    document = {
        "issuer": settings.TOKEN_ISSUER,
        "jwks_uri": request.build_absolute_uri(reverse("jwks")),
        "introspection_endpoint": request.build_absolute_uri(reverse("introspect")),
        "introspection_endpoint_auth_methods_supported": ["Bearer"],
        "service_documentation": request.build_absolute_uri(reverse("docs")),
    }
    return JsonResponse(document, headers={"Cache-Control": "public, max-age=3600"})
