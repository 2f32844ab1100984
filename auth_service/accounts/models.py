"""People, and the one-time tokens that are mailed to them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils import timezone

from auth_service.accounts.querysets import FactorQuerySet, OneTimeTokenQuerySet, PersonEventQuerySet, UserQuerySet
from shared_settings.ids import uuid7


class User(AbstractBaseUser):
    """A person with an account.

    `email` is the address as it was given, and where mail goes; `email_key` is the same for all its spellings, and what
    one signs in with. Who is erased has no row any more, only a `Tombstone`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.CharField(max_length=254)
    email_key = models.CharField(max_length=320, unique=True, editable=False)
    pending_email = models.CharField(max_length=254, null=True, blank=True)
    password = models.CharField(max_length=128, db_column="hashed_password")
    full_name = models.CharField(max_length=200, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    is_superuser = models.BooleanField(default=False)
    is_verified = models.BooleanField(default=False)
    # Whether there is a confirmed `Factor`: written with it, so that no request has to look for one.
    has_second_factor = models.BooleanField(default=False, db_default=False, editable=False)
    # Tokens issued before this (in seconds since the epoch) say of the person what is true no longer.
    tokens_not_before = models.PositiveBigIntegerField(default=0, db_default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    last_login = None  # the sessions say it

    objects: Any = UserQuerySet.as_manager()

    USERNAME_FIELD = "email_key"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        indexes = [
            models.Index(fields=["created_at", "id"], name="user_by_time"),
            models.Index(fields=["email", "id"], name="user_by_email"),
            models.Index(fields=["id"], name="user_superusers", condition=models.Q(is_superuser=True)),
            models.Index(fields=["created_at", "id"], name="user_inactive", condition=models.Q(is_active=False)),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_admin(self) -> bool:
        return self.is_superuser and self.is_active and not self.lacks_second_factor

    @property
    def lacks_second_factor(self) -> bool:
        """Whether the admin's role waits for a second factor, which the service may demand of admins."""
        return settings.MFA_REQUIRED_FOR_ADMINS and self.is_superuser and not self.has_second_factor

    @property
    def is_staff(self) -> bool:
        """Django's word: whether the admin's pages open."""
        return self.is_admin

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_admin

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_admin


class Purpose(models.TextChoices):
    VERIFY_EMAIL = "verify_email"
    CHANGE_EMAIL = "change_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105


CONFIRMING = (Purpose.VERIFY_EMAIL, Purpose.CHANGE_EMAIL)  # an address


class OneTimeToken(models.Model):
    """A link that was mailed: good for one purpose, of one person at one address, once, until its end.

    The link itself is absent on purpose: it is this row's id with a MAC, made when the mail is written.
    The id is that of the event that asked for the mail, so that its second delivery makes no second row.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    address = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    objects: Any = OneTimeTokenQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "purpose", "created_at"], name="token_by_user_purpose_and_time")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.id}"


class FormerAddress(models.Model):
    """The address that a person had when another one was asked for, or written by an admin; kept until it was told.

    The id is that of the event that says so: events have no addresses, and the person's may be another by then.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=254)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "former addresses"

    def __str__(self) -> str:
        return str(self.id)


class FactorKind(models.TextChoices):
    TOTP = "totp", "authenticator app"


class Factor(models.Model):
    """What a person proves beside the password; it counts from `confirmed_at` on.

    `secret` is encrypted. `last_step` is the time step of the last code that was used, so that no code works twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=FactorKind.choices)
    secret = models.TextField()
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    objects: Any = FactorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(kind="totp"), name="one_totp_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class RecoveryCode(models.Model):
    """A code in place of a lost second factor; deleted when it is used. There is only a hash of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    hash = models.CharField(max_length=64, db_column="mac")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "hash"], name="recovery_codes_differ"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class PersonEvent(models.Model):
    """What services are told of a person; erasures are kept for good, for a service that comes back from a backup.

    `position` is the place in the order of telling, and is given when somebody asks, after the commit: two that are
    written at once may be committed in either order, and whoever reads in between must not pass one over.
    """

    id = models.UUIDField(primary_key=True, editable=False)  # that of the event in the journal
    name = models.CharField(max_length=100)
    user_id = models.UUIDField()
    created_at = models.DateTimeField()
    position = models.PositiveBigIntegerField(null=True, unique=True)

    objects: Any = PersonEventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="person_event_unnumbered", condition=models.Q(position__isnull=True)),
            models.Index(fields=["created_at"], name="person_event_by_time"),
            models.Index(fields=["user_id"], name="person_event_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.user_id}"


class Tombstone(models.Model):
    """That there was somebody with this id, who was erased; nothing else is known of them any more."""

    id = models.UUIDField(primary_key=True, editable=False)
    erased_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)
