"""Entity tags of rows, and what a writer expects of the row that it changes (RFC 9110, If-Match)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models

from shared_settings.problems import PreconditionFailed


def tag_of(*values: object) -> str:
    """A strong entity tag, quotes included, that differs when any of these values does."""
    return f'"{hashlib.sha256(repr(values).encode()).hexdigest()[:32]}"'


def row_etag(row: models.Model) -> str:
    """The tag of a row: of all its stored fields, except those that its class names in `not_in_etag`."""
    hidden = getattr(row, "not_in_etag", ())
    fields = [field.attname for field in row._meta.concrete_fields if field.attname not in hidden]
    return tag_of(row._meta.label, *(str(getattr(row, name)) for name in fields))


@dataclass(frozen=True)
class Expected:
    """The tags that `If-Match` names; an action checks them under the lock under which it writes."""

    tags: frozenset[str]

    @classmethod
    def of(cls, tags: Iterable[str]) -> Expected:
        return cls(frozenset(tags))

    def check_tag(self, tag: str) -> None:
        if tag not in self.tags:
            raise PreconditionFailed

    def check(self, row: models.Model) -> None:
        """Raise `PreconditionFailed` unless the row is still one that the caller has read."""
        self.check_tag(row_etag(row))


def check_expected(expected: Expected | None, row: models.Model) -> None:
    """Check what the caller expects, if anything."""
    if expected is not None:
        expected.check(row)
