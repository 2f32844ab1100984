"""Where the database has an id."""

from __future__ import annotations

import uuid

from django.db import connection


def columns_with(row_id: uuid.UUID) -> set[str]:
    """Every `table.column` that has this id in some row, in whatever form, or inside of a text."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                values = zip(names, row, strict=True)
                found |= {f"{table}.{name}" for name, value in values if row_id.hex in str(value).replace("-", "")}
    return found
