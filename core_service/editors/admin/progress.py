"""Who has learnt what; only to look at, since people write their own progress."""

from __future__ import annotations

from django.contrib import admin

from core_service.editors.admin.people import NamesPeople
from core_service.editors.site import site
from core_service.progress.models import UserProgress
from shared_settings.admin.screens import ReadOnlyScreen


@admin.register(UserProgress, site=site)
class UserProgressAdmin(NamesPeople, ReadOnlyScreen):
    person_field = "user_id"
    list_display = ("person", "lesson_id", "completed", "completed_at")
    list_filter = ("completed", "completed_at")
    search_fields = ("user_id", "course_id", "lesson_id", "id")
    ordering = ("-id",)
