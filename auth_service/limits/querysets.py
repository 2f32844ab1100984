"""Reading and writing counts so that of many at once each is counted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F


class TallyQuerySet(models.QuerySet[Any, Any]):
    def locked(self, keys: Iterable[str], now: datetime) -> dict[str, Any]:
        """A row for each key, made where there was none, all locked. Inside a transaction.

        Always in the order of the keys, so that two that share some wait and do not deadlock.
        """
        wanted = sorted(keys)
        while True:
            made = [self.model(key=key, spent=0, allowed_at=now, expires_at=now) for key in wanted]
            self.bulk_create(made, ignore_conflicts=True)
            rows = {row.key: row for row in self.select_for_update().filter(key__in=wanted).order_by("key")}
            if len(rows) == len(wanted):  # else an old one was deleted in between
                return rows

    def give_back(self, keys: Iterable[str], now: datetime, wiped: Collection[str] = ()) -> None:
        """Take one attempt off each, or all of those that are `wiped`. Inside a transaction."""
        for key in sorted(keys):
            spent: Any = 0 if key in wiped else F("spent") - 1
            self.filter(key=key, spent__gt=0).update(spent=spent, allowed_at=now)

    def known_until(self, key: str, now: datetime) -> datetime | None:
        return self.filter(key=key, expires_at__gt=now).values_list("expires_at", flat=True).first()
