"""The way of one event to one subscriber, in one process."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from shared_settings import deliveries, journal, subscriptions, trace
from shared_settings.tests.things import tasks
from shared_settings.tests.things.models import Delivery

SECOND = timedelta(seconds=1)


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "heard")


def lines(file: str) -> list[str]:
    return Path(file).read_text().splitlines() if Path(file).exists() else []


@pytest.mark.django_db(transaction=True)
def test_delivers_what_was_recorded_under_the_id_of_its_request(file: str, caplog: pytest.LogCaptureFixture) -> None:
    token = trace.request_id.set("request-1234")
    with transaction.atomic():
        event_id = journal.record("thing.made", file=file)
    trace.request_id.reset(token)
    with caplog.at_level(logging.INFO, "worker"):
        assert deliveries.deliver_due() == 1
    assert lines(file) == [f"{event_id} request-1234"]
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.due_at) == ("done", 1, None)
    assert [(record.message, record.event, record.attempt) for record in caplog.records] == [  # type: ignore[attr-defined]
        ("Delivered.", "thing.made", 1)
    ]
    assert trace.request_id.get() == "-"


@pytest.mark.django_db(transaction=True)
def test_runs_subscribers_outside_of_a_transaction(monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(deliveries, "_run", lambda *_: seen.append(connection.in_atomic_block))
    with transaction.atomic():
        journal.record("thing.made", file=file)
    deliveries.deliver_due()
    assert seen == [False]


@pytest.mark.django_db(transaction=True)
def test_a_subscriber_that_fails_is_tried_again_later_and_the_other_is_done(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_once(event: object) -> None:
        monkeypatch.undo()
        raise ConnectionError("No answer")

    with transaction.atomic():
        journal.record("thing.painted", file=file)
    monkeypatch.setitem(subscriptions._subscribers, subscriptions.path_of(tasks.note_paint), fail_once)
    now = timezone.now()
    assert deliveries.deliver_due(at(now)) == 2
    assert lines(file) == ["second"]
    delivery = Delivery.objects.get(state="pending")
    assert (delivery.attempts, delivery.last_error) == (1, "ConnectionError: No answer")
    assert delivery.due_at is not None
    assert now < delivery.due_at <= now + deliveries.FIRST_PAUSE
    assert deliveries.deliver_due(at(now)) == 0
    assert deliveries.deliver_due(at(now + deliveries.FIRST_PAUSE)) == 1
    assert lines(file) == ["second", "first"]
    assert not Delivery.objects.exclude(state="done").exists()
    assert not Delivery.objects.exclude(last_error="").exists()


@pytest.mark.django_db(transaction=True)
def test_fails_for_good_after_all_attempts() -> None:
    with transaction.atomic():
        journal.record("thing.dropped")
    now = timezone.now()
    for tried in range(deliveries.ATTEMPTS):
        assert Delivery.objects.get().attempts == tried
        assert deliveries.deliver_due(at(now)) == 1
        now += deliveries.LONGEST_PAUSE
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.due_at, delivery.attempts) == ("failed", None, deliveries.ATTEMPTS)
    assert deliveries.deliver_due(at(now + timedelta(days=365))) == 0


@pytest.mark.django_db(transaction=True)
def test_the_stored_error_is_one_line_without_addresses_and_secrets() -> None:
    with transaction.atomic():
        journal.record("thing.dropped")
    deliveries.deliver_due()
    assert Delivery.objects.get().last_error == "ConnectionError: No answer for [address], password=[removed]"


@pytest.mark.django_db(transaction=True)
def test_a_subscriber_that_gives_up_is_not_tried_again() -> None:
    with transaction.atomic():
        journal.record("thing.lost")
    deliveries.deliver_due()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.last_error) == ("failed", 1, "Nobody will ever find it.")


@pytest.mark.django_db(transaction=True)
def test_a_delivery_whose_subscriber_is_gone_fails_for_good_with_the_reason(file: str) -> None:
    with transaction.atomic():
        journal.record("thing.made", file=file)
    Delivery.objects.update(subscriber="things.tasks.renamed")
    deliveries.deliver_due()
    delivery = Delivery.objects.get()
    assert delivery.state == "failed"
    assert delivery.last_error == "There is no subscriber things.tasks.renamed any more."
    assert not lines(file)


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_held_is_due_when_its_lease_ends(file: str) -> None:
    with transaction.atomic():
        journal.record("thing.made", file=file)
    now = timezone.now()
    assert deliveries.claim(now) is not None
    assert deliveries.deliver_due(at(now + deliveries.LEASE - SECOND)) == 0
    assert deliveries.deliver_due(at(now + deliveries.LEASE)) == 1
    assert len(lines(file)) == 1
    assert Delivery.objects.get().attempts == 2


@pytest.mark.django_db(transaction=True)
def test_a_delivery_that_kills_every_worker_fails_for_good(file: str) -> None:
    with transaction.atomic():
        journal.record("thing.made", file=file)
    now = timezone.now()
    for _ in range(deliveries.ATTEMPTS):
        assert deliveries.claim(now) is not None
        now += deliveries.LEASE
    deliveries.deliver_due(at(now))
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.last_error) == ("failed", "Its worker was killed in the last attempt.")
    assert not lines(file)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_outlived_its_lease_does_not_overwrite_its_successor(
    file: str, caplog: pytest.LogCaptureFixture
) -> None:
    with transaction.atomic():
        journal.record("thing.made", file=file)
    now = timezone.now()
    slow = deliveries.claim(now)
    successor = deliveries.claim(now + deliveries.LEASE)
    assert slow is not None
    assert successor is not None
    deliveries.deliver(slow)
    assert "longer than its lease" in caplog.text
    assert Delivery.objects.get().state == "running"
    deliveries.deliver(successor)
    assert Delivery.objects.get().state == "done"


@pytest.mark.django_db(transaction=True)
def test_idle_workers_only_read(django_assert_num_queries: Callable[..., object]) -> None:
    with django_assert_num_queries(1) as queries:  # type: ignore[attr-defined]
        assert deliveries.deliver_due() == 0
    assert queries.captured_queries[0]["sql"].startswith("SELECT")


@given(st.integers(1, 1000), st.floats(0, 1))
def test_pauses_grow_and_stay_between_their_limits(attempt: int, chance: float) -> None:
    pause = deliveries.pause_after(attempt, chance)
    assert deliveries.FIRST_PAUSE / 2 <= pause <= deliveries.LONGEST_PAUSE
    assert deliveries.pause_after(attempt + 1, chance) >= pause


def test_attempts_span_a_night() -> None:
    longest = sum((deliveries.pause_after(attempt, 0) for attempt in range(1, deliveries.ATTEMPTS)), timedelta())
    assert longest > timedelta(hours=6)
