"""The services' JSON lines, shortened for people at a terminal; to a file or a pipe they go as they are."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

COLOURS = {"auth": "36", "core": "35", "WARNING": "33", "ERROR": "31", "CRITICAL": "31"}
_SHOWN_OTHERWISE = {"time", "level", "logger", "message", "service", "status", "milliseconds", "exc_info", "request_id"}
_QUIET_LOGGERS = ("gunicorn.error",)


@dataclass
class Screen:
    """Where all processes' lines go; while it is muted, only what went wrong is shown."""

    is_terminal: bool = field(default_factory=sys.stdout.isatty)
    is_muted: bool = False

    def say(self, text: str) -> None:
        """A line of the supervisor itself."""
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def show(self, program: str, line: str) -> None:
        """A line of one of the processes."""
        if not self.is_terminal:
            self.say(line)
        elif (short := self._short(program, line)) is not None:
            self.say(short)

    def _short(self, program: str, line: str) -> str | None:
        name = self._coloured(f"{program:<11}", COLOURS[program.split()[0]])
        record = _record(line)
        if record is None:
            return f"{'':8} {name} {line}"
        level = record.get("level", "INFO")
        is_routine = level in ("DEBUG", "INFO")
        if is_routine and (self.is_muted or record.get("logger") in _QUIET_LOGGERS):
            return None
        words = [record["message"]]
        if "milliseconds" in record:
            words.append(f"{record['milliseconds']:.0f}ms")
        words += [f"{key}={value}" for key, value in record.items() if key not in _SHOWN_OTHERWISE]
        if not is_routine:
            words.insert(0, self._coloured(level, COLOURS[level]))
        text = f"{_local_time(record.get('time', ''))} {name} {' '.join(map(str, words))}"
        if trace := record.get("exc_info"):
            text += "\n" + "\n".join(f"{'':8} {name} {part}" for part in str(trace).splitlines())
        return text

    def _coloured(self, text: str, colour: str) -> str:
        return text if "NO_COLOR" in os.environ else f"\x1b[{colour}m{text}\x1b[0m"


def _record(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record.get("message"), str) else None


def _local_time(time: str) -> str:
    try:
        return datetime.fromisoformat(time).astimezone().strftime("%H:%M:%S")
    except ValueError:
        return f"{'':8}"
