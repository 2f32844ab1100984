"""Routes of sessions and keys."""

from __future__ import annotations

from auth_service.login_sessions import views
from shared_settings.http.urls import path

api = [
    path("auth/refresh", views.RefreshView.as_view()),
    path("auth/logout", views.SignOutView.as_view()),
    path("auth/logout-all", views.SignOutEverywhereView.as_view()),
    path("auth/sessions", views.SessionsView.as_view()),
    path("auth/introspect", views.IntrospectView.as_view(), name="introspect"),
    path("auth/revocations", views.RevocationsView.as_view()),
    path("auth/sessions/<uuid:session_id>", views.SessionView.as_view()),
]
outside = [
    path(".well-known/jwks.json", views.jwks, name="jwks"),
    path(".well-known/oauth-authorization-server", views.server_metadata),
]
