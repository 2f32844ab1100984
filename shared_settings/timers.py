"""Timed work (`@every`): a row for each says when it is due, and who changes the row runs it."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from shared_settings import subscriptions, trace
from shared_settings.deliveries import LEASE, Clock
from shared_settings.journal import journal_model

RETRY = timedelta(minutes=1)
logger = logging.getLogger("worker")


def prepare(clock: Clock = timezone.now) -> None:
    """Give all timed work its row; what is new is due at once."""
    timers = journal_model("Timer")
    now = clock()
    timers.objects.bulk_create(
        [timers(name=name, due_at=now) for name in subscriptions.timed_work()], ignore_conflicts=True
    )


def run_due(clock: Clock = timezone.now, *, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Run what is due and not taken by another worker; returns how much that was."""
    timers = journal_model("Timer").objects
    work = subscriptions.timed_work()
    ran = 0
    due = timers.filter(name__in=list(work), due_at__lte=clock()).order_by("due_at", "name")
    for name in due.values_list("name", flat=True):
        if is_stopping():
            break
        now = clock()
        lease_end = now + LEASE
        if not timers.filter(name=name, due_at__lte=now).update(due_at=lease_end):
            continue
        period, task = work[name]
        pause = period if _is_done(name, task) else min(period, RETRY)
        # A worker that took longer than its lease leaves the row to the one that took over.
        timers.filter(name=name, due_at=lease_end).update(due_at=now + pause)
        ran += 1
    return ran


def _is_done(name: str, task: subscriptions.Task) -> bool:
    token = trace.request_id.set(secrets.token_hex(16))
    began = time.monotonic()
    try:
        task()
    except Exception:
        logger.exception("Timed work failed.", extra={"task": name})
        return False
    else:
        logger.debug("Timed work done.", extra={"task": name, "seconds": round(time.monotonic() - began, 3)})
        return True
    finally:
        trace.request_id.reset(token)
