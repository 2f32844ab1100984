"""A migration's operation: from then on the database itself refuses to change or delete what a table holds."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation

REFUSAL = "is only ever added to"


def statements_to_protect(vendor: str, table: str) -> list[str]:
    """SQL that makes the database refuse UPDATE and DELETE, and TRUNCATE where there is one."""
    if vendor == "postgresql":
        return [
            f"""CREATE OR REPLACE FUNCTION "{table}_refuse"() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{table} {REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$""",
            f"""CREATE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}"
            FOR EACH STATEMENT EXECUTE FUNCTION "{table}_refuse"()""",
        ]
    # INSERT OR REPLACE deletes without a word to the other triggers. NEW.rowid is -1 unless the statement names one.
    same = "id = NEW.id OR rowid = NEW.rowid"
    is_there = f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE {same})'  # noqa: S608 (a table of ours)
    conditions = {"UPDATE": "", "DELETE": "", "INSERT": is_there}
    return [
        f"""CREATE TRIGGER "{table}_no_{verb}" BEFORE {verb} ON "{table}" {condition}
        BEGIN SELECT RAISE(ABORT, '{table} {REFUSAL}'); END"""
        for verb, condition in conditions.items()
    ]


def statements_to_release(vendor: str, table: str) -> list[str]:
    """SQL that takes the protection away again."""
    if vendor == "postgresql":
        return [
            f'DROP TRIGGER IF EXISTS "{table}_append_only" ON "{table}"',
            f'DROP FUNCTION IF EXISTS "{table}_refuse"()',
        ]
    return [f'DROP TRIGGER IF EXISTS "{table}_no_{verb}"' for verb in ("UPDATE", "DELETE", "INSERT")]


class AppendOnly(Operation):
    """Protects the table of a model.

    SQLite remakes a table when a later migration alters it, without its triggers: protect it again after such a
    migration. A test of each service notices when that was forgotten.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Django's picture of the tables stays as it is."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._run(statements_to_protect, schema_editor, to_state, app_label)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._run(statements_to_release, schema_editor, to_state, app_label)

    def _run(self, statements: Any, schema_editor: Any, state: Any, app_label: str) -> None:
        table = state.apps.get_model(app_label, self.model_name)._meta.db_table
        for statement in statements(schema_editor.connection.vendor, table):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Only ever add to {self.model_name}"


class ProtectAgain(AppendOnly):
    """Protects by what `statements_to_protect` says by now; going back leaves that."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._run(statements_to_release, schema_editor, to_state, app_label)
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """The migration that protected it first releases it."""
