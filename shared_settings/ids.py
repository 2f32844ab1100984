"""The ids of everything that we create (named once, since migrations freeze the path of a default)."""

from __future__ import annotations

import uuid

import uuid_utils.compat


def uuid7() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562): ordered by time, also within a millisecond of one process."""
    return uuid_utils.compat.uuid7()
