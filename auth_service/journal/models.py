"""What happened in Auth: the tables of the mechanism in `shared_settings/journal.py`."""

from __future__ import annotations

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
