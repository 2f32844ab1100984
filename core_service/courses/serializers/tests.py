"""Tests, in and out."""

from __future__ import annotations

from core_service.courses.models import Test
from core_service.courses.serializers.authored import AuthoredSerializer
from shared_settings.http.query import ListQuery
from shared_settings.http.serializers import NumberField, UUIDField, shown_as


@shown_as(title="Snapshots and commits", passing_score=60)
class TestSerializer(AuthoredSerializer):
    lesson_id = UUIDField()
    passing_score = NumberField(
        required=False, max_digits=5, decimal_places=2, min_value=0, max_value=100, help_text="Percent; 60 by default."
    )
    fixed_fields = ("lesson_id",)

    class Meta:
        model = Test
        fields = ("id", "lesson_id", "title", "passing_score")
        read_only_fields = ("id",)


class TestsQuery(ListQuery):
    lesson_id = UUIDField(required=False, help_text="Only the test of this lesson.")
    course_id = UUIDField(required=False, help_text="Only the tests of this course.")
