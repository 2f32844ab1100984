"""The way of an event to one subscriber: claimed under a lease, run outside of a transaction, then settled."""

from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from shared_settings import subscriptions, trace
from shared_settings.journal import DeliveryState, journal_model
from shared_settings.logs import without_secrets

LEASE = timedelta(minutes=5)  # longer than any subscriber's time-outs together; what a killed worker held waits so long
ATTEMPTS = 20  # with the pauses below: about 14 hours, so that a mail server may be away over night
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)

Clock = Callable[[], datetime]
logger = logging.getLogger("worker")
_ADDRESS = re.compile(r"[^\s<>\"',;]+@[^\s<>\"',;]+")


def pause_after(attempt: int, chance: float) -> timedelta:
    """How long to wait after the first, second, … failed attempt; `chance` (0 to 1) spreads it over its later half."""
    longest = min(FIRST_PAUSE * 3.0 ** min(attempt - 1, 20), LONGEST_PAUSE)
    return longest * (0.5 + chance / 2)


def claim(now: datetime) -> Any | None:
    """Take one delivery that is due, for the length of the lease; no two workers get the same."""
    due = journal_model("Delivery").objects.filter(due_at__lte=now).order_by("due_at", "pk")
    # Idle workers only read, since a transaction would take SQLite's one write lock. `exists()` would drop the order,
    # without which PostgreSQL's plan for any `now` reads the whole table.
    if due.values_list("pk").first() is None:
        return None
    with transaction.atomic():
        # SQLite has no row locks and needs none: its transactions begin IMMEDIATE, so one runs at a time.
        delivery = due.select_for_update(skip_locked=True, of=("self",)).select_related("event").first()
        if delivery is not None:
            delivery.state = DeliveryState.RUNNING
            delivery.attempts += 1
            delivery.due_at = now + LEASE
            delivery.save(update_fields=["state", "attempts", "due_at", "updated_at"])
    return delivery


def deliver(delivery: Any, clock: Clock = timezone.now) -> None:
    """Run the subscriber of a claimed delivery and note how it went."""
    row = delivery.event
    event = subscriptions.Event(id=row.id, name=row.name, payload=row.payload, created_at=row.created_at)
    token = trace.request_id.set(row.request_id or row.id.hex)
    began = time.monotonic()
    facts: dict[str, Any] = {
        "event": row.name,
        "event_id": str(row.id),
        "delivery": delivery.pk,
        "subscriber": delivery.subscriber,
        "attempt": delivery.attempts,
    }
    try:
        try:
            _run(delivery, event)
        except Exception as error:
            facts["seconds"] = round(time.monotonic() - began, 3)
            _settle_failure(delivery, error, clock(), facts)
        else:
            facts["seconds"] = round(time.monotonic() - began, 3)
            if _settle(delivery, facts, state=DeliveryState.DONE, due_at=None, last_error=""):
                logger.info("Delivered.", extra=facts)
    finally:
        trace.request_id.reset(token)


def deliver_due(clock: Clock = timezone.now, *, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Deliver one after another until nothing is due; returns how many were tried."""
    tried = 0
    while not is_stopping() and (delivery := claim(clock())) is not None:
        deliver(delivery, clock)
        tried += 1
    return tried


def retry(ids: Iterable[int] | None, now: datetime) -> int:
    """Make deliveries that wait or have failed due now, with all their attempts before them; `None` is all failed."""
    rows = journal_model("Delivery").objects
    if ids is None:
        chosen = rows.filter(state=DeliveryState.FAILED)
    else:
        chosen = rows.filter(pk__in=list(ids), state__in=[DeliveryState.FAILED, DeliveryState.PENDING])
    return int(chosen.update(state=DeliveryState.PENDING, attempts=0, due_at=now, updated_at=now))


def drop(ids: Iterable[int]) -> int:
    """Delete deliveries that failed for good and that nobody wants any more."""
    failed = journal_model("Delivery").objects.filter(pk__in=list(ids), state=DeliveryState.FAILED)
    return int(failed.delete()[0])


def _run(delivery: Any, event: subscriptions.Event) -> None:
    if delivery.attempts > ATTEMPTS:
        raise subscriptions.GiveUp("Its worker was killed in the last attempt.")
    subscriber = subscriptions.subscriber(delivery.subscriber)
    if subscriber is None:
        raise subscriptions.GiveUp(f"There is no subscriber {delivery.subscriber} any more.")
    subscriber(event)


def _settle(delivery: Any, facts: dict[str, Any], **changes: Any) -> bool:
    """Write the outcome, unless the lease has ended and another worker holds the delivery now."""
    mine = journal_model("Delivery").objects.filter(pk=delivery.pk, state=DeliveryState.RUNNING, due_at=delivery.due_at)
    if mine.update(updated_at=timezone.now(), **changes):
        return True
    logger.error("The subscriber took longer than its lease, so that it may have run twice.", extra=facts)
    return False


def _settle_failure(delivery: Any, error: Exception, now: datetime, facts: dict[str, Any]) -> None:
    is_final = isinstance(error, subscriptions.GiveUp) or delivery.attempts >= ATTEMPTS
    pause = pause_after(delivery.attempts, random.random())  # noqa: S311 (spreads load, hides nothing)
    is_settled = _settle(
        delivery,
        facts,
        state=DeliveryState.FAILED if is_final else DeliveryState.PENDING,
        due_at=None if is_final else now + pause,
        last_error=_reason(error),
    )
    if not is_settled:
        return
    facts["error"] = _reason(error)
    traced = None if isinstance(error, subscriptions.GiveUp) else error
    if is_final:
        logger.error("Failed for good.", extra=facts, exc_info=traced)
    else:
        logger.warning("Failed, to be tried again.", extra=facts | {"again_in": pause.seconds}, exc_info=traced)


def _reason(error: Exception) -> str:
    """What went wrong in one line, without secrets and addresses: it is kept, and shown to whoever operates this."""
    said = " ".join(str(error).split())
    named = said if isinstance(error, subscriptions.GiveUp) else f"{type(error).__name__}: {said}"
    return _ADDRESS.sub("[address]", without_secrets(named))[:500]
