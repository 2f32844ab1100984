"""What Auth tells of what happened to people, and how far Core has followed it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from core_service.journal.models import FeedCursor
from core_service.people import auth_client

FEED = "auth.events"
SECONDS = 5.0


@dataclass(frozen=True)
class PersonEvent:
    name: str
    person_id: uuid.UUID


@dataclass(frozen=True)
class Page:
    events: list[PersonEvent]
    cursor: int
    has_more: bool


def cursor() -> int:
    """All events up to here were followed."""
    return FeedCursor.objects.filter(pk=FEED).values_list("cursor", flat=True).first() or 0


def events_after(place: int) -> Page:
    """What happened to people since; raises `AuthAway`."""
    return auth_client.ask("auth/events", _page, seconds=SECONDS, query=[("after", str(place))])


def _page(body: Any) -> Page:
    events = [PersonEvent(str(event["name"]), uuid.UUID(event["user_id"])) for event in body["events"]]
    return Page(events, int(body["cursor"]), bool(body["has_more"]))
