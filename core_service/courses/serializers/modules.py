"""Modules, in and out."""

from __future__ import annotations

from core_service.courses.models import CourseModule
from core_service.courses.serializers.authored import AuthoredSerializer, order_field
from shared_settings.http.query import ListQuery, OrderingField
from shared_settings.http.serializers import UUIDField, shown_as


@shown_as(title="Save your work", order_index=0)
class CourseModuleSerializer(AuthoredSerializer):
    course_id = UUIDField()
    order_index = order_field()
    fixed_fields = ("course_id",)

    class Meta:
        model = CourseModule
        fields = ("id", "course_id", "title", "order_index")
        read_only_fields = ("id",)


class ModulesQuery(ListQuery):
    course_id = UUIDField(required=False, help_text="Only the modules of this course.")
    ordering = OrderingField("order_index", "title", default="order_index")
