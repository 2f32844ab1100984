"""A thing: one row with a field of each common kind."""

from __future__ import annotations

from django.db import models

from shared_settings.ids import uuid7
from shared_settings.journal import (
    AbstractAuditEntry,
    AbstractDelivery,
    AbstractEvent,
    AbstractIdempotencyKey,
    AbstractTimer,
)


class Event(AbstractEvent):
    class Meta(AbstractEvent.Meta):
        pass


class Delivery(AbstractDelivery):
    class Meta(AbstractDelivery.Meta):
        pass


class Timer(AbstractTimer):
    pass


class AuditEntry(AbstractAuditEntry):
    class Meta(AbstractAuditEntry.Meta):
        pass


class IdempotencyKey(AbstractIdempotencyKey):
    pass


class Thing(models.Model):
    class Kind(models.TextChoices):
        SMALL = "small"
        LARGE = "large"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.SMALL)
    points = models.DecimalField(max_digits=6, decimal_places=2, default=1)
    rank = models.IntegerField(default=0)
    is_new = models.BooleanField(default=False)
    owner_id = models.UUIDField(null=True)
    seen = models.IntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    not_in_etag = ("seen",)

    def __str__(self) -> str:
        return self.title
