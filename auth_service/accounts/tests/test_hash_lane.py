"""The lane of password hashes: one at a time, few that wait, and always behind everything else."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from auth_service.accounts.hash_lane import NICENESS, HashLane, lane
from auth_service.accounts.problems import TooBusy


def test_returns_what_the_work_returns() -> None:
    assert HashLane().run(lambda: 7) == 7


def test_raises_what_the_work_raises_and_goes_on() -> None:
    lane = HashLane(most_waiting=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            lane.run(lambda: 1 // 0)
    assert lane.run(lambda: 7) == 7


@pytest.mark.parametrize("most_waiting", [0, 4])
def test_does_one_at_a_time_and_refuses_whom_it_cannot_take(most_waiting: int) -> None:
    lane = HashLane(most_waiting)
    may_go_on, running, most_running = threading.Event(), [], []

    def work() -> bool:
        running.append(1)
        most_running.append(len(running))
        may_go_on.wait(300)
        running.pop()
        return True

    with ThreadPoolExecutor(20) as pool:
        calls = [pool.submit(lane.run, work) for _ in range(20)]
        refused = [call for call in calls if _is_refused(call, most_waiting, calls)]
        with pytest.raises(TooBusy):
            lane.refuse_if_full()
        may_go_on.set()
        done = [call.result() for call in calls if call not in refused]
    assert len(done) == 1 + most_waiting
    assert set(most_running) == {1}
    lane.refuse_if_full()


def _is_refused(call: Any, most_waiting: int, calls: list[Any]) -> bool:
    """Waits until all that are to be refused were."""
    while sum(other.done() for other in calls) < len(calls) - 1 - most_waiting:
        threading.Event().wait(0.01)
    return isinstance(call.exception(), TooBusy) if call.done() else False


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux has a priority for each thread.")
def test_yields_to_every_other_thread() -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    own = niceness()
    assert HashLane().run(niceness) == min(own + NICENESS, 19)
    assert niceness() == own


@pytest.mark.parametrize(("threads", "waiting"), [(1, 0), (2, 0), (4, 1), (8, 3), (12, 4), (64, 4)])
def test_leaves_half_of_the_servers_threads_to_others(threads: int, waiting: int) -> None:
    lane = HashLane()
    lane.leave_threads(threads)
    assert lane.most_waiting == waiting


def test_every_hash_of_the_service_goes_through_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from auth_service.accounts import passwords

    passed: list[Callable[[], Any]] = []
    monkeypatch.setattr(lane, "run", passed.append)
    passwords.hash_of("x")
    passwords.matches("x", None)
    assert len(passed) == 2
