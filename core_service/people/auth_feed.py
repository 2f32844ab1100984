"""What Auth tells Core with its credential: what happened to people, and their names."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from core_service.people.problems import AuthSilent
from shared_settings.http import downloads

EVENTS_SECONDS = 5.0
NAMES_SECONDS = 1.0
MOST_BYTES = 1024 * 1024
MOST_NAMES = 100


@dataclass(frozen=True)
class PersonEvent:
    name: str
    person_id: uuid.UUID


@dataclass(frozen=True)
class Page:
    events: list[PersonEvent]
    cursor: int
    has_more: bool


def _get(call: str, query: list[tuple[str, str]], seconds: float) -> Any:
    url = f"{settings.AUTH_SERVICE_URL}/{settings.API_PREFIX}/{call}?{urlencode(query)}"
    headers = {"Authorization": f"Bearer {settings.AUTH_SERVICE_TOKEN}"}
    try:
        return json.loads(downloads.download(url, seconds=seconds, most_bytes=MOST_BYTES, headers=headers))
    except downloads.FAULTS as error:
        raise AuthSilent(downloads.reason_of(error)) from None


def events_after(cursor: int) -> Page:
    """What happened to people since; raises `AuthSilent`."""
    body = _get("auth/events", [("after", str(cursor))], EVENTS_SECONDS)
    try:
        events = [PersonEvent(str(event["name"]), uuid.UUID(event["user_id"])) for event in body["events"]]
        return Page(events, int(body["cursor"]), bool(body["has_more"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise AuthSilent(f"the answer is unreadable: {type(error).__name__}") from None


def names_of(person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The full names of up to 100 people; who has none is left out. Raises `AuthSilent`."""
    rows = _get("users/profiles", [("id", str(person_id)) for person_id in person_ids], NAMES_SECONDS)
    try:
        if not isinstance(rows, list):
            raise TypeError("it is no list")
        return {uuid.UUID(row["id"]): str(row["full_name"]) for row in rows if row["full_name"]}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise AuthSilent(f"the answer is unreadable: {type(error).__name__}") from None
