"""Shapes of second factors: what turns one on and off, and what is shown of it."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from auth_service.accounts.models import Factor
from auth_service.accounts.serializers.fields import EXAMPLE_PASSWORD, PasswordField
from shared_settings.http.serializers import StrictModelSerializer, StrictSerializer, TextField, sent_as

LONGEST_CODE = 64
EXAMPLE_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 (of nobody)


@sent_as("Oneself", password=EXAMPLE_PASSWORD)
class EnrolmentSerializer(StrictSerializer):
    password = PasswordField()


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A secret to scan",
            value={
                "secret": EXAMPLE_SECRET,
                "otpauth_uri": f"otpauth://totp/Course%20Platform:ada%40example.org?secret={EXAMPLE_SECRET}"
                "&issuer=Course%20Platform",
                "qr_svg": '<svg xmlns="http://www.w3.org/2000/svg" …',
            },
            response_only=True,
        )
    ]
)
class EnrolledSerializer(StrictSerializer):
    """What an authenticator app needs; it is never shown again."""

    secret = serializers.CharField(help_text="In base32, to type.")
    otpauth_uri = serializers.CharField(help_text="The same as a link that apps open.")
    qr_svg = serializers.CharField(help_text="The link as a QR code, an SVG image to scan.")


@sent_as("What the app shows", otp="492039")
class ConfirmationCodeSerializer(StrictSerializer):
    otp = TextField(max_length=LONGEST_CODE, help_text="Six digits that the authenticator app shows.")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Codes to keep", value={"recovery_codes": ["k3m9-px7w-2dfh-n8qc-vb4t-e6ry", "…"]}, response_only=True
        )
    ]
)
class RecoveryCodesSerializer(StrictSerializer):
    """Ten codes, each good for one sign-in instead of `otp`; they are never shown again."""

    recovery_codes = serializers.ListField(child=serializers.CharField())


@sent_as("Oneself", password=EXAMPLE_PASSWORD)
class TurnOffSerializer(StrictSerializer):
    password = PasswordField()
    otp = TextField(
        required=False, allow_null=True, max_length=LONGEST_CODE, help_text="Not needed; a wrong one is refused."
    )


class FactorSerializer(StrictModelSerializer):
    class Meta:
        model = Factor
        fields = ("id", "kind", "created_at", "confirmed_at", "last_used_at")
        read_only_fields = fields


class SecondFactorSerializer(StrictSerializer):
    """How one proves who one is, beside the password."""

    is_required = serializers.BooleanField(help_text="Whether the caller's role waits for a second factor.")
    factors = FactorSerializer(many=True, help_text="Those that are turned on.")
    recovery_codes_left = serializers.IntegerField()
