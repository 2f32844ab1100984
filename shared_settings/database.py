"""Whether the database answers, and is as new as this code."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class MigrationsWait(RuntimeError):
    """The database is older than this code."""


_is_migrated = False


def require_answer() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def require_migrations() -> None:
    """Raise when a migration waits; asked until it is so once, since applied migrations stay applied."""
    global _is_migrated
    if _is_migrated:
        return
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise MigrationsWait("migrations wait to be applied (`migrate` does it)")
    _is_migrated = True
