"""The worker as real processes: several at once, killed, stopped, and without a database."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from shared_settings import deliveries, journal, timers, worker
from shared_settings.tests import worker_process
from shared_settings.tests.things.models import Delivery, Timer
from shared_settings.tests.things.tasks import TICKS

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 180
TICK = "shared_settings.tests.things.tasks.tick"


def until(is_so: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end, "It never came to be."
        time.sleep(0.05)


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def django(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a command says that is started as its users do, on the database of the test unless another is named."""
    command = [sys.executable, "-m", "django", *arguments]
    return subprocess.run(
        ["env", *(f"{name}={value}" for name, value in environment.items()), *command],
        cwd=settings.PROJECT_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


class Running:
    """A worker as a process; it logs into a file, since a pipe that nobody reads would stop it."""

    def __init__(self, log: Path, database_url: str) -> None:
        self.log = log
        self.process = worker_process.start(log, database_url)

    def logged(self) -> list[dict[str, Any]]:
        whole_lines = self.log.read_text().splitlines(keepends=True) if self.log.exists() else []
        return [json.loads(line) for line in whole_lines if line.endswith("}\n")]

    def has_said(self, message: str) -> bool:
        return any(line["message"].startswith(message) for line in self.logged())

    def wait_until_said(self, message: str) -> None:
        until(lambda: self.has_said(message))

    def signal(self, number: signal.Signals) -> None:
        assert self.process.pid is not None
        os.kill(self.process.pid, number)

    def stop(self) -> None:
        self.signal(signal.SIGTERM)
        self.wait_until_stopped()

    def wait_until_stopped(self) -> None:
        """It must end well."""
        self.process.join(PATIENCE_SECONDS)
        assert self.process.exitcode == 0
        assert self.logged()[-1]["message"] == "The worker has stopped."

    def kill(self) -> None:
        self.process.kill()
        self.process.join()


Start = Callable[..., Running]


@pytest.fixture
def heard(tmp_path: Path) -> Path:
    return tmp_path / "heard"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a worker; it is killed when the test ends."""
    started: list[Running] = []

    def start(database_url: str = "") -> Running:
        url = database_url or os.environ["DATABASE_URL"]  # noqa: TID251 - as a process that a test starts reads it
        one = Running(tmp_path / f"worker-{len(started)}.log", url)
        started.append(one)
        return one

    yield start
    for one in started:
        one.kill()


@pytest.fixture
def start_ready(start: Start) -> Callable[[int], list[Running]]:
    """Starts several and waits until all look for work."""

    def start_ready(count: int) -> list[Running]:
        workers = [start() for _ in range(count)]
        for one in workers:
            one.wait_until_said("The worker is ready.")
        return workers

    return start_ready


def record(count: int, heard: Path) -> set[str]:
    with transaction.atomic():
        return {str(journal.record("thing.made", file=str(heard))) for _ in range(count)}


class Hold:
    """Keeps each worker that comes to one of these events, until it is let go."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "hold"
        self.carried = folder / "carried"

    def record(self, count: int) -> None:
        self.file.touch()
        with transaction.atomic():
            for _ in range(count):
                journal.record("thing.carried", file=str(self.carried), hold=str(self.file))

    def wait_until_inside(self, count: int) -> None:
        until(lambda: lines(self.carried) == ["began"] * count)

    def let_go(self) -> None:
        self.file.unlink()


@pytest.fixture
def hold(tmp_path: Path) -> Hold:
    return Hold(tmp_path)


def is_all_done() -> bool:
    return not Delivery.objects.exclude(state="done").exists()


def deliver_after_leases() -> int:
    return deliveries.deliver_due(lambda: timezone.now() + deliveries.LEASE)


def test_several_workers_deliver_each_event_once(start: Start, heard: Path, hold: Hold) -> None:
    hold.record(3)
    workers = [start() for _ in range(3)]
    hold.wait_until_inside(3)  # one each, so that all go on at once
    expected = record(200, heard)
    hold.let_go()
    until(is_all_done)
    for one in workers:
        one.stop()
        assert one.has_said("Delivered.")
    assert Counter(lines(hold.carried)) == {"began": 3, "ended": 3}
    times = Counter(line.split()[0] for line in lines(heard))
    assert set(times) == expected
    assert set(times.values()) == {1}
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}


def test_killing_workers_in_the_middle_loses_nothing(
    start_ready: Callable[[int], list[Running]], heard: Path, hold: Hold
) -> None:
    workers = start_ready(2)
    expected = record(200, heard)
    hold.record(2)  # so that the middle has no end
    until(lambda: len(lines(heard)) > 20)
    for one in workers:
        one.kill()
    assert not is_all_done()
    hold.let_go()
    # Not always at once: the database may not have noticed yet that a worker is gone, and keep a row locked for it.
    until(lambda: deliver_after_leases() == 0 and is_all_done())
    times = Counter(line.split()[0] for line in lines(heard))
    assert set(times) == expected
    assert sum(times.values()) <= len(expected) + len(workers)


def test_what_a_killed_worker_had_begun_is_delivered_again_after_its_lease(start: Start, hold: Hold) -> None:
    hold.record(1)
    killed = start()
    hold.wait_until_inside(1)
    killed.kill()
    hold.let_go()
    assert Delivery.objects.get().state == "running"
    assert deliveries.deliver_due() == 0
    assert deliver_after_leases() == 1
    assert lines(hold.carried) == ["began", "began", "ended"]
    assert is_all_done()


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_worker_ends_what_it_does_and_begins_nothing(
    with_signal: signal.Signals, start: Start, heard: Path, hold: Hold
) -> None:
    hold.record(1)
    record(1, heard)
    stopped = start()
    hold.wait_until_inside(1)
    stopped.signal(with_signal)
    stopped.process.join(0.2)
    assert stopped.process.exitcode is None
    hold.let_go()
    stopped.wait_until_stopped()
    assert lines(hold.carried) == ["began", "ended"]
    assert set(Delivery.objects.values_list("event__name", "state")) == {
        ("thing.carried", "done"),
        ("thing.made", "pending"),
    }


def test_an_idle_worker_stops(start_ready: Callable[[int], list[Running]]) -> None:
    (idle,) = start_ready(1)
    idle.stop()


@pytest.mark.parametrize("is_away", [False, True], ids=["idle", "without a database"])
def test_a_worker_that_waits_looks_often_whether_it_is_to_stop(monkeypatch: pytest.MonkeyPatch, is_away: bool) -> None:
    naps: list[float] = []
    waiting = worker.Worker()

    def prepare() -> None:
        if is_away:
            raise OperationalError("nobody answers")

    def nap(seconds: float) -> None:
        naps.append(seconds)
        waiting.is_stopping = True

    monkeypatch.setattr(worker, "prepare", prepare)
    monkeypatch.setattr(time, "sleep", nap)
    waiting.run()
    assert len(naps) == 1
    assert naps[0] < 0.5


def test_the_heart_of_a_worker_beats_between_two_pieces_of_work_and_not_in_one_that_hangs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    heartbeat = tmp_path / "heartbeat"
    working = worker.Worker(heartbeat)
    seen: list[bool] = []

    def look() -> None:
        seen.append(heartbeat.exists())
        heartbeat.unlink(missing_ok=True)

    def run_due(*, is_stopping: Callable[[], bool]) -> None:
        look()
        assert not is_stopping()
        look()
        look()
        working.is_stopping = True

    monkeypatch.setattr(worker, "prepare", lambda: None)
    monkeypatch.setattr(timers, "run_due", run_due)
    working.run()
    assert seen == [True, True, False]


def test_looks_at_the_timers_between_deliveries_that_hang(monkeypatch: pytest.MonkeyPatch, heard: Path) -> None:
    spent: list[float] = []
    monkeypatch.setattr(deliveries, "_run", lambda *_: spent.append(30.0))
    monkeypatch.setattr(worker, "time", SimpleNamespace(monotonic=lambda: sum(spent)))
    record(3, heard)
    assert [worker.Worker().work_once() for _ in range(4)] == [1, 1, 1, 0]


def test_of_three_workers_one_runs_timed_work(start_ready: Callable[[int], list[Running]], tmp_path: Path) -> None:
    workers = start_ready(3)
    for times in (1, 2, 3):
        until(lambda: Timer.objects.filter(name=TICK, due_at__gt=timezone.now() + deliveries.LEASE).exists())
        assert len(lines(tmp_path / TICKS)) == times
        Timer.objects.filter(name=TICK).update(due_at=timezone.now())
    until(lambda: Timer.objects.filter(name=TICK, due_at__gt=timezone.now() + deliveries.LEASE).exists())
    for one in workers:
        one.stop()
    assert len(lines(tmp_path / TICKS)) == 4


def test_once_does_what_is_due_and_ends(heard: Path, tmp_path: Path) -> None:
    record(1, heard)
    with transaction.atomic():
        journal.record("thing.dropped")
    done = django("worker", "--once", VAR_DIR=str(tmp_path))
    assert (done.returncode, done.stdout) == (0, "Tried 2 deliveries.\n")
    assert len(lines(heard)) == 1
    assert "to be tried again" in done.stderr
    assert "hunter2" not in done.stderr


def test_waits_while_there_is_no_table_and_goes_on_when_there_is(
    start: Start, new_database_url: Callable[[], str], tmp_path: Path
) -> None:
    url = new_database_url()
    waiting = start(url)
    waiting.wait_until_said("The worker waits: migrations wait to be applied")
    refused = django("worker", "--once", DATABASE_URL=url)
    assert refused.returncode == 1
    assert refused.stderr.startswith("CommandError: The worker cannot work now: migrations wait to be applied")
    migrated = django("migrate", "--run-syncdb", DATABASE_URL=url)
    assert migrated.returncode == 0, migrated.stderr
    until(lambda: lines(tmp_path / TICKS) == ["tick"])
    waiting.stop()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="A file does not go away for a while.")
def test_waits_while_the_database_is_away(start_ready: Callable[[int], list[Running]], heard: Path) -> None:
    (waiting,) = start_ready(1)
    with database_is_away() as end_connections:
        until(lambda: end_connections() or waiting.has_said("The worker waits: "))
    record(1, heard)
    until(is_all_done)
    waiting.stop()


@contextmanager
def database_is_away() -> Iterator[Callable[[], None]]:
    """The database takes no connection; what is made can end those that it has, but the test's own."""
    name = connection.settings_dict["NAME"]
    connection.ensure_connection()

    def end_connections() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    with connection._nodb_cursor() as server:
        server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        try:
            yield end_connections
        finally:
            server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
