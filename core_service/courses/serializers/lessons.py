"""Lessons, in and out."""

from __future__ import annotations

from core_service.courses.models import Lesson
from core_service.courses.serializers.authored import AuthoredSerializer, order_field
from shared_settings.http.query import ListQuery, OrderingField
from shared_settings.http.serializers import UUIDField, shown_as


@shown_as(title="What Git remembers", content="A commit is a *snapshot*.", order_index=0)
class LessonSerializer(AuthoredSerializer):
    module_id = UUIDField(help_text="May change to another module of the same course.")
    order_index = order_field()

    class Meta:
        model = Lesson
        fields = ("id", "module_id", "title", "content", "lesson_type", "order_index")
        read_only_fields = ("id",)
        extra_kwargs = {
            "content": {
                "max_length": 200_000,
                "help_text": "Markdown. `![caption](media:<id>)` places one of the lesson's media, "
                "`[question](question:<id>)` a question of its test.",
            }
        }


class LessonsQuery(ListQuery):
    module_id = UUIDField(required=False, help_text="Only the lessons of this module.")
    course_id = UUIDField(
        required=False, help_text="Only the lessons of this course; `with-modules` has them in order."
    )
    ordering = OrderingField("order_index", "title", default="order_index")
