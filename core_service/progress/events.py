"""What others may hear of learning."""

from __future__ import annotations

from core_service.progress.models import UserProgress
from shared_settings import journal


def lesson_completed(row: UserProgress) -> None:
    """Somebody has completed a lesson for the first time."""
    journal.record(
        "lesson.completed",
        user_id=row.user_id,
        course_id=row.course_id,
        lesson_id=row.lesson_id,
        completed_at=row.completed_at,
    )
