"""`manage_*.py worker`: deliver events and run timed work."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from shared_settings.database import MigrationsWait
from shared_settings.worker import Worker


class Command(BaseCommand):
    help = (
        "Deliver events to their subscribers and run timed work, until SIGTERM or SIGINT. Several may run at once. "
        "Logs one JSON line a delivery on standard error."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="do what is due now and what follows from it, then exit"
        )
        parser.add_argument(
            "--heartbeat",
            type=Path,
            metavar="FILE",
            help="touch this file: one older than six minutes is of a worker that hangs",
        )

    def handle(self, *args: Any, once: bool, heartbeat: Path | None, **options: Any) -> None:
        worker = Worker(heartbeat)
        worker.stop_on_signals()
        if not once:
            worker.run()
            return
        try:
            tried = worker.run_until_idle()
        except (OperationalError, MigrationsWait) as error:
            raise CommandError(f"The worker cannot work now: {error}") from error
        self.stdout.write(f"Tried {tried} deliveries.")
