"""GET /users/me/export has every column of every table, but for those that are named with a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from rest_framework import serializers

from auth_service.accounts.models import User
from auth_service.accounts.serializers.exports import LEFT_OUT, ExportSerializer
from auth_service.journal.models import Event
from auth_service.tests.cast import Member
from shared_settings import journal
from shared_settings.testing import plan_of_bitmaps

# Columns that say whose row it is: in an export always the caller's, or that of the row around it.
LINKS = {
    *(
        "accounts.OneTimeToken.user",
        "accounts.FormerAddress.user",
        "accounts.Factor.user",
        "accounts.PersonEvent.user_id",
    ),
    *("login_sessions.Session.user", "journal.Delivery.event", "journal.Event.user_id"),
    "journal.IdempotencyKey.caller",
}


def columns(service: str = "auth_service.") -> set[str]:
    """Every column of every table of the service, as `app.Model.field`."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith(service)
        for field in model._meta.concrete_fields
    }


def exported(serializer: Any) -> Iterator[str]:
    """The columns that a serializer shows, with those inside it."""
    serializer = getattr(serializer, "child", serializer)
    for name, field in serializer.fields.items():
        if isinstance(field, serializers.BaseSerializer):
            yield from exported(field)
        elif isinstance(serializer, serializers.ModelSerializer):
            model: Any = serializer.Meta.model
            yield f"{model._meta.label}.{name}"


def test_every_column_is_exported_or_left_out_for_a_reason() -> None:
    shown = set(exported(ExportSerializer()))
    untold = {column for column in columns() - shown - LINKS if not {column, column.rpartition(".")[0]} & set(LEFT_OUT)}
    assert not untold, f"Export these, or say in LEFT_OUT why not: {sorted(untold)}"
    assert not shown & set(LEFT_OUT)


def test_events_are_found_by_whom_they_are_about(ada: Member) -> None:
    with transaction.atomic():
        event_id = journal.record("user.painted", user_id=ada.user.pk)
        journal.record("wall.painted", wall="north")
    about = Event.objects.filter(user_id=str(ada.user.pk))
    assert [event.pk for event in about] == [event_id]
    plan = plan_of_bitmaps(about) if connection.vendor == "postgresql" else about.explain()
    assert "journal_event_by_user" in plan


def test_what_is_left_out_exists() -> None:
    known = columns() | {column.rpartition(".")[0] for column in columns()}
    assert set(LEFT_OUT) | LINKS <= known


def test_a_new_table_of_people_is_noticed() -> None:
    with_nobody = dict(apps.all_models["accounts"])
    try:

        class Badge(models.Model):  # noqa: DJ008
            owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

            class Meta:
                app_label = "accounts"

        apps.clear_cache()
        with pytest.raises(AssertionError, match=r"accounts\.Badge\.owner"):
            test_every_column_is_exported_or_left_out_for_a_reason()
    finally:
        apps.all_models["accounts"].clear()
        apps.all_models["accounts"].update(with_nobody)
        apps.clear_cache()


def test_exports_what_was_told_to_services_and_what_happened(lived: Member, admin: Member) -> None:
    body = lived.client.get("/users/me/export").json()
    assert [event["name"] for event in body["events"]] == ["user.renamed"]
    assert [row["action"] for row in body["audit"]] == [
        "email_change.requested",
        "user.admin_granted",
        "user.signed_out_everywhere",
        "user.changed",
    ]
    assert [row["by"] for row in body["audit"]] == ["self", "admin", "self", "admin"]
    assert [row["action"] for row in body["acts"]] == ["user.admin_granted"]
    assert [row["address"] for row in body["mailed_links"]] == ["next@example.org"]
    assert [row["address"] for row in body["former_addresses"]] == ["ada@example.org"]
    assert [row["key"] for row in body["retry_keys"]] == ["once-1234"]
    assert len(body["factors"]) == 1
    ended = [row for row in body["sessions"] if row["revoked_at"] is not None]
    assert [row["revoked_reason"] for row in ended] == ["signed_out_elsewhere"]
    assert {row["revoked_reason"] for row in body["sessions"] if row not in ended} == {None}
    happened = {row["name"]: row for row in body["journal"]}
    assert set(happened) == {"user.renamed", "email_change.requested", "user.role_changed", "user.email_changed"}
    assert {row["state"] for row in happened["email_change.requested"]["deliveries"]} == {"done"}
    assert str(admin.user.pk) not in json.dumps(body)


def test_has_every_row_that_names_the_person(lived: Member) -> None:
    text = json.dumps(lived.client.get("/users/me/export").json())
    tables = set()
    for model in apps.get_models():
        if not model.__module__.startswith("auth_service.") or model._meta.label in LEFT_OUT:
            continue
        for row in model._default_manager.all():
            if str(lived.user.pk) in str([field.value_to_string(row) for field in model._meta.concrete_fields]):
                assert str(getattr(row, "key", row.pk)) in text, f"{model._meta.label} {row.pk}"
                tables.add(model._meta.label)
    assert len(tables) == 9


def test_exports_nothing_of_others(lived: Member, stranger: Member) -> None:
    assert str(lived.user.pk) not in json.dumps(stranger.client.get("/users/me/export").json())
