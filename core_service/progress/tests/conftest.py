"""Fixtures of the tests of progress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from core_service.conftest import ApiClient
from core_service.courses.models import Course, CourseModule, CourseStatus, Lesson


@dataclass(frozen=True)
class Taught:
    """A course and its lessons, in order."""

    course: Course
    lessons: list[Lesson]

    def mark(self, client: ApiClient, completed: bool = True, lesson: int = 0) -> Any:
        """What the API answers to this person marking the lesson."""
        body = {"lesson_id": str(self.lessons[lesson].id), "completed": completed}
        return client.post("/api/v1/progress/", body)


@pytest.fixture
def teach(author: ApiClient) -> Callable[..., Taught]:
    """`teach(lessons, by=…, status=…)`: a course with so many lessons, published unless said otherwise."""

    def make(lessons: int = 1, *, by: ApiClient = author, status: str = CourseStatus.PUBLISHED) -> Taught:
        course = Course.objects.create(title="Git", author_id=by.person_id, status=status)
        module = CourseModule.objects.create(course=course, title="Branches", order_index=0)
        made = [Lesson.objects.create(module=module, title=f"{n}", order_index=n) for n in range(lessons)]
        return Taught(course, made)

    return make


@pytest.fixture
def taught(teach: Callable[..., Taught]) -> Taught:
    return teach(2)
