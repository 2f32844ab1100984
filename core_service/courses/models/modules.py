"""The parts of a course."""

from __future__ import annotations

from django.db import models

from core_service.courses.models.content import OrderedContent
from core_service.courses.models.courses import Course
from core_service.courses.models.titles import TitleField


class CourseModule(OrderedContent):
    """One part of a course."""

    kind = "module"
    parent_name = "course"
    course_path = "course"

    # The unique constraint begins with it, so it needs no index of its own.
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="modules", db_index=False)
    title = TitleField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "order_index"], name="one_module_per_place_in_course")]

    def __str__(self) -> str:
        return self.title
