"""What Core has heard of people."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from core_service.journal.models import FeedCursor, Tombstone
from core_service.people import names

AUTH_EVENTS = "auth.events"


def is_erased(person_id: uuid.UUID) -> bool:
    return Tombstone.objects.filter(pk=person_id).exists()


def cursor_of_auth_events() -> int:
    """How far what happened to people was followed."""
    return FeedCursor.objects.filter(pk=AUTH_EVENTS).values_list("cursor", flat=True).first() or 0


def names_of(person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Whose full name Auth tells; nobody's while it is away."""
    return names.names_of(person_ids, as_of=cursor_of_auth_events())
