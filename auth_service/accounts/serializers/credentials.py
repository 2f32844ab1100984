"""What people send to register, to sign in, and to prove who they are."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from auth_service.accounts import passwords
from auth_service.accounts.serializers.fields import EmailField, NameField, NewPasswordField, PasswordField
from auth_service.accounts.serializers.people import EXAMPLE_USER, UserSerializer
from auth_service.login_sessions.serializers import EXAMPLE_PAIR, TokenPairSerializer
from shared_settings.http.serializers import StrictSerializer, TextField

LONGEST_TOKEN = 4096


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


class AcceptedSerializer(StrictSerializer):
    """The same answer whoever it is."""

    detail = serializers.CharField(help_text="What happens now, for people to read.")
