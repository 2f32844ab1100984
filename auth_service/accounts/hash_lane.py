"""One lane for all password hashes of this process, so that a storm of sign-ins stops nothing else."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from auth_service.accounts.problems import TooBusy

MOST_WAITING = 4
NICENESS = 15
Answer = TypeVar("Answer")


class HashLane:
    """Runs one piece of work at a time, in a thread that yields to every other; at most `most_waiting` wait for it.

    bcrypt releases Python's lock while it computes, so the other threads go on meanwhile.
    """

    def __init__(self, most_waiting: int = MOST_WAITING) -> None:
        self.most_waiting = most_waiting
        self._inside = 0
        self._lock = threading.Lock()
        self._thread: ThreadPoolExecutor | None = None

    def leave_threads(self, threads: int) -> None:
        """Use no more than half of a server's threads: whoever waits here holds one."""
        self.most_waiting = min(MOST_WAITING, max(threads // 2 - 1, 0))

    def refuse_if_full(self) -> None:
        """Raise `TooBusy` at once, before anything is read or written for what would be refused in the end."""
        if self._inside > self.most_waiting:
            raise TooBusy

    def run(self, work: Callable[[], Answer]) -> Answer:
        """What the work returns, once its turn came; raises `TooBusy` when too many wait already."""
        with self._lock:
            self.refuse_if_full()
            self._inside += 1
            # Made when it is first needed: a thread of a server's parent process would not be in its workers.
            self._thread = self._thread or ThreadPoolExecutor(1, "hash-lane", initializer=_yield_to_others)
        try:
            return self._thread.submit(work).result()
        finally:
            with self._lock:
                self._inside -= 1


def _yield_to_others() -> None:
    """Lower this thread's priority; only Linux has one for each thread."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + NICENESS)


lane = HashLane()
