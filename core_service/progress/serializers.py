"""Progress, in and out."""

from __future__ import annotations

from core_service.progress.models import UserProgress
from shared_settings.http.query import ListQuery
from shared_settings.http.serializers import FlagField, StrictModelSerializer, UUIDField


class UserProgressSerializer(StrictModelSerializer):
    lesson_id = UUIDField()
    completed = FlagField()

    class Meta:
        model = UserProgress
        fields = ("id", "user_id", "course_id", "lesson_id", "completed", "completed_at")
        read_only_fields = ("id", "user_id", "course_id", "completed_at")


class UserProgressChange(UserProgressSerializer):
    lesson_id = UUIDField(read_only=True)


class ProgressQuery(ListQuery):
    course_id = UUIDField(required=False, help_text="Who may edit the course sees everybody's progress in it.")
    user_id = UUIDField(required=False, help_text="Somebody else's, in the courses that you may edit.")
    lesson_id = UUIDField(required=False, help_text="Only progress in this lesson.")
    completed = FlagField(required=False, help_text="Only completed lessons, or only others.")
