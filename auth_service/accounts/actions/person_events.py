"""What services are told of people (`GET /auth/events`): its order, and how long it is kept."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from auth_service.accounts import events
from auth_service.accounts.models import PersonEvent
from shared_settings import journal

NUMBERED_AT_ONCE = 500  # 0.2 s: the first who asks, after years, would else wait for all that has happened


def tell(name: str, user_id: uuid.UUID) -> None:
    """Record an event that services hear of, too."""
    event_id = journal.record(name, user_id=user_id)
    PersonEvent.objects.create(id=event_id, name=name, user_id=user_id, created_at=timezone.now())


def number_person_events() -> None:
    """Give what has been committed since the last call its place in the order of telling; not more than 500 at once.

    Whoever comes at the same time waits for the rows, and then finds them numbered.
    """
    if not PersonEvent.objects.unnumbered().exists():
        return
    with transaction.atomic():
        fresh = list(PersonEvent.objects.unnumbered().select_for_update()[:NUMBERED_AT_ONCE])
        newest = PersonEvent.objects.newest_position()
        for position, row in enumerate(fresh, newest + 1):
            row.position = position
        PersonEvent.objects.bulk_update(fresh, ["position"])


def delete_old_person_events(*, before: datetime) -> int:
    """Delete what could be told long enough, but for erasures; returns how many rows."""
    return int(PersonEvent.objects.no_longer_told(events.ERASED, before).delete()[0])
