"""Who may call what admins call."""

from __future__ import annotations

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from auth_service.accounts.callers import require_recent_sign_in
from auth_service.accounts.problems import MfaRequired
from auth_service.login_sessions.problems import ReauthenticationRequired
from shared_settings.http import permissions


class IsAdmin(permissions.IsAdmin):
    """Tells an admin whose role waits for a second factor what to do."""

    problems = (MfaRequired,)

    def has_permission(self, request: Request, view: APIView) -> bool:
        if getattr(request.user, "lacks_second_factor", False):
            raise MfaRequired
        return super().has_permission(request, view)


class SignedInRecently(BasePermission):
    """For calls that need a recent sign-in, whatever is in them."""

    problems = (ReauthenticationRequired,)

    def has_permission(self, request: Request, view: APIView) -> bool:
        require_recent_sign_in(request)
        return True
