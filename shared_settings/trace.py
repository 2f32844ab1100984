"""The request id of the request that this thread answers."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar

_NONE = "-"
request_id: ContextVar[str] = ContextVar("request_id", default=_NONE)

_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")


def begin(given: str) -> str:
    """Take the caller's id when it is well formed, else make one."""
    value = given if _WELL_FORMED.fullmatch(given) else secrets.token_hex(16)
    request_id.set(value)
    return value


def end() -> None:
    """What this thread does next belongs to no request."""
    request_id.set(_NONE)
