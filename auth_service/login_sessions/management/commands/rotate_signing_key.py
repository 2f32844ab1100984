"""`manage_auth.py rotate_signing_key`: sign with a new key, without one refused token."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from auth_service.login_sessions import actions, rules


class Command(BaseCommand):
    help = "Publish a new signing key; ten minutes later the worker (or this command, run again) begins to use it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--at-once", action="store_true", help="Use it now; verifiers that do not know it yet must ask for it."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        standby = actions.add_standby_key()
        active = actions.promote_standby_key(at_once=options["at_once"])
        if active is not None:
            self.stdout.write(f"{active.kid} signs from now on; the key before it stays published for a while.")
            return
        begins = standby.created_at + rules.STANDBY_TIME
        self.stdout.write(
            f"{standby.kid} is published. The worker begins to use it at {begins:%H:%M:%S} UTC; "
            "without a worker, run this again then."
        )
