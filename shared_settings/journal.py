"""What happened: events, deliveries, audit entries; abstract here, with tables in each service's own `journal`."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, router, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from shared_settings import subscriptions, trace
from shared_settings.ids import uuid7

COUNTED_AT_MOST = 10_000
DELETED_AT_ONCE = 500


def journal_model(name: str) -> type[Any]:
    """The service's own table of this kind of row (the setting JOURNAL_APP names the app)."""
    return apps.get_model(settings.JOURNAL_APP, name)


class DeliveryState(models.TextChoices):
    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class AbstractEvent(models.Model):
    """Something that happened, written in the transaction in which it did.

    The payload names rows by id. It holds no secret and nothing personal, so that it need not be erased.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=100)
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    request_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["created_at"], name="%(app_label)s_event_by_time")]

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


class AbstractDelivery(models.Model):
    """One event on its way to one subscriber.

    `due_at` is when a worker may take it: the next attempt of a pending one, the end of the lease of a running one
    (its worker was killed), nothing for one that is over. One column, so that one small index finds all that is due.
    """

    id = models.BigAutoField(primary_key=True)
    # The unique constraint below begins with it, so it needs no index of its own.
    event = models.ForeignKey(  # type: ignore[misc]  # the Event of the app that owns the table
        "Event", on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    subscriber = models.CharField(max_length=subscriptions.PATH_LENGTH)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["event", "subscriber"], name="%(app_label)s_one_delivery_per_event_and_subscriber"
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=False, state__in=["pending", "running"])
                | Q(due_at__isnull=True, state__in=["done", "failed"]),
                name="%(app_label)s_open_deliveries_are_due",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="%(app_label)s_delivery_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["id"], name="%(app_label)s_delivery_failed", condition=Q(state="failed")),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} {self.state}"


class AbstractTimer(models.Model):
    """When timed work runs next; while it runs, when another worker may take over from a killed one."""

    name = models.CharField(primary_key=True, max_length=subscriptions.PATH_LENGTH)
    due_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class AbstractAuditEntry(models.Model):
    """Who did what to whom; only ever added. It holds ids and no names, so that it may outlive a person's erasure.

    Without an actor the service itself did it (timed work, a command).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    actor_id = models.UUIDField(null=True)
    action = models.CharField(max_length=100)
    kind = models.CharField(max_length=50)
    object_id = models.UUIDField()
    details = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    request_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        abstract = True
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["object_id", "at"], name="%(app_label)s_audit_by_object"),
            models.Index(fields=["action", "at"], name="%(app_label)s_audit_by_action"),
            models.Index(fields=["actor_id", "at"], name="%(app_label)s_audit_by_actor"),
            models.Index(fields=["at"], name="%(app_label)s_audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.kind} {self.object_id}"


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


def _require_transaction(model: type[Any], verb: str) -> None:
    if not transaction.get_connection(router.db_for_write(model)).in_atomic_block:
        raise transaction.TransactionManagementError(
            f"{verb} outside of a transaction: what happened and the row that says so must be written together."
        )


def _request_id() -> str:
    current = trace.request_id.get()
    return "" if current == "-" else current


def record(name: str, /, **payload: Any) -> uuid.UUID:
    """Write an event, to be delivered to its subscribers once the caller's transaction is committed.

    Values may be UUIDs, times and decimals (they are stored as text) and whatever JSON knows. Returns the event's id.
    """
    subscriptions.check_name(name)
    events, deliveries = journal_model("Event"), journal_model("Delivery")
    _require_transaction(events, f"The event {name} was recorded")
    event_id, now = uuid7(), timezone.now()
    events.objects.create(id=event_id, name=name, payload=payload, request_id=_request_id(), created_at=now)
    deliveries.objects.bulk_create(
        deliveries(event_id=event_id, subscriber=path, due_at=now, created_at=now)
        for path in subscriptions.subscribers_of(name)
    )
    return event_id


def audit(action: str, /, *, actor_id: uuid.UUID | None, kind: str, object_id: uuid.UUID, **details: Any) -> None:
    """Note who did what to which row; the action is named like an event.

    `details` are ids and plain values, never names, addresses or secrets.
    """
    subscriptions.check_name(action)
    entries = journal_model("AuditEntry")
    _require_transaction(entries, f"{action} was audited")
    entries.objects.create(
        action=action,
        actor_id=actor_id,
        kind=kind,
        object_id=object_id,
        details=details,
        request_id=_request_id(),
        at=timezone.now(),
    )


def backlog() -> dict[str, int]:
    """How many deliveries wait, run and have failed for good; each counted up to 10,000, by its index."""
    rows = journal_model("Delivery").objects.order_by()
    unfinished = rows.filter(due_at__isnull=False)
    found = {
        DeliveryState.PENDING: unfinished.filter(state=DeliveryState.PENDING),
        DeliveryState.RUNNING: unfinished.filter(state=DeliveryState.RUNNING),
        DeliveryState.FAILED: rows.filter(state=DeliveryState.FAILED),
    }
    return {str(state): matching[:COUNTED_AT_MOST].count() for state, matching in found.items()}


def delete_delivered_events(*, before: datetime) -> int:
    """Delete the events from before that time that are delivered to all; what failed stays until it is retried."""
    unfinished = journal_model("Delivery").objects.filter(event=OuterRef("pk")).exclude(state=DeliveryState.DONE)
    events = journal_model("Event").objects
    return _delete_in_batches(events.filter(~Exists(unfinished), created_at__lt=before).order_by("created_at"))


def delete_idempotency_keys(*, before: datetime) -> int:
    return _delete_in_batches(journal_model("IdempotencyKey").objects.filter(created_at__lt=before))


def _delete_in_batches(rows: models.QuerySet[Any]) -> int:
    """Delete in short transactions, so that no other writer waits long; returns how many rows of this table went."""
    deleted = 0
    while ids := list(rows.values_list("pk", flat=True)[:DELETED_AT_ONCE]):
        rows.model._default_manager.filter(pk__in=ids).delete()
        deleted += len(ids)
    return deleted
