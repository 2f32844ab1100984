"""Media of lessons."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core_service.courses.models import Course, LessonMedia
from core_service.courses.serializers import LessonMediaSerializer
from core_service.editors.admin.base import AuthoredAdmin, AuthoredInline
from core_service.editors.admin.forms import OrderedForm
from core_service.editors.site import site


class LessonMediaForm(OrderedForm):
    serializer_class = LessonMediaSerializer


class LessonMediaInline(AuthoredInline):
    model = LessonMedia
    form = LessonMediaForm
    fields = ("order_index", "media_url", "media_type")
    ordering = ("order_index",)


@admin.register(LessonMedia, site=site)
class LessonMediaAdmin(AuthoredAdmin):
    form = LessonMediaForm
    fields = ("lesson", "media_url", "media_type", "order_index")
    autocomplete_fields = ("lesson",)
    list_display = ("media_url", "media_type", "lesson", "course", "order_index")
    list_filter = ("media_type",)
    search_fields = ("media_url", "lesson__title", "lesson__module__course__title", "id")
    ordering = ("lesson__title", "lesson", "order_index")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("lesson",) if obj is not None else ()

    @admin.display(ordering="lesson__module__course__title")
    def course(self, row: LessonMedia) -> Course:
        return row.course_of
