"""What services are told of people (`GET /auth/events`): its order, and how long it is kept."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from auth_service.accounts import events
from auth_service.accounts.models import PersonEvent
from shared_settings import journal


def tell(name: str, user_id: uuid.UUID) -> None:
    """Record an event that services hear of, too."""
    event_id = journal.record(name, user_id=user_id)
    PersonEvent.objects.create(id=event_id, name=name, user_id=user_id, created_at=timezone.now())


def number_person_events() -> None:
    """Give what has been committed since the last call its place in the order of telling.

    Whoever comes at the same time waits for the rows, and then finds them numbered.
    """
    if not PersonEvent.objects.unnumbered().exists():
        return
    with transaction.atomic():
        fresh = list(PersonEvent.objects.unnumbered().select_for_update())
        newest = PersonEvent.objects.newest_position()
        for position, row in enumerate(fresh, newest + 1):
            row.position = position
        PersonEvent.objects.bulk_update(fresh, ["position"], batch_size=500)


def delete_old_person_events(*, before: datetime) -> int:
    """Delete what has been told long enough, but for erasures; returns how many rows."""
    return int(PersonEvent.objects.no_longer_told(events.ERASED, before).delete()[0])
