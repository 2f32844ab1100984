"""What Auth tells of what happened to people, and how far Core has followed it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from core_service.journal.models import FeedCursor
from core_service.people import auth_client

FEED = "auth.events"
SECONDS = 5.0
LONGEST_CURSOR = 64


@dataclass(frozen=True)
class PersonEvent:
    name: str
    person_id: uuid.UUID


@dataclass(frozen=True)
class Page:
    events: list[PersonEvent]
    cursor: str
    has_more: bool


def cursor() -> str:
    """All events up to here were followed; empty before the first."""
    return FeedCursor.objects.filter(pk=FEED).values_list("cursor", flat=True).first() or ""


def events_after(place: str) -> Page:
    """What happened to people since; raises `AuthAway`."""
    return auth_client.ask("auth/events", _page, seconds=SECONDS, query=[("after", place)])


def _page(body: Any) -> Page:
    events = [PersonEvent(str(event["name"]), uuid.UUID(event["user_id"])) for event in body["events"]]
    if not isinstance(body["cursor"], str) or len(body["cursor"]) > LONGEST_CURSOR:
        raise TypeError("the cursor is none")
    return Page(events, body["cursor"], bool(body["has_more"]))
