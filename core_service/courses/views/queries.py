"""The query parameters of the lists."""

from __future__ import annotations

from core_service.courses.models import CourseStatus
from shared_settings.http.query import ListQuery, OrderingField, SearchField
from shared_settings.http.serializers import ChoiceField, FlagField, UUIDField


class CoursesQuery(ListQuery):
    search = SearchField("title", "description")
    status = ChoiceField(choices=CourseStatus.choices, required=False, help_text="Only courses in this status.")
    ordering = OrderingField("title", "created_at", "updated_at", default="-created_at")


class CatalogueQuery(CoursesQuery):
    author_id = UUIDField(required=False, help_text="Only the courses of this person.")
    mine = FlagField(required=False, help_text="The courses that you may edit, of every status.")


class ModulesQuery(ListQuery):
    course_id = UUIDField(required=False, help_text="Only the modules of this course.")
    ordering = OrderingField("order_index", "title", default="order_index")


class LessonsQuery(ListQuery):
    module_id = UUIDField(required=False, help_text="Only the lessons of this module.")
    course_id = UUIDField(
        required=False, help_text="Only the lessons of this course; `with-modules` has them in order."
    )
    ordering = OrderingField("order_index", "title", default="order_index")


class MediaQuery(ListQuery):
    lesson_id = UUIDField(required=False, help_text="Only the media of this lesson.")
    ordering = OrderingField("order_index", default="order_index")


class TestsQuery(ListQuery):
    lesson_id = UUIDField(required=False, help_text="Only the test of this lesson.")
    course_id = UUIDField(required=False, help_text="Only the tests of this course.")


class QuestionsQuery(ListQuery):
    test_id = UUIDField(required=False, help_text="Only the questions of this test.")
    ordering = OrderingField("order_index", default="order_index")


class OptionsQuery(ListQuery):
    question_id = UUIDField(required=False, help_text="Only the options of this question.")
