"""What people send to register, to sign in, and to prove who they are."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from auth_service.accounts import passwords
from auth_service.accounts.problems import weak_password
from auth_service.accounts.serializers.fields import (
    EXAMPLE_PASSWORD,
    EmailField,
    NameField,
    NewPasswordField,
    PasswordField,
)
from auth_service.accounts.serializers.people import EXAMPLE_USER, UserSerializer
from auth_service.login_sessions.serializers import EXAMPLE_PAIR, TokenPairSerializer
from shared_settings.http.serializers import StrictSerializer, TextField, sent_as

LONGEST_TOKEN = 4096  # of a mailed link

EXAMPLE_EMAIL = "ada@example.org"
EXAMPLE_NEW_PASSWORD = "amber-glacier-compass-77"  # noqa: S105
EXAMPLE_LINK_TOKEN = "AZrPUgR5cBCLNCO5jGOpqAAAAAB2mU2v…"  # noqa: S105


@sent_as("Register", email=EXAMPLE_EMAIL, password=EXAMPLE_PASSWORD, full_name="Ada Lovelace")
class RegistrationSerializer(StrictSerializer):
    email = EmailField()
    password = NewPasswordField()
    full_name = NameField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if faults := passwords.faults_of(attrs["password"], email=attrs["email"]):
            raise weak_password("password", faults)
        return attrs


@sent_as("With a second factor", email=EXAMPLE_EMAIL, password=EXAMPLE_PASSWORD, otp="492039")
@sent_as("Sign in", email=EXAMPLE_EMAIL, password=EXAMPLE_PASSWORD)
class SignInSerializer(StrictSerializer):
    email = TextField(max_length=1000)
    password = PasswordField()
    otp = TextField(
        required=False, allow_null=True, max_length=64, help_text="A code of the second factor, when one is turned on."
    )


@extend_schema_serializer(
    examples=[OpenApiExample("Signed in", value=EXAMPLE_PAIR | {"user": EXAMPLE_USER}, response_only=True)]
)
class SignedInSerializer(TokenPairSerializer):
    """A token pair, and whose it is."""

    user = UserSerializer()


@sent_as("Another password", current_password=EXAMPLE_PASSWORD, new_password=EXAMPLE_NEW_PASSWORD)
class PasswordChangeSerializer(StrictSerializer):
    current_password = PasswordField()
    new_password = NewPasswordField()


@sent_as("An address", email=EXAMPLE_EMAIL)
class EmailSerializer(StrictSerializer):
    email = EmailField()


@sent_as("With the token of the link", token=EXAMPLE_LINK_TOKEN, new_password=EXAMPLE_NEW_PASSWORD)
class PasswordResetSerializer(StrictSerializer):
    token = TextField(max_length=LONGEST_TOKEN)
    new_password = NewPasswordField()


@sent_as("With the token of the link", token=EXAMPLE_LINK_TOKEN)
class ConfirmationSerializer(StrictSerializer):
    token = TextField(max_length=LONGEST_TOKEN)


class AcceptedSerializer(StrictSerializer):
    """The same answer whoever it is."""

    detail = serializers.CharField(help_text="What happens now, for people to read.")
