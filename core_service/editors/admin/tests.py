"""Tests of lessons."""

from __future__ import annotations

from django.contrib import admin

from core_service.courses.models import Course, Test
from core_service.courses.serializers import TestSerializer
from core_service.editors.admin.base import AuthoredAdmin, AuthoredInline
from core_service.editors.admin.forms import AuthoredForm
from core_service.editors.admin.questions import TestQuestionInline
from core_service.editors.site import site


class TestForm(AuthoredForm):
    serializer_class = TestSerializer


class TestInline(AuthoredInline):
    model = Test
    form = TestForm
    fields = ("title", "passing_score")
    max_num = 1
    ordering = ("id",)


@admin.register(Test, site=site)
class TestAdmin(AuthoredAdmin):
    form = TestForm
    fields = ("lesson", "title", "passing_score")
    autocomplete_fields = ("lesson",)
    inlines = (TestQuestionInline,)
    list_display = ("title", "lesson", "course", "passing_score")
    list_filter = ("lesson__module__course__status",)
    search_fields = ("title", "lesson__title", "lesson__module__course__title", "id")
    ordering = ("title", "id")

    @admin.display(ordering="lesson__module__course__title")
    def course(self, row: Test) -> Course:
        return row.course_of
