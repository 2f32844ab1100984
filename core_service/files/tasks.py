"""What the worker does for files."""

from __future__ import annotations

from django.utils import timezone

from core_service.files import actions, events
from shared_settings.subscriptions import Event, every, on


@on(events.REMOVED)
def remove_bytes(event: Event) -> None:
    actions.remove_bytes(event.payload["names"])


@every(seconds=3600)
def sweep_files() -> None:
    actions.sweep_files(now=timezone.now())
