"""What the database itself holds."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models

from core_service.courses.models import Course, CourseModule, Lesson, LessonMedia, Test, TestQuestion

pytestmark = pytest.mark.django_db

STACK = ("journal", "files", "courses", "progress", "people", "editors")  # Core's apps from the bottom up


@pytest.fixture
def lesson() -> Lesson:
    course = Course.objects.create(title="Git", author_id=uuid.uuid4())
    module = CourseModule.objects.create(course=course, title="Branches", order_index=0)
    return Lesson.objects.create(module=module, title="Labels", order_index=0)


@pytest.mark.parametrize(
    "broken",
    [
        lambda lesson: Lesson(module=lesson.module, title="x", order_index=0),
        lambda lesson: CourseModule(course=lesson.module.course, title="x", order_index=0),
        lambda lesson: LessonMedia(lesson=lesson, order_index=0),
        lambda lesson: Test(lesson=lesson, title="x", passing_score=101),
        lambda lesson: TestQuestion(
            test=Test.objects.create(lesson=lesson, title="x"), question_text="x", order_index=0, points=-1
        ),
    ],
)
def test_the_database_refuses_what_breaks_an_invariant(broken: Any, lesson: Lesson) -> None:
    row = broken(lesson)
    with pytest.raises(IntegrityError):
        row.save()


def test_the_database_refuses_a_second_test_of_a_lesson(lesson: Lesson) -> None:
    Test.objects.create(lesson=lesson, title="One")
    with pytest.raises(IntegrityError):
        Test.objects.create(lesson=lesson, title="Two")


def test_foreign_keys_between_apps_point_down_and_are_one_way() -> None:
    for model in apps.get_models():
        if model._meta.app_label not in STACK:
            continue
        for field in model._meta.get_fields():
            if not isinstance(field, models.ForeignKey):
                continue
            here, there = model._meta.app_label, field.related_model._meta.app_label
            if here != there:
                assert STACK.index(there) < STACK.index(here), f"{model.__name__}.{field.name} points up"
                assert field.remote_field.related_name == "+", f"{model.__name__}.{field.name} can be followed back"


def test_people_are_ids_and_no_rows() -> None:
    assert isinstance(Course._meta.get_field("author_id"), models.UUIDField)
