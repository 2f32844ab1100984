"""A migration's operation: on PostgreSQL, an index by which `?search=` finds words in the middle of a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandError
from django.db import Error
from django.db.migrations.operations.base import Operation

_EXTENSION = "CREATE EXTENSION IF NOT EXISTS pg_trgm"


class SearchIndex(Operation):
    """Indexes the trigrams of these fields of a model, in capitals as `icontains` compares them.

    SQLite has no such index and reads all rows. A word of one or two letters has no trigram and reads them on
    PostgreSQL, too.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str, fields: Sequence[str]) -> None:
        self.model_name = model_name
        self.fields = fields

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Django's picture of the tables stays as it is."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        try:
            schema_editor.execute(_EXTENSION, params=None)
        except Error as error:
            raise CommandError(
                f"Searching needs PostgreSQL's extension pg_trgm, which this role cannot add ({error}). Let an"
                " administrator run `CREATE EXTENSION pg_trgm` in this database, and migrate again."
            ) from error
        options = to_state.apps.get_model(app_label, self.model_name)._meta
        columns = [options.get_field(field).column for field in self.fields]
        keys = ", ".join(f'upper("{column}" COLLATE "default") gin_trgm_ops' for column in columns)
        table = options.db_table
        schema_editor.execute(f'CREATE INDEX "{table}_search" ON "{table}" USING gin ({keys})', params=None)
        schema_editor.execute(f'ANALYZE "{table}"', params=None)  # without its figures the planner reads all rows

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
            schema_editor.execute(f'DROP INDEX IF EXISTS "{table}_search"', params=None)

    def describe(self) -> str:
        return f"Index {self.model_name} for searching in {', '.join(self.fields)}"
