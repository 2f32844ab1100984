"""Where people are signed in, and the keys that sign: to look at, and sessions to end."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from auth_service.accounts.callers import caller_id
from auth_service.accounts.site import site
from auth_service.login_sessions import actions
from auth_service.login_sessions.models import Session, SigningKey
from shared_settings.admin.screens import ReadOnlyScreen


class IsLive(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return (("live", "live"), ("over", "over"))

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "live":
                return queryset.live(timezone.now())
            case "over":
                return queryset.over(timezone.now())
        return queryset


@admin.register(Session, site=site)
class SessionAdmin(ReadOnlyScreen):
    list_display = ("user", "ip", "user_agent", "auth_time", "last_used_at", "revoked_at")
    list_filter = (IsLive, "revoked_reason", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("user__email", "ip", "user_agent")
    ordering = ("-last_used_at", "-id")
    exclude = ("refresh_token", "previous_refresh_token")
    actions = ("end_chosen",)

    @admin.action(description="End the chosen sessions", permissions=["view"])
    def end_chosen(self, request: HttpRequest, queryset: Any) -> None:
        ended = actions.end_sessions_as_admin(
            session_ids=list(queryset.values_list("pk", flat=True)), actor_id=caller_id(request)
        )
        self.message_user(request, f"Sessions ended: {ended}.")


@admin.register(SigningKey, site=site)
class SigningKeyAdmin(ReadOnlyScreen):
    list_display = ("kid", "state", "created_at", "published_until")
    list_filter = ("state",)
    ordering = ("-created_at",)
    exclude = ("private_key",)
