"""What everything that lies in a course has in common."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models

from core_service.courses.models.courses import Course
from core_service.courses.querysets import ContentQuerySet
from shared_settings.ids import uuid7


class Content(models.Model):
    """One authored row in a course; it lies in one parent, and in no other course ever."""

    kind: ClassVar[str]  # what the row is, in one word
    parent_name: ClassVar[str]  # the foreign key to what the row lies in
    course_path: ClassVar[str]  # the way to the course, as a lookup

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    objects = ContentQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def parent_id(self) -> uuid.UUID:
        parent_id: uuid.UUID = getattr(self, f"{self.parent_name}_id")
        return parent_id

    @property
    def course_of(self) -> Course:
        """The course; needs no query when the row was read `with_course`."""
        row: Any = self
        for name in self.course_path.split("__"):
            row = getattr(row, name)
        course: Course = row
        return course


class OrderedContent(Content):
    """Content that has a place among its siblings.

    Places are 0, 1, 2, … without gaps, and unique by a constraint of each model. Nothing says in the database that
    they are not negative, since rows pass through negative places while others make room (see `ordering`).
    """

    order_index = models.IntegerField()

    class Meta:
        abstract = True
