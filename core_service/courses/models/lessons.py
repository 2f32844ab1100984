"""The lessons of a module."""

from __future__ import annotations

from django.db import models

from core_service.courses.models.content import OrderedContent
from core_service.courses.models.modules import CourseModule
from core_service.courses.models.titles import TitleField


class LessonType(models.TextChoices):
    THEORY = "theory"
    TEST = "test"
    PRACTICE = "practice"


class Lesson(OrderedContent):
    """One lesson: a text in Markdown, to which media and a test may belong."""

    kind = "lesson"
    parent_name = "module"
    course_path = "module__course"

    # The unique constraint begins with it, so it needs no index of its own.
    module = models.ForeignKey(CourseModule, on_delete=models.CASCADE, related_name="lessons", db_index=False)
    title = TitleField()
    content = models.TextField(blank=True, default="")
    lesson_type = models.CharField(max_length=10, choices=LessonType.choices, default=LessonType.THEORY)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["module", "order_index"], name="one_lesson_per_place_in_module")]

    def __str__(self) -> str:
        return self.title
