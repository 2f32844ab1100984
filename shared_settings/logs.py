"""Structured logs: one JSON object a line, with the request id, and without what is secret."""

from __future__ import annotations

import logging
import re

from pythonjsonlogger.json import JsonFormatter

from shared_settings import trace

_SECRETS = re.compile(
    r"(?i)(bearer\s+)[A-Za-z0-9._~+/=-]+"
    r"|(eyJ)[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"
    r"|eyJ[A-Za-z0-9_-]{60,}"  # no token: passed over, since a search from each `eyJ` in it would take long
    r"|((?:password|token|refresh|secret|otp)[\\\"']*\s*[:=]\s*[\\\"']*)[^\s\\\"',}&]+"
)


def without_secrets(line: str) -> str:
    """A last net: nothing logs a token or a password on purpose, but an exception's text may quote one."""
    return _SECRETS.sub(_without_secret, line)


def _without_secret(match: re.Match[str]) -> str:
    before = match[1] or match[2] or match[3]
    return f"{before}[removed]" if before else match[0]


class TraceFilter(logging.Filter):
    """Adds the service and the request id to every record."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self.service = service

    def filter(self, record: logging.LogRecord) -> bool:
        record.service = self.service
        record.request_id = trace.request_id.get()
        return True


class FailedFilter(logging.Filter):
    """Lets pass what has an exception to tell."""

    def filter(self, record: logging.LogRecord) -> bool:
        return bool(record.exc_info)


class JsonLines(JsonFormatter):
    def __init__(self) -> None:
        super().__init__(
            "{levelname}{name}{message}{service}{request_id}",
            style="{",
            timestamp="time",
            rename_fields={"levelname": "level", "name": "logger"},
            json_ensure_ascii=False,
        )

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))
