"""What happened in Auth: the tables of the mechanism in `shared_settings/journal.py`."""

from __future__ import annotations

from django.db import models
from django.db.models.fields.json import KT

from shared_settings import journal


class Event(journal.AbstractEvent):
    # Whom the payload names: an export and an erasure ask for it, and SQLite finds nothing inside of JSON by an index.
    user_id = models.GeneratedField(
        expression=KT("payload__user_id"), output_field=models.CharField(max_length=36), db_persist=True
    )

    class Meta(journal.AbstractEvent.Meta):
        indexes = [*journal.AbstractEvent.Meta.indexes, models.Index(fields=["user_id"], name="journal_event_by_user")]


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
