"""`manage_core.py erased_people --since …`: whom Auth has to erase again when a backup brought them back there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core_service.journal.models import Tombstone


def moment(text: str) -> datetime:
    """A time of ISO 8601, in UTC where it names no zone."""
    given = datetime.fromisoformat(text)
    return given if given.tzinfo else given.replace(tzinfo=UTC)


class Command(BaseCommand):
    help = (
        "Print the ids of people of whose erasure Auth has told, a line each: `manage_auth.py erase_people` takes them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", required=True, type=moment, help="When the backup was made: 2026-01-31T09:30.")

    def handle(self, *args: Any, **options: Any) -> None:
        for stone in Tombstone.objects.filter(erased_at__gte=options["since"]).order_by("erased_at", "pk"):
            self.stdout.write(str(stone.pk))
