"""The names to show beside ids: Auth's, kept for some minutes, and left out while it is away."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.core.cache import cache

from core_service.people import auth_feed
from core_service.people.problems import AuthSilent

logger = logging.getLogger("people")

KEPT_SECONDS = 300
COOLDOWN_SECONDS = 10.0
NO_NAME = ""

_quiet_until = float("-inf")


def _key(as_of: int, person_id: uuid.UUID) -> str:
    return f"name:{as_of}:{person_id}"


def names_of(person_ids: Iterable[uuid.UUID], *, as_of: int) -> dict[uuid.UUID, str]:
    """Whose name is known, in at most one call to Auth for a hundred people; those of erased people are not.

    What is kept is good for one place in Auth's events: whatever happened to people drops all names at once, in the
    caches of all processes, and also one that was asked for before a change and arrives after it was heard of.
    """
    wanted = {_key(as_of, person_id): person_id for person_id in person_ids}
    known = {wanted[key]: name for key, name in cache.get_many(wanted).items()}
    unknown = sorted(set(wanted.values()) - set(known))
    for start in range(0, len(unknown), auth_feed.MOST_NAMES):
        known |= _asked(unknown[start : start + auth_feed.MOST_NAMES], as_of)
    return {person_id: name for person_id, name in known.items() if name != NO_NAME}


def _asked(person_ids: list[uuid.UUID], as_of: int) -> dict[uuid.UUID, str]:
    """Auth's answer, kept; nothing while it does not answer, and then it is left alone for ten seconds."""
    global _quiet_until
    if not settings.AUTH_SERVICE_TOKEN or time.monotonic() < _quiet_until:
        return {}
    try:
        found = auth_feed.names_of(person_ids)
    except AuthSilent as silence:
        logger.warning("Auth does not tell names (%s).", silence)
        _quiet_until = time.monotonic() + COOLDOWN_SECONDS
        return {}
    answer = {person_id: found.get(person_id, NO_NAME) for person_id in person_ids}
    cache.set_many({_key(as_of, person_id): name for person_id, name in answer.items()}, KEPT_SECONDS)
    return answer
