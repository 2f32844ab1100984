"""The field of titles."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import Collate
from django.db.models.lookups import IContains

TITLE_LENGTH = 200


class TitleField(models.CharField):
    """A title, ordered by code point on every database; PostgreSQL would order by the rules of a language.

    So a list comes in the same order wherever it runs, and a cursor compares as the index is sorted.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", TITLE_LENGTH)
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        parameters: dict[str, Any] = dict(super().db_parameters(connection))
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


@TitleField.register_lookup
class ContainsInAnyCase(IContains):
    """`icontains`, which knows the letters of all languages; collation C, by which titles are ordered, knows A to Z."""

    def process_lhs(self, compiler: Any, connection: BaseDatabaseWrapper, lhs: Any = None) -> Any:
        if connection.vendor == "postgresql":
            lhs = Collate(lhs or self.lhs, "default")
        return super().process_lhs(compiler, connection, lhs)
