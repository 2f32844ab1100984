"""All that is stored of a person, as they get it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from auth_service.accounts.models import FormerAddress, OneTimeToken, PersonEvent
from auth_service.accounts.serializers.audit import AuditEntrySerializer, SecurityEventSerializer
from auth_service.accounts.serializers.factors import FactorSerializer
from auth_service.accounts.serializers.people import UserDetailSerializer
from auth_service.journal.models import Delivery, Event, IdempotencyKey
from auth_service.login_sessions.models import EndReason, Session
from shared_settings.http.serializers import StrictModelSerializer, StrictSerializer, TextField

# Tables and columns that an export does not have, and why; a test holds that all others are in it.
LEFT_OUT = {
    "accounts.User.password": "a hash",
    "accounts.User.email_key": "the email in the one spelling by which it is compared",
    "accounts.User.has_second_factor": "whether one of the factors is confirmed",
    "accounts.User.tokens_not_before": "when older tokens ceased to count; the audit has the cause",
    "accounts.Factor.secret": "a secret, encrypted",
    "accounts.Factor.last_step": "`last_used_at`, in steps of 30 seconds",
    "accounts.RecoveryCode": "hashes; `recovery_codes_left` is their number",
    "accounts.Tombstone": "of people who were erased",
    "journal.AuditEntry.actor_id": "which admin it was; `by` says whether it was one",
    "journal.Delivery.id": "a running number",
    "journal.Delivery.last_error": "words of our mail server, deleted with the person",
    "journal.IdempotencyKey.id": "a running number",
    "journal.IdempotencyKey.body_mac": "a keyed hash",
    "journal.IdempotencyKey.headers": "of an answer that was given already, kept for a day",
    "journal.IdempotencyKey.body": "an answer that was given already, kept for a day",
    "journal.Timer": "of nobody",
    "limits.Tally": "keyed hashes of addresses, by which nobody is found",
    "login_sessions.EndedSession": "sessions with a `revoked_at`, while a token of theirs may live",
    "login_sessions.OutdatedTokens": "the same as `tokens_not_before`, while such a token may live",
    "login_sessions.Session.refresh_token": "a hash",
    "login_sessions.Session.previous_refresh_token": "a hash",
    "login_sessions.SigningKey": "of nobody",
}


class EndReasonField(TextField):
    """Why a session ended; null while it lives, for which the column has a blank."""

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) or None


class DeviceExportSerializer(StrictModelSerializer):
    """A session in an export."""

    revoked_reason = EndReasonField(
        allow_null=True, read_only=True, help_text=f"One of {', '.join(EndReason.values)}; null while it lives."
    )

    class Meta:
        model = Session
        fields = (
            *("id", "ip", "user_agent", "auth_time", "rotation", "rotated_at", "last_used_at", "expires_at", "ends_at"),
            *("revoked_at", "revoked_reason", "created_at", "updated_at"),
        )
        read_only_fields = fields


class MailedLinkExportSerializer(StrictModelSerializer):
    """A link that was mailed, in an export."""

    class Meta:
        model = OneTimeToken
        fields = ("id", "purpose", "address", "created_at", "expires_at", "used_at")
        read_only_fields = fields


class FormerAddressExportSerializer(StrictModelSerializer):
    """An address that was not told yet of the one that takes its place, in an export."""

    class Meta:
        model = FormerAddress
        fields = ("id", "address", "created_at")
        read_only_fields = fields


class ActExportSerializer(AuditEntrySerializer):
    """What one did to others and to the service, in an export."""

    class Meta(AuditEntrySerializer.Meta):
        fields = ("id", "at", "action", "kind", "object_id", "details", "request_id")
        read_only_fields = fields


class PersonEventExportSerializer(StrictModelSerializer):
    """What other services were told of oneself, in an export."""

    class Meta:
        model = PersonEvent
        fields = ("id", "name", "created_at", "position")
        read_only_fields = fields


class DeliveryExportSerializer(StrictModelSerializer):
    class Meta:
        model = Delivery
        fields = ("subscriber", "state", "attempts", "due_at", "created_at", "updated_at")
        read_only_fields = fields


class JournalExportSerializer(StrictModelSerializer):
    """What happened, and what the service does about it (a mail, most often), in an export."""

    payload = serializers.DictField(read_only=True, help_text="Ids and plain values.")
    deliveries = DeliveryExportSerializer(many=True, read_only=True)

    class Meta:
        model = Event
        fields = ("id", "name", "payload", "request_id", "created_at", "deliveries")
        read_only_fields = fields


class RetryKeyExportSerializer(StrictModelSerializer):
    """A POST whose answer is kept for a retry, in an export."""

    class Meta:
        model = IdempotencyKey
        fields = ("path", "key", "status", "created_at")
        read_only_fields = fields


class ExportSerializer(StrictSerializer):
    """All that is stored of oneself."""

    user = UserDetailSerializer()
    sessions = DeviceExportSerializer(many=True)
    factors = FactorSerializer(many=True)
    recovery_codes_left = serializers.IntegerField()
    mailed_links = MailedLinkExportSerializer(many=True)
    former_addresses = FormerAddressExportSerializer(
        many=True, help_text="Those that wait for the mail about the one that takes their place."
    )
    audit = SecurityEventSerializer(many=True, help_text="What happened to one's own account.")
    acts = ActExportSerializer(many=True, help_text="What one did to others, as an admin.")
    events = PersonEventExportSerializer(many=True, help_text="What other services were told.")
    journal = JournalExportSerializer(many=True, help_text="What happened lately, and the mails about it.")
    retry_keys = RetryKeyExportSerializer(many=True, help_text="Calls of the last day with an `Idempotency-Key`.")
