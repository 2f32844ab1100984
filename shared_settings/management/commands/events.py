"""`manage_*.py events`: see what waits to be delivered and what failed, and try it again or drop it."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError
from django.utils import timezone

from shared_settings import deliveries
from shared_settings.journal import DeliveryState, journal_model

_HEADINGS = ("ID", "EVENT", "SUBSCRIBER", "STATE", "ATTEMPTS", "NEXT", "LAST ERROR")
_ERROR_WIDTH = 60


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:20]) < 2**62:
        raise ArgumentTypeError(f"{text!r} is no whole number from 1 on.")
    return int(text)


def _when(time: datetime | None) -> str:
    return "-" if time is None else f"{time:%Y-%m-%dT%H:%M:%SZ}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell, the last as it is."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS) - 1)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]) for row in rows
    )


class Command(BaseCommand):
    help = "List the deliveries of events, newest first; `retry`, `drop` and `show` take the ids of the list."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--state", choices=DeliveryState.values, action="append", help="only these (repeat it for several)"
        )
        parser.add_argument("--name", help="only this event, such as user.registered")
        parser.add_argument("--limit", type=_number, default=50, help="how many rows at most (50)")
        verbs = parser.add_subparsers(dest="verb", title="verbs", metavar="")
        retry = verbs.add_parser(
            "retry", help="make failed or waiting deliveries due now, with all attempts before them"
        )
        retry.add_argument("ids", nargs="*", type=_number, metavar="ID")
        retry.add_argument("--all-failed", action="store_true", help="every delivery that failed for good")
        drop = verbs.add_parser("drop", help="forget deliveries that failed for good and are not wanted any more")
        drop.add_argument("ids", nargs="+", type=_number, metavar="ID")
        show = verbs.add_parser("show", help="all that is known of one delivery and its event")
        show.add_argument("id", type=_number, metavar="ID")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._run(**options)
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(f"The database does not answer, or waits for `migrate`: {error}") from error

    def _run(self, *, verb: str | None, **options: Any) -> None:
        if verb == "retry":
            self._retry(options["ids"], all_failed=options["all_failed"])
        elif verb == "drop":
            self._drop(options["ids"])
        elif verb == "show":
            self._show(options["id"])
        else:
            self._list(options["state"], options["name"], options["limit"])

    def _list(self, states: list[str] | None, name: str | None, limit: int) -> None:
        found = journal_model("Delivery").objects.select_related("event").order_by("-pk")
        if states:
            found = found.filter(state__in=states)
        if name:
            found = found.filter(event__name=name)
        listed = list(found[: limit + 1])
        if not listed:
            self.stdout.write("No deliveries match.")
            return
        rows = [
            (
                str(delivery.pk),
                delivery.event.name,
                delivery.subscriber,
                delivery.state,
                str(delivery.attempts),
                _when(delivery.due_at),
                delivery.last_error[:_ERROR_WIDTH] or "-",
            )
            for delivery in listed[:limit]
        ]
        self.stdout.write(_table([_HEADINGS, *rows]))
        if len(listed) > limit:
            self.stdout.write(f"There are more than these {limit}; see --limit, --state and --name.")

    def _retry(self, ids: list[int], *, all_failed: bool) -> None:
        if bool(ids) == all_failed:
            raise CommandError("Name the deliveries to retry, or all with --all-failed.")
        retried = deliveries.retry(None if all_failed else ids, timezone.now())
        self.stdout.write(f"{retried} due now.")
        if not all_failed and retried < len(set(ids)):
            raise CommandError("The others do not exist, run at this moment or are done; `events show ID` tells which.")

    def _drop(self, ids: list[int]) -> None:
        dropped = deliveries.drop(ids)
        self.stdout.write(f"{dropped} dropped.")
        if dropped < len(set(ids)):
            raise CommandError("The others do not exist or have not failed for good; `events show ID` tells which.")

    def _show(self, pk: int) -> None:
        found = journal_model("Delivery").objects.select_related("event").filter(pk=pk).first()
        if found is None:
            raise CommandError(f"There is no delivery {pk}; done ones are deleted after a week.")
        event = found.event
        facts = {
            "delivery": found.pk,
            "subscriber": found.subscriber,
            "state": found.state,
            "attempts": found.attempts,
            "next": _when(found.due_at),
            "changed": _when(found.updated_at),
            "last error": found.last_error or "-",
            "event": event.name,
            "event id": event.pk,
            "recorded": _when(event.created_at),
            "request id": event.request_id or "-",
            "payload": json.dumps(event.payload, ensure_ascii=False),
        }
        width = max(len(name) for name in facts)
        self.stdout.write("\n".join(f"{name.ljust(width)}  {value}" for name, value in facts.items()))
