"""Who has learnt what; only to look at, since people write their own progress."""

from __future__ import annotations

from django.contrib import admin

from core_service.editors.admin.base import ReadOnlyAdmin
from core_service.editors.site import site
from core_service.progress.models import UserProgress


@admin.register(UserProgress, site=site)
class UserProgressAdmin(ReadOnlyAdmin):
    list_display = ("user_id", "lesson_id", "completed", "completed_at")
    list_filter = ("completed", "completed_at")
    search_fields = ("user_id", "course_id", "lesson_id", "id")
    ordering = ("-id",)
