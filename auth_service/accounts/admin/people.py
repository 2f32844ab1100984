"""People: look for them, add, change and erase them, all by the actions that the API uses."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest

from auth_service.accounts import actions
from auth_service.accounts.callers import caller_id, require_recent_sign_in
from auth_service.accounts.models import User
from auth_service.accounts.problems import NoSuchFactor, NoSuchUser
from auth_service.accounts.serializers.people import UserChangesSerializer
from auth_service.accounts.site import site
from shared_settings.admin.forms import RowForm
from shared_settings.admin.screens import WritingScreen
from shared_settings.http.errors import field_errors

CHANGEABLE = ("email", "full_name", "is_active", "is_verified")


class UserForm(RowForm):
    """What an admin may write of somebody."""

    full_name = forms.CharField(required=False, empty_value=None, max_length=200)

    def clean(self) -> dict[str, Any]:
        """Check as the API does, by the serializer."""
        given = {name: value for name, value in self.cleaned_data.items() if name in CHANGEABLE}
        serializer = UserChangesSerializer(data=given, partial=True)
        if not serializer.is_valid():
            for error in field_errors(serializer.errors):
                self.add_error(error.pointer.removeprefix("/"), error.detail)
        return self.cleaned_data

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data if name in CHANGEABLE}


@admin.register(User, site=site)
class UserAdmin(WritingScreen):
    """Passwords are absent on purpose: an admin has a link mailed, by which the person sets one."""

    form = UserForm
    list_display = ("email", "full_name", "state", "since")
    list_filter = ("is_active", "is_superuser", "is_verified", "has_second_factor", "created_at")
    search_fields = ("email", "full_name")
    ordering = ("-created_at", "-id")
    actions = ("mail_password_reset", "sign_out", "turn_off_second_factor")
    readonly_fields = ("id", "pending_email", "has_second_factor", "created_at", "updated_at")

    @admin.display
    def state(self, user: User) -> str:
        """What sets somebody apart: nothing for most people."""
        facts = {
            "inactive": not user.is_active,
            "admin": user.is_superuser,
            "not verified": not user.is_verified,
            "second factor": user.has_second_factor,
        }
        return ", ".join(fact for fact, is_so in facts.items() if is_so)

    @admin.display(ordering="created_at")
    def since(self, user: User) -> date:
        return user.created_at.date()

    def name_actors(self, entries: Sequence[Any]) -> None:
        emails = dict(User.objects.filter(pk__in={entry.actor_id for entry in entries}).values_list("pk", "email"))
        for entry in entries:
            entry.shown_person = emails.get(entry.actor_id, entry.actor_id)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return ["email", "full_name"]
        return [*CHANGEABLE, "is_superuser", *self.readonly_fields, "etag"]

    def add(self, request: HttpRequest, obj: User, form: UserForm) -> User:
        given = form.cleaned_data
        return actions.invite_person(
            email=given["email"], full_name=given.get("full_name"), actor_id=caller_id(request)
        )

    def change(self, request: HttpRequest, obj: User, form: UserForm) -> User:
        if {"email", "is_superuser"} & set(form.changed_data):
            require_recent_sign_in(request)
        user = actions.change_user(
            user_id=obj.pk, changes=form.changes(), actor_id=caller_id(request), expected=form.expected
        )
        if "is_superuser" in form.changed_data:
            user = actions.set_superuser(
                user_id=obj.pk, is_superuser=form.cleaned_data["is_superuser"], actor_id=caller_id(request)
            )
        return user

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What erasing takes along. Django's own way looks into the admin's log, which has no table here."""
        return [str(user) for user in objs], {"users": len(objs)}, set(), []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        require_recent_sign_in(request)
        actions.erase_person(user_id=obj.pk, actor_id=caller_id(request))

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        require_recent_sign_in(request)
        with transaction.atomic():
            for user_id in queryset.order_by("pk").values_list("pk", flat=True):
                actions.erase_person(user_id=user_id, actor_id=caller_id(request))

    @admin.action(description="Mail a link to set a new password", permissions=["change"])
    def mail_password_reset(self, request: HttpRequest, queryset: Any) -> None:
        for email in queryset.values_list("email", flat=True):
            actions.request_password_reset(email=email)
        self.message_user(request, "The links are on their way.")

    @admin.action(description="Turn off a lost second factor", permissions=["change"])
    def turn_off_second_factor(self, request: HttpRequest, queryset: Any) -> None:
        require_recent_sign_in(request)
        having = queryset.filter(has_second_factor=True)
        for user_id in having.values_list("pk", flat=True):
            with suppress(NoSuchUser, NoSuchFactor):  # gone since the question, and so is what was to be turned off
                actions.remove_second_factor(user_id=user_id, actor_id=caller_id(request))
        self.message_user(request, "Turned off; each of them is told by mail.")

    @admin.action(description="Sign out everywhere", permissions=["change"])
    def sign_out(self, request: HttpRequest, queryset: Any) -> None:
        for user_id in queryset.values_list("pk", flat=True):
            with suppress(NoSuchUser):  # erased since the question, and so signed out
                actions.sign_out_user(user_id=user_id, actor_id=caller_id(request))
        self.message_user(request, "Signed out.")
