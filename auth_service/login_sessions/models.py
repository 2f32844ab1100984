"""Where people are signed in, and the keys that sign their tokens."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from auth_service.login_sessions.querysets import RevocationQuerySet, SessionQuerySet, SigningKeyQuerySet
from shared_settings.ids import uuid7


class EndReason(models.TextChoices):
    SIGNED_OUT = "signed_out", "signed out"
    SIGNED_OUT_ELSEWHERE = "signed_out_elsewhere", "signed out elsewhere"
    ENDED_BY_ADMIN = "ended_by_admin", "ended by an admin"
    REUSED = "reused", "refresh token reused"
    TOO_MANY = "too_many", "too many sessions"
    PASSWORD_CHANGED = "password_changed", "password changed"
    DEACTIVATED = "deactivated", "deactivated"


class Session(models.Model):
    """One device on which a person is signed in; its id is the `sid` of the tokens.

    Tokens are absent on purpose: there are only SHA-256 hashes of the present refresh token and the one before.
    `rotated_at` says when the present one was made, and is apart from `revoked_at`, so that an ended session can never
    pass for one that was just refreshed. `rotation` counts, and every refresh token names its number.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # An index over who and when serves every question about a person's sessions.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    refresh_token = models.CharField(max_length=64)
    previous_refresh_token = models.CharField(max_length=64, blank=True)
    rotation = models.PositiveIntegerField(default=0)
    rotated_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=20, choices=EndReason.choices, blank=True)
    auth_time = models.DateTimeField()
    last_used_at = models.DateTimeField()
    ip = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects: Any = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__lte=models.F("ends_at")), name="idle_end_within_absolute_end"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "last_used_at"], name="session_by_user_and_use"),
            models.Index(fields=["expires_at"], name="session_by_end"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def claims_of_person(self) -> dict[str, Any]:
        """What a token of it says of its person beside the id: the one role that there is, and no name or address."""
        return {"roles": ["admin"] if self.user.is_admin else [], "email_verified": self.user.is_verified}


class EndedSession(models.Model):
    """A session whose access tokens are refused by services, which do not ask us; gone when no such token can live.

    Apart from the session's own row, which may be deleted earlier and is kept longer.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    expires_at = models.DateTimeField(db_index=True)

    objects: Any = RevocationQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.id)


class OutdatedTokens(models.Model):
    """A person of whom tokens issued before a moment (in seconds since the epoch) no longer say the truth.

    `id` is the person's, and no foreign key, since it outlives the person.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    not_before = models.PositiveBigIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    objects: Any = RevocationQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "outdated tokens"

    def __str__(self) -> str:
        return f"{self.id} before {self.not_before}"


class KeyState(models.TextChoices):
    STANDBY = "standby"
    ACTIVE = "active"
    RETIRED = "retired"
    REVOKED = "revoked"


class SigningKey(models.Model):
    """One ES256 key pair; `kid` is its RFC 7638 thumbprint.

    standby (published, so that verifiers know it before its first token) → active → retired (published until its last
    token has expired) → revoked (never believed again). The private key is encrypted, and goes when the key retires.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kid = models.CharField(max_length=43, unique=True)
    state = models.CharField(max_length=10, choices=KeyState.choices)
    public_jwk = models.JSONField()
    private_key = models.TextField(blank=True)
    published_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects: Any = SigningKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="active"), name="one_active_signing_key"),
            models.UniqueConstraint(fields=["state"], condition=Q(state="standby"), name="one_standby_signing_key"),
        ]

    def __str__(self) -> str:
        return f"{self.kid} ({self.state})"
