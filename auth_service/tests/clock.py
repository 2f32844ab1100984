"""A clock that stands still, so that no machine is too slow for a window of time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone


class Clock:
    """Stands in for `django.utils.timezone` in a module that asks it for `now()`."""

    def __init__(self) -> None:
        self._now = timezone.now()

    def now(self) -> datetime:
        return self._now

    def passes(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
