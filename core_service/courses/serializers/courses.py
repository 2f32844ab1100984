"""Courses, in and out."""

from __future__ import annotations

from core_service.courses.models import Course, CourseStatus
from core_service.courses.serializers.authored import AuthoredSerializer
from shared_settings.http.query import ListQuery, OrderingField, SearchField
from shared_settings.http.serializers import ChoiceField, FlagField, UUIDField, shown_as


@shown_as(title="Git without fear", description="Three evenings, one tool.")
class CourseSerializer(AuthoredSerializer):
    author_id = UUIDField(required=False, help_text="The caller; only an admin may name somebody else.")

    class Meta:
        model = Course
        fields: tuple[str, ...] = ("id", "title", "description", "author_id", "status", "created_at", "updated_at")
        read_only_fields: tuple[str, ...] = ("id", "created_at", "updated_at")
        extra_kwargs = {"description": {"max_length": 20_000}}


class CoursesQuery(ListQuery):
    search = SearchField("title", "description")
    status = ChoiceField(choices=CourseStatus.choices, required=False, help_text="Only courses in this status.")
    ordering = OrderingField("title", "created_at", "updated_at", default="-created_at")


class CatalogueQuery(CoursesQuery):
    author_id = UUIDField(required=False, help_text="Only the courses of this person.")
    mine = FlagField(required=False, help_text="The courses that you may edit, of every status.")
