"""Role → 403. The token knows one role; roles in a course are rows."""

from __future__ import annotations

from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

__all__ = ["AllowAny", "IsAdmin", "IsAuthenticated"]


class IsAdmin(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(getattr(request.user, "is_admin", False))
