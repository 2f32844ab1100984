"""Subscribers that say what they heard in a file, where a test sees it from another process."""

from __future__ import annotations

import os
import time
from pathlib import Path

from django.conf import settings

from shared_settings import trace
from shared_settings.subscriptions import Event, GiveUp, every, on

TICKS = "ticks"


def say(file: Path | str, line: str) -> None:
    """One write of one line, so that the lines of several processes do not mix."""
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)


@on("thing.made")
def note(event: Event) -> None:
    say(event.payload["file"], f"{event.id} {trace.request_id.get()}")


@on("thing.painted")
def note_paint(event: Event) -> None:
    say(event.payload["file"], "first")


@on("thing.painted")
def note_paint_too(event: Event) -> None:
    say(event.payload["file"], "second")


@on("thing.carried")
def carry_slowly(event: Event) -> None:
    """Takes as long as the file `hold` is there."""
    say(event.payload["file"], "began")
    while Path(event.payload["hold"]).exists():
        time.sleep(0.02)
    say(event.payload["file"], "ended")


@on("thing.dropped")
def break_down(event: Event) -> None:
    raise ConnectionError("No answer\nfor ann@example.org, password=hunter2hunter2")


@on("thing.lost")
def give_up(event: Event) -> None:
    raise GiveUp("Nobody will ever find it.")


@every(seconds=3600)
def tick() -> None:
    say(settings.VAR_DIR / TICKS, "tick")
