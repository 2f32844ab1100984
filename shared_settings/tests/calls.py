"""All calls of a service, as its OpenAPI document lists them, for tests of what holds for each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from shared_settings.base import PROJECT_DIR

PREFIX = "/api/v1"
SERVER = "http://testserver"  # said in full, since Auth's client puts the prefix before a path
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Call:
    """A method of a path; `path` is without the prefix and has its ids in braces."""

    method: str
    path: str
    content_type: str | None  # of the body that it takes; None without one
    is_open: bool  # needs no token
    is_of_services: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def has_id(self) -> bool:
        return "{" in self.path

    def at(self, row_id: object) -> str:
        """The path with this in the place of every id."""
        return re.sub(r"\{\w+\}", str(row_id), self.path)

    def sent_by(
        self, client: Any, *, row_id: object = "", query: str = "", body: str | None = None, **extra: Any
    ) -> Any:
        """The answer to this client; the body is by default an empty one of the right type."""
        path = SERVER + PREFIX + self.at(row_id) + query
        if self.content_type is None:
            return client.generic(self.method.upper(), path, **extra)
        content = body if body is not None else "{}" if self.content_type == JSON else ""
        return client.generic(self.method.upper(), path, content, **({"content_type": self.content_type} | extra))


def calls_of(service: str) -> list[Call]:
    """From `openapi/`, which `make check` holds against the code."""
    text = (PROJECT_DIR / "openapi" / f"{service}.yaml").read_text(encoding="utf-8")
    paths: dict[str, dict[str, Any]] = yaml.load(text, Loader=yaml.CSafeLoader)["paths"]
    return [
        _call(method, path, operation)
        for path, operations in paths.items()
        for method, operation in operations.items()
        if method in METHODS
    ]


def _call(method: str, path: str, operation: dict[str, Any]) -> Call:
    takes = list(operation.get("requestBody", {}).get("content", ()))
    content_type = JSON if JSON in takes else takes[0] if takes else None
    security = operation["security"]
    is_open = not security or {} in security
    return Call(method, path.removeprefix(PREFIX), content_type, is_open, security == [{"serviceToken": []}])


def other_methods(calls: list[Call]) -> list[Call]:
    """For every path a call that is none: a method that it does not take."""
    taken: dict[str, set[str]] = {}
    for call in calls:
        taken.setdefault(call.path, set()).add(call.method)
    of_services = {call.path for call in calls if call.is_of_services}
    return [
        Call(min(set(METHODS) - methods), path, None, is_open=False, is_of_services=path in of_services)
        for path, methods in taken.items()
        if len(methods) < len(METHODS)
    ]
