"""Shapes of what other services hear of people."""

from __future__ import annotations

from django.core.validators import RegexValidator
from rest_framework import serializers

from shared_settings.http.query import QuerySerializer
from shared_settings.http.serializers import StrictSerializer, TextField


class PersonEventsQuery(QuerySerializer):
    after = TextField(
        default="",
        allow_blank=True,
        validators=[RegexValidator(r"^[0-9a-f-]{36}$", "Take it from the last answer.", code="invalid_cursor")],
        help_text="The `cursor` of the last answer; without it, from the first.",
    )


class PersonEventSerializer(StrictSerializer):
    """Something that happened to a person."""

    id = serializers.UUIDField()
    name = serializers.CharField(help_text="Such as `user.erased`.")
    user_id = serializers.UUIDField()
    created_at = serializers.DateTimeField()


class PersonEventPageSerializer(StrictSerializer):
    """What happened to people, in order."""

    events = PersonEventSerializer(many=True)
    cursor = serializers.CharField(help_text="Opaque; for `after`.")
    has_more = serializers.BooleanField(help_text="Whether there is more already.")
