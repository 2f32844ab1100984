"""Who writes on a page."""

from __future__ import annotations

import uuid
from typing import cast

from django.http import HttpRequest


def actor_id(request: HttpRequest) -> uuid.UUID:
    """The admin whose page it is."""
    return cast("uuid.UUID", request.user.pk)
