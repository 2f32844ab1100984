"""Rows that both services keep alike: abstract here, with tables in each service's own `journal` app."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models


def journal_model(name: str) -> type[Any]:
    """The service's own table of this kind of row (the setting JOURNAL_APP names the app)."""
    return apps.get_model(settings.JOURNAL_APP, name)


class AbstractIdempotencyKey(models.Model):
    """One POST that was answered, so that its retry gets the same answer; gone after 24 hours.

    Holds no password and no token: the body only as a keyed hash, and no answer of a call that returns tokens.
    """

    caller = models.CharField(max_length=64)
    path = models.CharField(max_length=500)
    key = models.CharField(max_length=255)
    body_mac = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(default="")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["caller", "path", "key"], name="%(app_label)s_one_answer_per_idempotency_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.path} {self.status}"
