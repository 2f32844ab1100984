"""Shapes of the audit: who did what to whom."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from auth_service.journal.models import AuditEntry
from shared_settings.http.query import ListQuery, OrderingField
from shared_settings.http.serializers import StrictModelSerializer, TextField, UUIDField


class PeriodQuery(ListQuery):
    action = TextField(required=False, max_length=100, help_text="Only this, such as `user.signed_in`.")
    ordering = OrderingField("at", default="-at")

    def get_fields(self) -> dict[str, serializers.Field]:
        """`from` is a word of Python, and so no name of an attribute."""
        return super().get_fields() | {
            "from": serializers.DateTimeField(required=False, help_text="At this time or later."),
            "to": serializers.DateTimeField(required=False, help_text="Before this time."),
        }


class AuditQuery(PeriodQuery):
    actor_id = UUIDField(required=False, help_text="What this person did.")
    object_id = UUIDField(required=False, help_text="What was done to this one.")
    kind = TextField(required=False, max_length=50, help_text="What it was done to: `user` or `signing_key`.")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "An entry",
            value={
                "id": "019acf52-0479-7042-8b34-23b98c63a9a8",
                "at": "2026-01-31T09:30:00.000000Z",
                "actor_id": "019acf52-0479-7042-8b34-23b98c63a9a1",
                "action": "user.admin_granted",
                "kind": "user",
                "object_id": "019acf52-0479-7042-8b34-23b98c63a9a2",
                "details": {},
                "request_id": "5f0c6b7a9d3e4f21",
            },
            response_only=True,
        )
    ]
)
class AuditEntrySerializer(StrictModelSerializer):
    """Who did what to whom. Without an actor it was the service itself: a command, timed work, a stranger's attempt."""

    details = serializers.DictField(read_only=True, help_text="Ids and plain values; never a name or an address.")

    class Meta:
        model = AuditEntry
        fields: tuple[str, ...] = ("id", "at", "actor_id", "action", "kind", "object_id", "details", "request_id")
        read_only_fields: tuple[str, ...] = fields


class SecurityEventSerializer(AuditEntrySerializer):
    """What happened to one's own account."""

    by = serializers.SerializerMethodField(help_text="`self`, `admin`, or `system`: nobody who is signed in.")

    class Meta(AuditEntrySerializer.Meta):
        fields = ("id", "at", "action", "by", "details", "request_id")
        read_only_fields = fields

    def get_by(self, entry: Any) -> str:
        if entry.actor_id is None:
            return "system"
        return "self" if entry.actor_id == entry.object_id else "admin"
