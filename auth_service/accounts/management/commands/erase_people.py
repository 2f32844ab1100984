"""`manage_auth.py erase_people ID …`: who had been erased before a backup brought them back."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from auth_service.accounts import actions
from auth_service.accounts.problems import NoSuchUser


class Command(BaseCommand):
    help = (
        "Erase these people; who is unknown is passed over. After a restore, `manage_core.py erased_people` names them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ids", nargs="*", type=uuid.UUID, metavar="ID")

    def handle(self, *args: Any, **options: Any) -> None:
        erased = 0
        for user_id in options["ids"]:
            with suppress(NoSuchUser):
                actions.erase_person(user_id=user_id, actor_id=None)
                erased += 1
        self.stdout.write(f"Erased: {erased}. Unknown: {len(options['ids']) - erased}.")
