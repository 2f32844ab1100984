"""Signing in to this service's own pages: the admin, and from there the browsable API."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from auth_service.accounts import passwords
from auth_service.accounts.models import User


class PageSignIn(BaseBackend):
    """Django's sign-in by our email and password; who is inactive meanwhile is nobody."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        email, password = credentials.get("username"), credentials.get("password")
        if not isinstance(email, str) or not isinstance(password, str) or len(password) > passwords.LONGEST:
            return None
        user: User | None = User.objects.with_email(email).first()
        is_right = passwords.matches(password, user)
        return user if user is not None and is_right and user.is_active else None

    def get_user(self, user_id: Any) -> User | None:
        user: User | None = User.objects.filter(pk=user_id, is_active=True).first()
        return user
