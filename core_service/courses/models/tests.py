"""Tests."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from core_service.courses.models.content import Content
from core_service.courses.models.lessons import Lesson
from core_service.courses.models.titles import TitleField


class Test(Content):
    """The test of one lesson; `passing_score` is a percentage."""

    kind = "test"
    parent_name = "lesson"
    course_path = "lesson__module__course"

    # The unique constraint is its index. Not a OneToOneField: the constraint has a name that says the invariant.
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="tests", db_index=False)
    title = TitleField()
    passing_score = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal("60.00"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lesson"], name="one_test_per_lesson"),
            models.CheckConstraint(
                condition=models.Q(passing_score__gte=0, passing_score__lte=100), name="passing_score_is_a_percentage"
            ),
        ]

    def __str__(self) -> str:
        return self.title
