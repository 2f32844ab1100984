"""Who has learnt what."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from core_service.progress.querysets import UserProgressQuerySet
from shared_settings.ids import uuid7


class UserProgress(models.Model):
    """How far one person is with one lesson; a completed one stays completed until its row is deleted.

    Person, course and lesson are plain ids: what people have learnt outlives the lesson and the course.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user_id = models.UUIDField()
    course_id = models.UUIDField()
    lesson_id = models.UUIDField()
    completed = models.BooleanField(default=False)
    completed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserProgressQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "user progress"
        constraints = [
            models.UniqueConstraint(fields=["user_id", "lesson_id"], name="one_progress_per_person_and_lesson"),
            models.CheckConstraint(
                condition=models.Q(completed=True, completed_at__isnull=False)
                | models.Q(completed=False, completed_at__isnull=True),
                name="completed_progress_says_when",
            ),
        ]
        # For the pages of one's own and of a course's; both go on by id, which is the order of making.
        indexes = [
            models.Index(fields=["user_id", "id"], name="progress_by_person"),
            models.Index(fields=["course_id", "id"], name="progress_by_course"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.lesson_id}"
