"""Questions about progress, and the one statement that marks a lesson."""

from __future__ import annotations

from typing import Any, Self
from uuid import UUID

from django.db import connections
from django.db.models import Exists, OuterRef, Q, QuerySet

from shared_settings.problems import Forbidden, NotFound

_MARK = """
INSERT INTO {table} ({columns}) VALUES ({values})
ON CONFLICT (user_id, lesson_id) DO UPDATE
SET completed = excluded.completed, completed_at = excluded.completed_at, updated_at = excluded.updated_at
WHERE excluded.completed AND NOT {table}.completed
RETURNING {columns}
"""


class UserProgressQuerySet(QuerySet[Any, Any]):
    def of(self, person_id: UUID | None) -> Self:
        return self.filter(user_id=person_id)

    def of_or_in(self, person_id: UUID | None, courses: QuerySet[Any, Any]) -> Self:
        """One's own rows, and everybody's in these courses."""
        return self.filter(Q(user_id=person_id) | Exists(courses.filter(pk=OuterRef("course_id"))))

    def get_own(self, pk: UUID, person_id: UUID | None) -> Any:
        """The row; raises `Forbidden` when it is somebody else's, `NotFound` when it is not among these."""
        row = self.filter(pk=pk).first()
        if row is None:
            raise NotFound
        if row.user_id != person_id:
            raise Forbidden("Only the learner changes their progress.")
        return row

    def mark(self, row: Any) -> Any | None:
        """Insert the row, or complete the one that its person has for its lesson; returns what is stored then.

        None when that one needs no change: it is completed already, or this one is not.
        """
        connection = connections[self.db]
        quoted = connection.ops.quote_name
        fields = self.model._meta.concrete_fields
        statement = _MARK.format(
            table=quoted(self.model._meta.db_table),
            columns=", ".join(quoted(field.column) for field in fields),
            values=", ".join(["%s"] * len(fields)),
        )
        values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
        return next(iter(list(self.raw(statement, values))), None)
