"""All that is stored of a person, as they get it."""

from __future__ import annotations

from rest_framework import serializers

from auth_service.accounts.serializers.factors import FactorSerializer
from auth_service.accounts.serializers.people import UserDetailSerializer
from shared_settings.http.serializers import StrictSerializer


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
    """All that is stored of oneself, but for what is secret: hashes of password, tokens and codes, keys of factors."""

    user = UserDetailSerializer()
    sessions = DeviceExportSerializer(many=True)
    factors = FactorSerializer(many=True)
    mailed_links = MailedLinkExportSerializer(many=True)
    audit = AuditExportSerializer(many=True)
