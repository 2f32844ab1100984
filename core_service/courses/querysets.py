"""Who may read and edit what: one question of courses, asked of everything that lies in them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, Self

from django.db import models
from django.db.models import Q

from core_service.courses.rules import ARCHIVED, PUBLISHED, Person, is_admin, reads_lessons
from shared_settings.problems import Forbidden, NotFound

Ids = Iterable[uuid.UUID]


class Guarded(models.QuerySet[Any]):
    """Courses, or rows that lie in courses: models say by `course_path` how to get there.

    `joined` are the ids of the courses that the person has joined, which only an app above knows. The conditions are
    joins and no subqueries, since SQLite would list every published course to read one lesson.
    """

    def _of_course(self, **conditions: Any) -> Q:
        path = self.model.course_path
        return Q(**{f"{path}__{name}" if path else name: value for name, value in conditions.items()})

    def alive(self) -> Self:
        """What is not deleted, nor lies in a deleted course."""
        return self.filter(self._of_course(deleted_at=None))

    def published(self) -> Self:
        return self.alive().filter(self._of_course(status=PUBLISHED))

    def readable_by(self, person: Person, *, joined: Ids = ()) -> Self:
        if not person.is_authenticated:
            return self.published()
        if is_admin(person):
            return self.alive()
        return self.alive().filter(
            self._of_course(status=PUBLISHED)
            | self._of_course(author_id=person.id)
            | self._of_course(status=ARCHIVED, id__in=joined)
        )

    def editable_by(self, person: Person) -> Self:
        if not person.is_authenticated:
            return self.none()
        return self.alive() if is_admin(person) else self.alive().filter(self._of_course(author_id=person.id))

    def with_course(self) -> Self:
        """Each row with its course and all that lies between them."""
        return self

    def get_readable(self, pk: uuid.UUID, person: Person, *, joined: Ids = ()) -> Any:
        """The row; raises `NotFound` when it is not there, or not for this person to know of."""
        row = self.readable_by(person, joined=joined).filter(pk=pk).first()
        if row is None:
            raise NotFound
        return row

    def get_editable(self, pk: uuid.UUID, person: Person, *, joined: Ids = ()) -> Any:
        """The row; raises `Forbidden` when the person may only read it, `NotFound` when not even that."""
        row = self.editable_by(person).filter(pk=pk).first()
        if row is not None:
            return row
        if self.readable_by(person, joined=joined).filter(pk=pk).exists():
            raise Forbidden
        raise NotFound


class CourseQuerySet(Guarded):
    def listed_for(self, person: Person) -> Self:
        """The catalogue: what is published, and for an admin everything."""
        return self.alive() if is_admin(person) else self.published()


class ContentQuerySet(Guarded):
    """What lies in courses."""

    def with_course(self) -> Self:
        return self.select_related(self.model.course_path)

    def readable_by(self, person: Person, *, joined: Ids = ()) -> Self:
        """Whoever reads the course and is signed in; visitors see its outline only."""
        return super().readable_by(person, joined=joined) if reads_lessons(person) else self.none()


class AnswerQuerySet(ContentQuerySet):
    """What holds the answers of a test: only for who may edit the course."""

    def readable_by(self, person: Person, *, joined: Ids = ()) -> Self:
        return self.editable_by(person)
