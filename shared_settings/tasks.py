"""Timed work of both services: old rows of the journal go."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from shared_settings import journal
from shared_settings.http import idempotency
from shared_settings.subscriptions import every

DELIVERED_EVENTS_KEPT = timedelta(days=7)


@every(seconds=3600)
def purge_journal() -> None:
    now = timezone.now()
    journal.delete_delivered_events(before=now - DELIVERED_EVENTS_KEPT)
    journal.delete_idempotency_keys(before=now - idempotency.KEPT)
