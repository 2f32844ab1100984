"""`manage_auth.py erase_people ID …`: who had been erased before a backup brought them back."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from auth_service.accounts import actions
from auth_service.accounts.problems import LastSuperuser, NoSuchUser


class Command(BaseCommand):
    help = (
        "Erase these people; who is unknown is passed over. After a restore, `manage_core.py erased_people` names them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ids", nargs="*", type=uuid.UUID, metavar="ID")

    def handle(self, *args: Any, **options: Any) -> None:
        erased, unknown, last = 0, 0, None
        for user_id in options["ids"]:
            try:
                actions.erase_person(user_id=user_id, actor_id=None)
                erased += 1
            except NoSuchUser:
                unknown += 1
            except LastSuperuser:
                last = user_id
        self.stdout.write(f"Erased: {erased}. Unknown: {unknown}.")
        if last is not None:
            raise CommandError(
                f"{last} stays, as the last active superuser: make another one (createsuperuser), and run this again."
            )
