"""Shapes of people, and of what they send to prove who they are."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from auth_service.accounts import passwords, rules
from auth_service.accounts.models import User
from auth_service.login_sessions.serializers import EXAMPLE_PAIR, TokenPairSerializer
from shared_settings.http.serializers import FlagField, StrictModelSerializer, StrictSerializer, TextField, UUIDField

LONGEST_EMAIL = 254
LONGEST_NAME = 200
LONGEST_TOKEN = 4096

USER_FIELDS = ("id", "email", "full_name", "is_active", "is_superuser", "is_verified", "created_at", "updated_at")
USER_DETAIL_FIELDS = (*USER_FIELDS, "pending_email")

EXAMPLE_USER = {
    "id": "019acf52-0479-7042-8b34-23b98c63a9a8",
    "email": "ada@example.org",
    "full_name": "Ada Lovelace",
    "is_active": True,
    "is_superuser": False,
    "is_verified": True,
    "created_at": "2026-01-31T09:30:00.000000Z",
    "updated_at": "2026-01-31T09:30:00.000000Z",
}


@extend_schema_field({"type": "string", "format": "email", "maxLength": LONGEST_EMAIL})
class EmailField(TextField):
    """An address that mail can be sent to, as it was given."""

    default_error_messages = {"email": "It is not an email address."}
    _is_well_formed = EmailValidator()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_EMAIL, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        value = super().run_validation(data)
        if isinstance(value, str):
            try:
                self._is_well_formed(value)
                rules.email_key(value)
            except (ValidationError, ValueError):
                self.fail("email")
        return value


class NameField(TextField):
    """One line of text."""

    default_error_messages = {"control_character": "It may have no control characters."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_NAME, allow_null=True, required=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if any(unicodedata.category(letter) == "Cc" for letter in value):
            self.fail("control_character")
        return value


class PasswordField(TextField):
    """A password as it was typed: blanks count, also at the ends."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", passwords.LONGEST)
        super().__init__(trim_whitespace=False, write_only=True, style={"input_type": "password"}, **kwargs)


class NewPasswordField(PasswordField):
    """A password that somebody is about to have."""

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if len(value) <= passwords.LONGEST and (faults := passwords.faults_of(value, email="")):
            raise serializers.ValidationError(
                [serializers.ErrorDetail(sentence, code=code) for code, sentence in faults]
            )
        return value


@extend_schema_serializer(examples=[OpenApiExample("A user", value=EXAMPLE_USER, response_only=True)])
class UserSerializer(StrictModelSerializer):
    """A person with an account, as admins see them."""

    class Meta:
        model = User
        fields: tuple[str, ...] = USER_FIELDS
        read_only_fields: tuple[str, ...] = USER_FIELDS


class UserDetailSerializer(UserSerializer):
    """A person with an account, and the address that waits for its confirmation."""

    class Meta(UserSerializer.Meta):
        fields: tuple[str, ...] = USER_DETAIL_FIELDS
        read_only_fields: tuple[str, ...] = USER_DETAIL_FIELDS


class OwnProfileSerializer(UserDetailSerializer):
    """What one may change of oneself: a new `email` needs `current_password`, and counts once confirmed."""

    email = EmailField(required=False)
    full_name = NameField()
    current_password = PasswordField(required=False)

    class Meta(UserDetailSerializer.Meta):
        fields = (*USER_DETAIL_FIELDS, "current_password")
        read_only_fields = tuple(name for name in USER_DETAIL_FIELDS if name not in ("email", "full_name"))


class UserChangesSerializer(UserDetailSerializer):
    """What an admin may change of somebody; counts at once."""

    email = EmailField(required=False)
    full_name = NameField()
    is_active = FlagField(required=False)
    is_verified = FlagField(required=False)

    class Meta(UserDetailSerializer.Meta):
        read_only_fields = ("id", "is_superuser", "created_at", "updated_at", "pending_email")


class ProfileSerializer(StrictModelSerializer):
    class Meta:
        model = User
        fields = ("id", "full_name")
        read_only_fields = fields


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Register",
            value={"email": "ada@example.org", "password": "copper-lantern-river-47", "full_name": "Ada Lovelace"},
            request_only=True,
        )
    ]
)
class RegistrationSerializer(StrictSerializer):
    email = EmailField()
    password = NewPasswordField()
    full_name = NameField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if faults := passwords.faults_of(attrs["password"], email=attrs["email"]):
            raise serializers.ValidationError(
                {"password": [serializers.ErrorDetail(sentence, code=code) for code, sentence in faults]}
            )
        return attrs


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Sign in", value={"email": "ada@example.org", "password": "copper-lantern-river-47"}, request_only=True
        )
    ]
)
class SignInSerializer(StrictSerializer):
    email = TextField(max_length=1000)
    password = PasswordField()
    otp = TextField(required=False, max_length=64, help_text="A code of the second factor, when one is turned on.")


@extend_schema_serializer(
    examples=[OpenApiExample("Signed in", value=EXAMPLE_PAIR | {"user": EXAMPLE_USER}, response_only=True)]
)
class SignedInSerializer(TokenPairSerializer):
    """A token pair, and whose it is."""

    user = UserSerializer()


class PasswordChangeSerializer(StrictSerializer):
    current_password = PasswordField()
    new_password = NewPasswordField()


class EmailSerializer(StrictSerializer):
    email = EmailField()


class PasswordResetSerializer(StrictSerializer):
    token = TextField(max_length=LONGEST_TOKEN)
    new_password = NewPasswordField()


class ConfirmationSerializer(StrictSerializer):
    token = TextField(max_length=LONGEST_TOKEN)


class RoleSerializer(StrictSerializer):
    user_id = UUIDField()
    is_superuser = FlagField(default=True)


class ErasureSerializer(StrictSerializer):
    password = PasswordField()


class AcceptedSerializer(StrictSerializer):
    """The same answer whoever it is."""

    detail = serializers.CharField(help_text="What happens now, for people to read.")


class DeviceExportSerializer(StrictSerializer):
    """A session in an export."""

    id = serializers.UUIDField()
    ip = serializers.IPAddressField(allow_null=True)
    user_agent = serializers.CharField()
    auth_time = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    revoked_reason = serializers.CharField()
    created_at = serializers.DateTimeField()


class MailedLinkExportSerializer(StrictSerializer):
    """A link that was mailed, in an export."""

    id = serializers.UUIDField()
    purpose = serializers.CharField()
    address = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    used_at = serializers.DateTimeField(allow_null=True)


class AuditExportSerializer(StrictSerializer):
    """What was done to oneself, in an export."""

    id = serializers.UUIDField()
    action = serializers.CharField()
    at = serializers.DateTimeField()


class ExportSerializer(StrictSerializer):
    """All that is stored of oneself. Secrets are not in it: the password's and the tokens' hashes."""

    user = UserDetailSerializer()
    sessions = DeviceExportSerializer(many=True)
    mailed_links = MailedLinkExportSerializer(many=True)
    audit = AuditExportSerializer(many=True)
