"""The outline of a course, out, and its order, in."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core_service.courses.models import CourseModule, Lesson, Test
from core_service.courses.rules import MOST_SIBLINGS
from core_service.courses.serializers.courses import CourseSerializer
from core_service.courses.serializers.media import LessonMediaSerializer
from shared_settings.http.serializers import (
    ListField,
    NumberField,
    StrictSerializer,
    UUIDField,
    WholeNumberField,
    sent_as,
    shown_as,
)


@shown_as(title="Snapshots and commits", passing_score=60, question_count=4)
class OutlineTestSerializer(serializers.ModelSerializer):
    passing_score = NumberField(max_digits=5, decimal_places=2)
    question_count = serializers.IntegerField()

    class Meta:
        model = Test
        fields = ("id", "title", "passing_score", "question_count")


@shown_as(title="What Git remembers", order_index=0)
class OutlineLessonSerializer(serializers.ModelSerializer):
    order_index = WholeNumberField(min_value=0)
    media = LessonMediaSerializer(many=True, help_text="Empty for who may not read the lesson.")
    test = serializers.SerializerMethodField()

    class Meta:
        model = Lesson
        fields = ("id", "module_id", "title", "lesson_type", "order_index", "media", "test")

    @extend_schema_field(OutlineTestSerializer(allow_null=True))
    def get_test(self, lesson: Lesson) -> Any:
        tests = lesson.tests.all()
        return OutlineTestSerializer(tests[0]).data if tests else None


@shown_as(title="Save your work", order_index=0)
class OutlineModuleSerializer(serializers.ModelSerializer):
    order_index = WholeNumberField(min_value=0)
    lessons = OutlineLessonSerializer(many=True)

    class Meta:
        model = CourseModule
        fields = ("id", "course_id", "title", "order_index", "lessons")


class OutlineSerializer(CourseSerializer):
    """A course with its modules and lessons in order, without the texts of the lessons."""

    modules = OutlineModuleSerializer(many=True, read_only=True)

    class Meta(CourseSerializer.Meta):
        fields = (*CourseSerializer.Meta.fields, "modules")
        read_only_fields = fields


class ModuleOrderSerializer(StrictSerializer):
    id = UUIDField()
    lessons = ListField(
        child=UUIDField(), max_length=MOST_SIBLINGS, help_text="All lessons that belong in this module, in order."
    )


@sent_as(
    "A lesson comes first in the second module",
    modules=[
        {"id": "01936f5c-0000-7000-8000-000000000002", "lessons": []},
        {"id": "01936f5c-0000-7000-8000-000000000006", "lessons": ["01936f5c-0000-7000-8000-000000000003"]},
    ],
)
class OrderSerializer(StrictSerializer):
    """Every module and every lesson of the course, each once."""

    modules = ListField(child=ModuleOrderSerializer(), max_length=MOST_SIBLINGS)
