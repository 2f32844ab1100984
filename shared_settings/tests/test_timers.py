"""Timed work, in one process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from shared_settings import subscriptions, timers
from shared_settings.deliveries import LEASE
from shared_settings.tests.things.models import Timer

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
Schedule = Callable[..., None]


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def schedule(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Schedule:
    """Makes these tasks all timed work that there is, hourly."""

    def schedule(**tasks: subscriptions.Task) -> None:
        monkeypatch.setattr(subscriptions, "_timed", {name: (HOUR, task) for name, task in tasks.items()})
        timers.prepare(at(now))

    return schedule


def test_runs_at_once_and_then_after_each_period(schedule: Schedule, now: datetime) -> None:
    ran: list[str] = []
    schedule(a=lambda: ran.append("a"))
    assert timers.run_due(at(now)) == 1
    assert timers.run_due(at(now + HOUR - timedelta(seconds=1))) == 0
    assert timers.run_due(at(now + HOUR)) == 1
    assert ran == ["a", "a"]


def test_a_restart_does_not_run_it_again(schedule: Schedule, now: datetime) -> None:
    schedule(a=list)
    timers.run_due(at(now))
    timers.prepare(at(now))
    assert timers.run_due(at(now)) == 0


def test_leaves_what_another_worker_took_since_it_looked(schedule: Schedule, now: datetime) -> None:
    ran: list[str] = []

    def first() -> None:
        ran.append("first")
        timers.run_due(at(now))  # as another worker would meanwhile

    schedule(a=first, b=lambda: ran.append("second"))
    assert timers.run_due(at(now)) == 1
    assert ran == ["first", "second"]


def test_is_due_again_when_the_lease_of_a_killed_worker_ends(schedule: Schedule, now: datetime) -> None:
    def be_killed() -> None:
        raise SystemExit

    schedule(a=be_killed)
    with pytest.raises(SystemExit):
        timers.run_due(at(now))
    schedule(a=list)
    assert timers.run_due(at(now + LEASE - timedelta(seconds=1))) == 0
    assert timers.run_due(at(now + LEASE)) == 1


def test_a_failure_is_tried_again_soon_and_stops_nothing_else(
    schedule: Schedule, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[str] = []

    def fail() -> None:
        raise ConnectionError

    schedule(a=fail, b=lambda: ran.append("b"))
    assert timers.run_due(at(now)) == 2
    assert ran == ["b"]
    assert "Timed work failed." in caplog.text
    assert Timer.objects.get(name="a").due_at == now + timers.RETRY
    assert Timer.objects.get(name="b").due_at == now + HOUR


def test_leaves_rows_alone_whose_work_is_gone(schedule: Schedule, now: datetime) -> None:
    Timer.objects.create(name="gone", due_at=now)
    schedule(a=list)
    assert timers.run_due(at(now)) == 1
    assert Timer.objects.get(name="gone").due_at == now
