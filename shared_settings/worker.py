"""The process beside the web servers: delivers events and runs timed work until it is told to stop."""

from __future__ import annotations

import logging
import signal
import time
from pathlib import Path
from types import FrameType

from django.db import Error, InterfaceError, OperationalError, close_old_connections

from shared_settings import database, timers
from shared_settings.deliveries import deliver_due

POLL_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0
DELIVERING_SECONDS = 1.0  # between two looks at the timers, and the delivery at hand: a mail server may hang
_SLICE_SECONDS = 0.2

logger = logging.getLogger("worker")


class Worker:
    """One loop in one thread; more throughput comes from more processes, on any number of machines.

    `heartbeat` is a file that is touched between any two pieces of work, of which none takes longer than a lease.
    """

    def __init__(self, heartbeat: Path | None = None) -> None:
        self.heartbeat = heartbeat
        self.is_stopping = False

    def stop_on_signals(self) -> None:
        """SIGTERM and SIGINT let the delivery at hand end, and begin no other."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self.is_stopping = True

    def _is_to_stop(self) -> bool:
        if self.heartbeat is not None:
            self.heartbeat.touch()
        return self.is_stopping

    def run(self) -> None:
        """Work until stopped; what the database refuses or does not answer is tried again."""
        is_prepared = False
        wait = POLL_SECONDS
        while not self._is_to_stop():
            try:
                # Drops a connection that is broken or old, also one that broke while this process slept.
                close_old_connections()
                if not is_prepared:
                    prepare()
                    is_prepared = True
                    logger.info("The worker is ready.")
                is_idle = not self.work_once()
                wait = POLL_SECONDS
            except (Error, database.MigrationsWait) as error:
                is_outage = isinstance(error, (OperationalError, InterfaceError, database.MigrationsWait))
                logger.warning("The worker waits: %s", error, exc_info=None if is_outage else error)
                self._pause(wait)
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)
                is_prepared = False
            else:
                if is_idle:
                    self._pause(POLL_SECONDS)
        logger.info("The worker has stopped.")

    def work_once(self) -> int:
        """Run the timed work that is due, then deliver for a moment; returns how many deliveries were tried."""
        timers.run_due(is_stopping=self._is_to_stop)
        end = time.monotonic() + DELIVERING_SECONDS
        return deliver_due(is_stopping=lambda: self._is_to_stop() or time.monotonic() > end)

    def run_until_idle(self) -> int:
        """Do all that is due, and what follows from it; returns how many deliveries were tried."""
        prepare()
        tried = 0
        while not self.is_stopping and (now_tried := self.work_once()):
            tried += now_tried
        return tried

    def _pause(self, seconds: float) -> None:
        # Slices, since a signal handler may not set a `threading.Event` on which its own thread waits.
        end = time.monotonic() + seconds
        while not self.is_stopping and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _SLICE_SECONDS))


def prepare() -> None:
    """Raise while the tables are not there; then make the rows of timed work."""
    database.require_migrations()
    timers.prepare()
