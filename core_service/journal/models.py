"""What happened in Core: the tables of the mechanism in `shared_settings/journal.py`."""

from __future__ import annotations

from django.db import models

from shared_settings import journal


class Event(journal.AbstractEvent):
    class Meta(journal.AbstractEvent.Meta):
        pass


class Delivery(journal.AbstractDelivery):
    class Meta(journal.AbstractDelivery.Meta):
        verbose_name_plural = "deliveries"


class Timer(journal.AbstractTimer):
    pass


class AuditEntry(journal.AbstractAuditEntry):
    class Meta(journal.AbstractAuditEntry.Meta):
        pass


class IdempotencyKey(journal.AbstractIdempotencyKey):
    class Meta(journal.AbstractIdempotencyKey.Meta):
        pass


class Tombstone(models.Model):
    """That Auth has erased the person with this id, so that an old token of theirs writes nothing any more.

    What slips through is forgotten at `forget_again_at`; null once no token of the person can live.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    erased_at = models.DateTimeField()  # when Core heard of it
    forget_again_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["forget_again_at"],
                name="tombstone_to_forget_again",
                condition=models.Q(forget_again_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class FeedCursor(models.Model):
    """How far a feed of another service was followed; all before the cursor is done."""

    name = models.CharField(primary_key=True, max_length=50)
    cursor = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.name} at {self.cursor}"
