"""Shapes of people, and of what may be changed of them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

from auth_service.accounts.models import User
from auth_service.accounts.serializers.fields import EXAMPLE_PASSWORD, EmailField, NameField, PasswordField
from shared_settings.http.query import ListQuery, OrderingField, QuerySerializer, SearchField
from shared_settings.http.serializers import (
    FlagField,
    ListField,
    StrictModelSerializer,
    StrictSerializer,
    UUIDField,
    sent_as,
)

MOST_PROFILES = 100

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


@extend_schema_serializer(examples=[OpenApiExample("A user", value=EXAMPLE_USER, response_only=True)])
class UserSerializer(StrictModelSerializer):
    """A person with an account, as admins see them."""

    class Meta:
        model = User
        fields: tuple[str, ...] = USER_FIELDS
        read_only_fields: tuple[str, ...] = USER_FIELDS


@extend_schema_serializer(
    examples=[OpenApiExample("A user", value={**EXAMPLE_USER, "pending_email": None}, response_only=True)]
)
class UserDetailSerializer(UserSerializer):
    """A person with an account, and the address that waits for its confirmation."""

    class Meta(UserSerializer.Meta):
        fields: tuple[str, ...] = USER_DETAIL_FIELDS
        read_only_fields: tuple[str, ...] = USER_DETAIL_FIELDS


@sent_as("Another name", full_name="Ada King")
class OwnProfileSerializer(UserDetailSerializer):
    """What one may change of oneself: a new `email` needs `current_password`, and counts once confirmed."""

    email = EmailField(required=False)
    full_name = NameField()
    current_password = PasswordField(required=False, allow_null=True)

    class Meta(UserDetailSerializer.Meta):
        fields = (*USER_DETAIL_FIELDS, "current_password")
        read_only_fields = tuple(name for name in USER_DETAIL_FIELDS if name not in ("email", "full_name"))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A row that comes back as it was read, with the address that waits, does not mean its `email` as a request."""
        stored: Any = self.instance
        if self.initial_data.get("pending_email") and attrs.get("email") == stored.email:
            del attrs["email"]
        return attrs


@sent_as("Keep somebody out", is_active=False)
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


@sent_as("Make an admin", user_id=EXAMPLE_USER["id"], is_superuser=True)
class RoleSerializer(StrictSerializer):
    user_id = UUIDField()
    is_superuser = FlagField(default=True)


@sent_as("Erase oneself", password=EXAMPLE_PASSWORD)
class ErasureSerializer(StrictSerializer):
    password = PasswordField()


class UsersQuery(ListQuery):
    search = SearchField("email", "full_name")
    is_active = FlagField(required=False, help_text="Only people who may sign in, or only those who may not.")
    is_superuser = FlagField(required=False, help_text="Only admins, or only others.")
    is_verified = FlagField(required=False, help_text="Only people with a confirmed address, or only others.")
    has_second_factor = FlagField(required=False, help_text="Only people with a second factor, or only others.")
    ordering = OrderingField("email", "created_at", default="-created_at")


class ProfilesQuery(QuerySerializer):
    id = ListField(
        child=UUIDField(), min_length=1, max_length=MOST_PROFILES, help_text="Whom to show; repeat it, up to 100 times."
    )
