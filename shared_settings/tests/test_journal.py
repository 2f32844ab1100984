"""What an action writes beside its own rows: events, deliveries, audit entries."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from shared_settings import journal, tasks, trace
from shared_settings.tests.things.models import AuditEntry, Delivery, Event, IdempotencyKey

THING = uuid.UUID(int=7)
DAY = timedelta(days=1)


@pytest.mark.django_db(transaction=True)
def test_refuses_to_record_outside_of_a_transaction() -> None:
    with pytest.raises(TransactionManagementError, match=r"thing\.made was recorded outside of a transaction"):
        journal.record("thing.made", thing_id=THING)
    with pytest.raises(TransactionManagementError):
        journal.audit("thing.made", actor_id=None, kind="thing", object_id=THING)
    assert not Event.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_rollback_leaves_no_event() -> None:
    with transaction.atomic():
        journal.record("thing.made", thing_id=THING)
        transaction.set_rollback(True)
    assert not Event.objects.exists()
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_records_one_delivery_for_each_subscriber() -> None:
    journal.record("thing.painted", thing_id=THING)
    assert set(Delivery.objects.values_list("subscriber", "state", "attempts")) == {
        ("shared_settings.tests.things.tasks.note_paint", "pending", 0),
        ("shared_settings.tests.things.tasks.note_paint_too", "pending", 0),
    }


@pytest.mark.django_db
def test_an_event_without_subscribers_is_kept_all_the_same() -> None:
    event_id = journal.record("thing.ignored")
    assert Event.objects.get().pk == event_id
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_ids_times_and_decimals_are_stored_as_text() -> None:
    now = timezone.now()
    journal.record("thing.ignored", thing_id=THING, at=now, points=Decimal("1.50"), name="a", tags=["ä"])
    payload = Event.objects.get().payload
    assert payload == json.loads(json.dumps(payload))
    assert payload | {"at": ""} == {"thing_id": str(THING), "at": "", "points": "1.50", "name": "a", "tags": ["ä"]}


@pytest.mark.django_db
def test_keeps_the_id_of_the_request_that_caused_it() -> None:
    token = trace.request_id.set("request-1234")
    try:
        journal.record("thing.ignored")
        journal.audit("thing.made", actor_id=None, kind="thing", object_id=THING)
    finally:
        trace.request_id.reset(token)
    journal.record("thing.ignored")
    assert set(Event.objects.values_list("request_id", flat=True)) == {"request-1234", ""}
    assert AuditEntry.objects.get().request_id == "request-1234"


@pytest.mark.parametrize("name", ["", "thing", "Thing.made", "thing.", "thing made", "thing.made!"])
@pytest.mark.django_db
def test_events_and_the_audit_name_what_happened_in_one_way(name: str) -> None:
    with pytest.raises(ValueError, match="does not name what happened"):
        journal.record(name)
    with pytest.raises(ValueError, match="does not name what happened"):
        journal.audit(name, actor_id=None, kind="thing", object_id=THING)


@pytest.mark.django_db
def test_recording_takes_two_statements_however_many_subscribers(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(2):
        journal.record("thing.painted")


@pytest.mark.django_db
def test_audits_who_did_what_to_whom() -> None:
    actor = uuid.UUID(int=1)
    journal.audit("thing.given", actor_id=actor, kind="thing", object_id=THING, to=uuid.UUID(int=2))
    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.action, entry.kind, entry.object_id) == (actor, "thing.given", "thing", THING)
    assert entry.details == {"to": str(uuid.UUID(int=2))}


@pytest.mark.parametrize(
    ("state", "is_due"), [("done", True), ("failed", True), ("pending", False), ("running", False)]
)
@pytest.mark.django_db
def test_the_database_refuses_a_delivery_that_is_over_and_due_or_open_and_never_due(state: str, is_due: bool) -> None:
    event = Event.objects.create(name="thing.made", created_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(
            event=event,
            subscriber="a",
            state=state,
            due_at=timezone.now() if is_due else None,
            created_at=timezone.now(),
        )


@pytest.mark.django_db
def test_counts_what_is_not_done() -> None:
    journal.record("thing.painted")
    journal.record("thing.made")
    Delivery.objects.filter(event__name="thing.made").update(state="failed", due_at=None)
    assert journal.backlog() == {"pending": 2, "running": 0, "failed": 1}


@pytest.mark.django_db
def test_counts_no_further_than_it_must(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "COUNTED_AT_MOST", 3)
    for _ in range(5):
        journal.record("thing.made")
    assert journal.backlog()["pending"] == 3


@pytest.mark.django_db
def test_purges_what_is_delivered_and_old_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "DELETED_AT_ONCE", 2)
    now = timezone.now()
    for state in ["done", "done", "done", "failed", "pending"]:
        event = journal.record("thing.painted", was=state)
        # One subscriber is done in any case, so that one unfinished delivery must keep its event.
        first, second = Delivery.objects.filter(event=event)
        Delivery.objects.filter(pk=first.pk).update(state="done", due_at=None)
        Delivery.objects.filter(pk=second.pk).update(state=state, due_at=now if state == "pending" else None)
    journal.record("thing.ignored", was="unheard")
    Event.objects.update(created_at=now - 8 * DAY)
    young = journal.record("thing.made", was="young")
    Delivery.objects.filter(event=young).update(state="done", due_at=None)
    tasks.purge_journal()
    assert sorted(event.payload["was"] for event in Event.objects.all()) == ["failed", "pending", "young"]
    assert Delivery.objects.count() == 5


@pytest.mark.django_db
def test_purges_idempotency_keys_after_a_day() -> None:
    now = timezone.now()
    for key, age in [("old", 25), ("young", 23)]:
        IdempotencyKey.objects.create(caller="a", path="/", key=key, body_mac="", created_at=now - timedelta(hours=age))
    tasks.purge_journal()
    assert IdempotencyKey.objects.get().key == "young"
