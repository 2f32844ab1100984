"""Lessons of modules."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models

from core_service.courses.models import Course, Lesson
from core_service.courses.serializers import LessonSerializer
from core_service.editors.admin.base import AuthoredAdmin, AuthoredInline
from core_service.editors.admin.forms import OrderedForm
from core_service.editors.admin.media import LessonMediaInline
from core_service.editors.admin.tests import TestInline
from core_service.editors.site import site


class LessonForm(OrderedForm):
    serializer_class = LessonSerializer


class LessonInline(AuthoredInline):
    model = Lesson
    form = LessonForm
    fields = ("order_index", "title", "lesson_type")
    ordering = ("order_index",)


@admin.register(Lesson, site=site)
class LessonAdmin(AuthoredAdmin):
    form = LessonForm
    fields = ("module", "title", "lesson_type", "content", "order_index")
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 24})}}
    autocomplete_fields = ("module",)
    inlines = (LessonMediaInline, TestInline)
    list_display = ("title", "lesson_type", "module", "course", "order_index")
    list_filter = ("lesson_type",)
    search_fields = ("title", "module__title", "module__course__title", "id")
    ordering = ("module__course__title", "module", "order_index")

    @admin.display(ordering="module__course__title")
    def course(self, row: Lesson) -> Course:
        return row.course_of
