"""Who has learnt what; only to look at, since people write their own progress."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from core_service.courses.models import Course, Lesson
from core_service.editors.admin.people import NamesPeople
from core_service.editors.site import site
from core_service.progress.models import UserProgress
from shared_settings.admin.screens import ReadOnlyScreen


@admin.register(UserProgress, site=site)
class UserProgressAdmin(NamesPeople, ReadOnlyScreen):
    person_field = "user_id"
    list_display = ("person", "course", "lesson", "completed", "completed_at")
    list_filter = ("completed", "completed_at")
    search_fields = ("user_id", "course_id", "lesson_id", "id")
    ordering = ("-id",)
    readonly_fields = ("person", "course", "lesson")

    def get_queryset(self, request: HttpRequest) -> QuerySet[UserProgress]:
        return (
            super()
            .get_queryset(request)
            .annotate(course_title=title_of(Course, "course_id"), lesson_title=title_of(Lesson, "lesson_id"))
        )

    @admin.display
    def course(self, row: Any) -> str | uuid.UUID:
        return row.course_title or row.course_id

    @admin.display
    def lesson(self, row: Any) -> str | uuid.UUID:
        return row.lesson_title or row.lesson_id


def title_of(model: type[Any], id_field: str) -> Subquery:
    """The title of the row with this id, which may be gone."""
    return Subquery(model.objects.filter(pk=OuterRef(id_field)).values("title")[:1])
