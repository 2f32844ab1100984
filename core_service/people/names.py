"""The names to show beside ids: Auth's, kept for some minutes, and left out while it or the cache is away."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from typing import Any

from django.core.cache import cache

from core_service.people import auth_client, auth_feed
from core_service.people.problems import AuthAway

KEPT_SECONDS = 300
SECONDS = 1.0
MOST_AT_ONCE = 100
NO_NAME = ""

logger = logging.getLogger("people")


def names_of(person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Whose full name Auth tells, in at most one call for a hundred people; none while it or the cache is away.

    What is kept is good for one place in Auth's events: whatever happened to people drops all names at once, in the
    caches of all processes, and also one that was asked for before a change and arrives after it was heard of.
    """
    as_of = auth_feed.cursor()
    wanted = {f"name:{as_of}:{person_id}": person_id for person_id in person_ids}
    known: dict[uuid.UUID, str] = {}
    try:
        known |= {wanted[key]: name for key, name in cache.get_many(wanted).items()}
        unknown = [(key, person_id) for key, person_id in wanted.items() if person_id not in known]
        for start in range(0, len(unknown), MOST_AT_ONCE):
            asked = dict(unknown[start : start + MOST_AT_ONCE])
            query = [("id", str(person_id)) for person_id in asked.values()]
            told = auth_client.ask("users/profiles", _names, seconds=SECONDS, query=query, is_needed=False)
            known |= told
            cache.set_many({key: told.get(person_id, NO_NAME) for key, person_id in asked.items()}, KEPT_SECONDS)
    except AuthAway:
        pass
    except _cache_faults():
        logger.warning("The cache does not answer, so that people are shown by their ids.", exc_info=True)
    return {person_id: name for person_id, name in known.items() if name != NO_NAME}


def _cache_faults() -> type[Exception]:
    # Imported only when something fails: the client of Redis is slow to load, and a cache in memory needs none.
    from redis.exceptions import RedisError

    return RedisError


def _names(rows: Any) -> dict[uuid.UUID, str]:
    if not isinstance(rows, list):
        raise TypeError("it is no list")
    return {uuid.UUID(row["id"]): str(row["full_name"]) for row in rows if row["full_name"]}
