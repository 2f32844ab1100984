"""Courses."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from core_service.courses import actions
from core_service.courses.models import Course
from core_service.courses.serializers import CourseSerializer
from core_service.editors.admin.base import AuthoredAdmin, current
from core_service.editors.admin.forms import AuthoredForm
from core_service.editors.admin.modules import CourseModuleInline
from core_service.editors.admin.people import NamesPeople
from core_service.editors.site import site


class CourseForm(AuthoredForm):
    serializer_class = CourseSerializer


@admin.register(Course, site=site)
class CourseAdmin(NamesPeople, AuthoredAdmin):
    form = CourseForm
    fields = ("title", "description", "status", "author_id", "author", "id", "created_at", "updated_at")
    readonly_fields = ("author", "id", "created_at", "updated_at")
    person_field = "author_id"
    inlines = (CourseModuleInline,)
    list_display = ("title", "status", "author", "created_at", "updated_at")
    list_filter = ("status", "created_at")
    search_fields = ("title", "description", "id", "author_id")
    ordering = ("-created_at", "id")

    @admin.display(ordering="author_id", empty_value="-")
    def author(self, course: Any) -> Any:
        return self.person(course)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"author_id": request.user.pk, **super().get_changeform_initial_data(request)}

    def add(self, request: HttpRequest, obj: Any, form: AuthoredForm) -> Model:
        given = ("title", "description", "status", "author_id")
        return actions.create_course(by=request.user, **{name: form.cleaned_data[name] for name in given})

    def change(self, request: HttpRequest, obj: Any, form: AuthoredForm) -> Model:
        row = current(request, obj)
        return actions.change_course(row, by=request.user, expected=form.expected, **form.changes())

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Only the courses: what lies in them is hidden with them, stays stored, and may be too much for a page."""
        return [str(course) for course in objs], {self.opts.verbose_name_plural: len(objs)}, set(), []

    def remove(self, request: HttpRequest, obj: Any) -> None:
        actions.delete_course(obj, by=request.user)
