"""Modules of courses."""

from __future__ import annotations

from django.contrib import admin

from core_service.courses.models import CourseModule
from core_service.courses.serializers import CourseModuleSerializer
from core_service.editors.admin.base import AuthoredAdmin, AuthoredInline
from core_service.editors.admin.forms import OrderedForm
from core_service.editors.admin.lessons import LessonInline
from core_service.editors.site import site


class CourseModuleForm(OrderedForm):
    serializer_class = CourseModuleSerializer


class CourseModuleInline(AuthoredInline):
    model = CourseModule
    form = CourseModuleForm
    fields = ("order_index", "title")
    ordering = ("order_index",)


@admin.register(CourseModule, site=site)
class CourseModuleAdmin(AuthoredAdmin):
    form = CourseModuleForm
    fields = ("course", "title", "order_index")
    autocomplete_fields = ("course",)
    inlines = (LessonInline,)
    list_display = ("title", "course", "order_index")
    list_filter = ("course__status",)
    list_select_related = ("course",)
    search_fields = ("title", "course__title", "id")
    ordering = ("course__title", "course", "order_index")
