"""The worker as real processes: several at once, killed, stopped, and without a database."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from shared_settings import deliveries, journal
from shared_settings.tests.things.models import Delivery, Timer
from shared_settings.tests.things.tasks import TICKS

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 60
TICK = "shared_settings.tests.things.tasks.tick"


def until(is_so: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end, "It never came to be."
        time.sleep(0.05)


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def django(*arguments: str, **environment: str) -> list[str]:
    """A command in a process of its own, on the database of the test unless `environment` names another."""
    return [
        "env",
        *(f"{name}={value}" for name, value in environment.items()),
        sys.executable,
        "-m",
        "django",
        *arguments,
    ]


class Running:
    """A worker as a process; it logs into a file, since a pipe that nobody reads would stop it."""

    def __init__(self, log: Path, **environment: str) -> None:
        self.log = log
        with log.open("w") as stderr:
            command = django("worker", VAR_DIR=str(log.parent), **environment)
            self.process = subprocess.Popen(command, cwd=settings.PROJECT_DIR, stderr=stderr)

    def logged(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in lines(self.log) if line.endswith("}")]

    def has_said(self, message: str) -> bool:
        return any(line["message"].startswith(message) for line in self.logged())

    def wait_until_said(self, message: str) -> None:
        until(lambda: self.has_said(message))

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> None:
        """It must end well and soon."""
        self.process.send_signal(with_signal)
        assert self.process.wait(timeout=30) == 0
        assert self.logged()[-1]["message"] == "The worker has stopped."

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


Start = Callable[..., Running]


@pytest.fixture
def heard(tmp_path: Path) -> Path:
    return tmp_path / "heard"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a worker; it is killed when the test ends."""
    started: list[Running] = []

    def start(**environment: str) -> Running:
        worker = Running(tmp_path / f"worker-{len(started)}.log", **environment)
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.kill()


@pytest.fixture
def start_ready(start: Start) -> Callable[[int], list[Running]]:
    """Starts several and waits until all look for work, so that they really compete."""

    def start_ready(count: int) -> list[Running]:
        workers = [start() for _ in range(count)]
        for worker in workers:
            worker.wait_until_said("The worker is ready.")
        return workers

    return start_ready


def record(count: int, heard: Path) -> set[str]:
    with transaction.atomic():
        return {str(journal.record("thing.made", file=str(heard))) for _ in range(count)}


def record_carried(heard: Path, hold: Path) -> None:
    hold.touch()
    with transaction.atomic():
        journal.record("thing.carried", file=str(heard), hold=str(hold))


def is_all_done() -> bool:
    return not Delivery.objects.exclude(state="done").exists()


@pytest.mark.parametrize("count", [2, 4])
def test_several_workers_deliver_each_event_once(
    count: int, start_ready: Callable[[int], list[Running]], heard: Path
) -> None:
    workers = start_ready(count)
    expected = record(200, heard)
    until(is_all_done)
    for worker in workers:
        worker.stop()
    times = Counter(line.split()[0] for line in lines(heard))
    assert set(times) == expected
    assert set(times.values()) == {1}
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}
    assert sum(worker.has_said("Delivered.") for worker in workers) > 1


def test_killing_workers_in_the_middle_loses_nothing(start_ready: Callable[[int], list[Running]], heard: Path) -> None:
    workers = start_ready(2)
    expected = record(200, heard)
    until(lambda: len(lines(heard)) > 20)
    for worker in workers:
        worker.kill()
    assert not is_all_done()
    deliveries.deliver_due(lambda: timezone.now() + deliveries.LEASE)
    assert is_all_done()
    times = Counter(line.split()[0] for line in lines(heard))
    assert set(times) == expected
    assert sum(times.values()) <= len(expected) + len(workers)


def test_what_a_killed_worker_had_begun_is_delivered_again_after_its_lease(
    start: Start, heard: Path, tmp_path: Path
) -> None:
    hold = tmp_path / "hold"
    record_carried(heard, hold)
    worker = start()
    until(lambda: lines(heard) == ["began"])
    worker.kill()
    hold.unlink()
    assert Delivery.objects.get().state == "running"
    assert deliveries.deliver_due() == 0
    assert deliveries.deliver_due(lambda: timezone.now() + deliveries.LEASE) == 1
    assert lines(heard) == ["began", "began", "ended"]
    assert is_all_done()


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_worker_ends_what_it_does_and_begins_nothing(
    with_signal: signal.Signals, start: Start, heard: Path, tmp_path: Path
) -> None:
    hold = tmp_path / "hold"
    record_carried(heard, hold)
    record(1, heard)
    worker = start()
    until(lambda: lines(heard) == ["began"])
    worker.process.send_signal(with_signal)
    time.sleep(0.5)
    assert worker.process.poll() is None
    hold.unlink()
    worker.stop(with_signal)
    assert lines(heard) == ["began", "ended"]
    assert set(Delivery.objects.values_list("event__name", "state")) == {
        ("thing.carried", "done"),
        ("thing.made", "pending"),
    }


def test_an_idle_worker_stops_at_once(start_ready: Callable[[int], list[Running]]) -> None:
    (worker,) = start_ready(1)
    began = time.monotonic()
    worker.stop()
    assert time.monotonic() - began < 10  # seconds, on a busy machine


def test_of_three_workers_one_runs_timed_work(start_ready: Callable[[int], list[Running]], tmp_path: Path) -> None:
    workers = start_ready(3)
    ticks = tmp_path / TICKS
    for times in (1, 2, 3):
        until(lambda: Timer.objects.filter(name=TICK, due_at__gt=timezone.now() + deliveries.LEASE).exists())
        time.sleep(1.5)  # longer than the pause between two looks
        assert len(lines(ticks)) == times
        Timer.objects.filter(name=TICK).update(due_at=timezone.now())
    for worker in workers:
        worker.stop()


def test_once_does_what_is_due_and_ends(heard: Path, tmp_path: Path) -> None:
    record(1, heard)
    with transaction.atomic():
        journal.record("thing.dropped")
    command = django("worker", "--once", VAR_DIR=str(tmp_path))
    done = subprocess.run(command, cwd=settings.PROJECT_DIR, capture_output=True, text=True, check=True)
    assert done.stdout == "Tried 2 deliveries.\n"
    assert len(lines(heard)) == 1
    assert "to be tried again" in done.stderr
    assert "hunter2" not in done.stderr


def test_waits_while_there_is_no_table_and_goes_on_when_there_is(
    start: Start, new_database_url: Callable[[], str]
) -> None:
    url = new_database_url()
    worker = start(DATABASE_URL=url, LOG_LEVEL="DEBUG")
    worker.wait_until_said("The worker waits: migrations wait to be applied")
    once = django("worker", "--once", DATABASE_URL=url)
    refused = subprocess.run(once, cwd=settings.PROJECT_DIR, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert refused.stderr.startswith("CommandError: The worker cannot work now: migrations wait to be applied")
    migrate = django("migrate", "--run-syncdb", DATABASE_URL=url)
    subprocess.run(migrate, cwd=settings.PROJECT_DIR, check=True, capture_output=True)
    worker.wait_until_said("Timed work done.")
    worker.stop()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="A file does not go away for a while.")
def test_waits_while_the_database_is_away(start_ready: Callable[[int], list[Running]], heard: Path) -> None:
    (worker,) = start_ready(1)
    with is_away():
        worker.wait_until_said("The worker waits: ")
    record(1, heard)
    until(is_all_done)
    worker.stop()


@contextmanager
def is_away() -> Iterator[None]:
    """The database ends all connections but the test's own, and takes no other."""
    name = connection.settings_dict["NAME"]
    connection.ensure_connection()
    with connection._nodb_cursor() as server:
        try:
            server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            yield
        finally:
            server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
