"""Who may read and edit what: one question of courses, asked of everything that lies in them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from core_service.courses.rules import Person, is_admin
from shared_settings.problems import Forbidden, NotFound

Ids = Iterable[uuid.UUID]


class Guarded(models.QuerySet[Any]):
    """Rows that some may read and fewer may edit.

    `joined` are the ids of the courses that the person has joined, which only an app above knows.
    """

    def readable_by(self, person: Person, *, joined: Ids = ()) -> Self:
        raise NotImplementedError

    def editable_by(self, person: Person) -> Self:
        raise NotImplementedError

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
    def alive(self) -> Self:
        return self.filter(deleted_at=None)

    def published(self) -> Self:
        return self.alive().filter(status=self.model.Status.PUBLISHED)

    def listed_for(self, person: Person) -> Self:
        """The catalogue: what is published, and for an admin everything."""
        return self.alive() if is_admin(person) else self.published()

    def readable_by(self, person: Person, *, joined: Ids = ()) -> Self:
        if not person.is_authenticated:
            return self.published()
        if is_admin(person):
            return self.alive()
        status = self.model.Status
        return self.alive().filter(
            Q(status=status.PUBLISHED) | Q(author_id=person.id) | Q(status=status.ARCHIVED, id__in=joined)
        )

    def editable_by(self, person: Person) -> Self:
        if not person.is_authenticated:
            return self.none()
        return self.alive() if is_admin(person) else self.alive().filter(author_id=person.id)


def _courses() -> CourseQuerySet:
    courses: CourseQuerySet = apps.get_model("courses", "Course").objects.all()
    return courses


class ContentQuerySet(Guarded):
    """What lies in courses; models say by `course_path` how to reach the course."""

    def in_courses(self, courses: models.QuerySet[Any]) -> Self:
        return self.filter(**{f"{self.model.course_path}__in": courses})

    def with_course(self) -> Self:
        return self.select_related(self.model.course_path)

    def readable_by(self, person: Person, *, joined: Ids = ()) -> Self:
        """Whoever reads the course and is signed in; visitors see its outline only."""
        if not person.is_authenticated:
            return self.none()
        return self.in_courses(_courses().readable_by(person, joined=joined))

    def editable_by(self, person: Person) -> Self:
        return self.in_courses(_courses().editable_by(person))


class AnswerQuerySet(ContentQuerySet):
    """What holds the answers of a test: only for who may edit the course."""

    def readable_by(self, person: Person, *, joined: Ids = ()) -> Self:
        return self.editable_by(person)
