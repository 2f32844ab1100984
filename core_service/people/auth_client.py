"""How Core calls Auth, whatever for: within a deadline, with an answer of bounded size, and one refusal without one."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings

from core_service.people.problems import AuthAway
from shared_settings import trace
from shared_settings.http import outgoing

MOST_BYTES = 1024 * 1024
COOLDOWN_SECONDS = 10.0
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, RecursionError)  # what reading an odd answer raises

Wanted = TypeVar("Wanted")
logger = logging.getLogger("people")

_quiet_until = float("-inf")


def send(method: str, call: str, *, seconds: float, headers: Mapping[str, str], **body: Any) -> outgoing.Answer:
    """Auth's answer, whatever its status; raises `AuthAway` without one. `body` is `json` or `form`."""
    url = f"{settings.AUTH_SERVICE_URL}/{settings.API_PREFIX}/{call}"
    headers = {"X-Request-ID": trace.request_id.get(), **headers}
    try:
        return outgoing.send(method, url, seconds=seconds, most_bytes=MOST_BYTES, headers=headers, **body)
    except outgoing.FAULTS as error:
        raise _away(call, outgoing.reason_of(error)) from None


def ask(
    call: str,
    read: Callable[[Any], Wanted],
    *,
    seconds: float,
    query: Sequence[tuple[str, str]] = (),
    form: Mapping[str, str] | None = None,
    is_needed: bool = True,
) -> Wanted:
    """What `read` makes of the JSON that Auth answers to Core's own credential; raises `AuthAway` for anything else.

    What is not needed is not asked for in the ten seconds after a failure, since each page would wait for it.
    """
    if not settings.AUTH_SERVICE_TOKEN or (not is_needed and time.monotonic() < _quiet_until):
        raise AuthAway
    headers = {"Authorization": f"Bearer {settings.AUTH_SERVICE_TOKEN}"}
    path = f"{call}?{urlencode(query)}" if query else call
    answer = send("POST" if form else "GET", path, seconds=seconds, headers=headers, form=form)
    if answer.status != 200:
        raise _away(call, f"the answer is {answer.status}")
    try:
        return read(json.loads(answer.body))
    except UNREADABLE as error:
        raise _away(call, f"the answer is unreadable: {type(error).__name__}") from None


def _away(call: str, reason: str) -> AuthAway:
    global _quiet_until
    _quiet_until = time.monotonic() + COOLDOWN_SECONDS
    logger.warning("Auth does not answer %s (%s).", call.partition("?")[0], reason)
    return AuthAway()
