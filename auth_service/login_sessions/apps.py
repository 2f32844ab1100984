"""The Django app of sessions and signing keys."""

from __future__ import annotations

from django.apps import AppConfig


class LoginSessionsConfig(AppConfig):
    name = "auth_service.login_sessions"
    label = "login_sessions"
    verbose_name = "Sign-ins"
