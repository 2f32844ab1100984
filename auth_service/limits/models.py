"""How often was tried, where no Redis counts it."""

from __future__ import annotations

from typing import Any

from django.db import models

from auth_service.limits.querysets import TallyQuerySet


class Tally(models.Model):
    """The count of one subject under one limit, or (with nothing spent) a place that is remembered.

    The key is a keyed hash: addresses, of mail and of networks, are absent on purpose. `allowed_at` is when the next
    attempt may come; from `expires_at` on the row says nothing any more.
    """

    key = models.CharField(primary_key=True, max_length=64)
    spent = models.PositiveIntegerField()
    allowed_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    objects: Any = TallyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return self.key
