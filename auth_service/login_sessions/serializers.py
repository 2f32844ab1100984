"""Shapes of sessions and tokens."""

from __future__ import annotations

from django.core.validators import RegexValidator
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from auth_service.login_sessions.models import Session
from shared_settings.http.query import QuerySerializer
from shared_settings.http.serializers import FlagField, StrictModelSerializer, StrictSerializer, TextField, sent_as

EXAMPLE_PAIR = {
    "access": "eyJhbGciOiJFUzI1NiIsImtpZCI6IjVKb3…",
    "refresh": "AZrPUgR5cBCLNCO5jGOpqAAAAAB2mU2v…",
    "token_type": "Bearer",
    "expires_in": 1800,
}


@extend_schema_serializer(examples=[OpenApiExample("A pair", value=EXAMPLE_PAIR, response_only=True)])
class TokenPairSerializer(StrictSerializer):
    """Send `access` as `Authorization: Bearer`; keep `refresh` for `POST /auth/refresh`."""

    access = serializers.CharField(help_text="A JWT (RFC 9068), signed with a key of `/.well-known/jwks.json`.")
    refresh = serializers.CharField(help_text="Opaque; good for one refresh.")
    token_type = serializers.CharField(help_text="Always `Bearer`.")
    expires_in = serializers.IntegerField(help_text="Seconds that `access` still lives.")


@sent_as("A refresh token", refresh=EXAMPLE_PAIR["refresh"])
class RefreshSerializer(StrictSerializer):
    refresh = TextField()


@sent_as("A refresh token", refresh=EXAMPLE_PAIR["refresh"])
class SignOutSerializer(StrictSerializer):
    refresh = TextField(allow_blank=True)


@sent_as("On all other devices", keep_current=True)
class SignOutEverywhereSerializer(StrictSerializer):
    keep_current = FlagField(default=False, help_text="Stay signed in here.")


class IntrospectionRequestSerializer(StrictSerializer):
    token = TextField(max_length=100_000)
    token_type_hint = TextField(
        required=False, max_length=100, help_text="`refresh_token` to ask about one; anything else changes nothing."
    )


class IntrospectionSerializer(StrictSerializer):
    """RFC 7662. Everything but `active` is absent when the token is not active."""

    active = serializers.BooleanField()
    token_type = serializers.CharField(required=False)
    iss = serializers.CharField(required=False)
    aud = serializers.CharField(required=False)
    sub = serializers.UUIDField(required=False, help_text="The person's id.")
    sid = serializers.UUIDField(required=False, help_text="The session's id.")
    jti = serializers.CharField(required=False)
    iat = serializers.IntegerField(required=False)
    exp = serializers.IntegerField(required=False)
    auth_time = serializers.IntegerField(required=False)
    roles = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="As they are now, not as the token says."
    )
    email_verified = serializers.BooleanField(required=False, help_text="As it is now.")


class RevocationsQuery(QuerySerializer):
    after = TextField(
        required=False,
        validators=[RegexValidator(r"^[0-9a-f]{32}$", "Take it from the last answer.", code="invalid_cursor")],
        help_text="The `cursor` of the last answer.",
    )


class RevocationsSerializer(serializers.Serializer):
    feed = serializers.CharField(help_text="A JWS in compact form.")
    cursor = serializers.CharField(help_text="Opaque; for `after`.")


class SessionSerializer(StrictModelSerializer):
    is_current = serializers.SerializerMethodField(help_text="Whether this request came from it.")

    class Meta:
        model = Session
        fields = ("id", "created_at", "last_used_at", "expires_at", "ip", "user_agent", "is_current")
        read_only_fields = fields

    def get_is_current(self, session: Session) -> bool:
        return bool(session.pk == self.context["current_session_id"])
