"""Timed work on counts."""

from __future__ import annotations

from django.utils import timezone

from auth_service.limits import actions
from shared_settings.subscriptions import every


@every(seconds=3600)
def delete_old_tallies() -> None:
    actions.delete_old_tallies(before=timezone.now())
