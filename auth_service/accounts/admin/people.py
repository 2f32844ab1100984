"""People: look for them, add, change and erase them, all by the actions that the API uses."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from auth_service.accounts import actions
from auth_service.accounts.admin.base import Screen, actor_id, sentence_of
from auth_service.accounts.models import User
from auth_service.accounts.serializers.people import UserChangesSerializer
from auth_service.accounts.site import site
from auth_service.login_sessions import pages, rules
from auth_service.login_sessions.problems import ReauthenticationRequired
from shared_settings.etags import Expected, row_etag
from shared_settings.http.errors import field_errors
from shared_settings.problems import PreconditionFailed, Problem

CHANGED_MEANWHILE = (
    "Somebody else has changed this meanwhile, so nothing was saved. What you typed is still here: "
    "open the page once more in another tab to see what it is now."
)
CHANGEABLE = ("email", "full_name", "is_active", "is_verified")


class Refused(Exception):
    """Carries a refusal out of the page's transaction, so that nothing of the page is saved."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


class UserForm(forms.ModelForm):
    """What an admin may write of somebody; a page that is shown again after a refusal is told it by `refusal`."""

    refusal: Problem | None = None

    etag = forms.CharField(required=False, widget=forms.HiddenInput)
    full_name = forms.CharField(required=False, empty_value=None, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial["etag"] = row_etag(self.instance)

    def clean(self) -> dict[str, Any]:
        """Check as the API does, by the serializer."""
        given = {name: value for name, value in self.cleaned_data.items() if name in CHANGEABLE}
        serializer = UserChangesSerializer(data=given, partial=True)
        if not serializer.is_valid():
            for error in field_errors(serializer.errors):
                self.add_error(error.pointer.removeprefix("/"), error.detail)
        return self.cleaned_data

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        match self.refusal:
            case PreconditionFailed():
                self.add_error(None, CHANGED_MEANWHILE)
            case Problem():
                self.add_error(None, sentence_of(self.refusal))

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data if name in CHANGEABLE}

    @property
    def expected(self) -> Expected | None:
        """The row as it was when the page was made."""
        tag = self.cleaned_data.get("etag")
        return Expected.of([tag]) if tag else None


@admin.register(User, site=site)
class UserAdmin(Screen):
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

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return ["email", "full_name"]
        return [*CHANGEABLE, "is_superuser", *self.readonly_fields, "etag"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"refusal": getattr(request, "refusal", None)})

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refused:
            request.refusal = refused.problem  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        try:
            stored = self.change(request, obj, form) if change else self.add(request, form)
        except Problem as problem:
            raise Refused(problem) from problem
        for field in obj._meta.concrete_fields:
            setattr(obj, field.attname, getattr(stored, field.attname))

    def add(self, request: HttpRequest, form: UserForm) -> User:
        given = form.cleaned_data
        return actions.invite_person(email=given["email"], full_name=given.get("full_name"), actor_id=actor_id(request))

    def change(self, request: HttpRequest, obj: User, form: UserForm) -> User:
        user = actions.change_user(
            user_id=obj.pk, changes=form.changes(), actor_id=actor_id(request), expected=form.expected
        )
        if "is_superuser" in form.changed_data:
            self.require_recent_sign_in(request)
            user = actions.set_superuser(
                user_id=obj.pk, is_superuser=form.cleaned_data["is_superuser"], actor_id=actor_id(request)
            )
        return user

    def require_recent_sign_in(self, request: HttpRequest) -> None:
        session = pages.session_of(request)
        if session is None or not rules.is_recent(session.auth_time, timezone.now()):
            raise ReauthenticationRequired

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        try:
            return super().delete_view(request, object_id, extra_context)
        except Problem as problem:
            return self.told_above(request, problem)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What erasing takes along. Django's own way looks into the admin's log, which has no table here."""
        return [str(user) for user in objs], {"users": len(objs)}, set(), []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        actions.erase_person(user_id=obj.pk, actor_id=actor_id(request))

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            for user_id in queryset.order_by("pk").values_list("pk", flat=True):
                actions.erase_person(user_id=user_id, actor_id=actor_id(request))

    @admin.action(description="Mail a link to set a new password", permissions=["change"])
    def mail_password_reset(self, request: HttpRequest, queryset: Any) -> None:
        for email in queryset.values_list("email", flat=True):
            actions.request_password_reset(email=email)
        self.message_user(request, "The links are on their way.")

    @admin.action(description="Turn off a lost second factor", permissions=["change"])
    def turn_off_second_factor(self, request: HttpRequest, queryset: Any) -> None:
        self.require_recent_sign_in(request)
        having = queryset.filter(has_second_factor=True)
        for user_id in having.values_list("pk", flat=True):
            actions.remove_second_factor(user_id=user_id, actor_id=actor_id(request))
        self.message_user(request, "Turned off; each of them is told by mail.")

    @admin.action(description="Sign out everywhere", permissions=["change"])
    def sign_out(self, request: HttpRequest, queryset: Any) -> None:
        for user_id in queryset.values_list("pk", flat=True):
            actions.sign_out_user(user_id=user_id, actor_id=actor_id(request))
        self.message_user(request, "Signed out.")
