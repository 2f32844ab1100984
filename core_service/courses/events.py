"""What others may hear of courses."""

from __future__ import annotations

from core_service.courses.models import Course
from shared_settings import journal


def course_published(course: Course) -> None:
    """Learners can read the course from now on."""
    journal.record("course.published", course_id=course.id, author_id=course.author_id)


def course_deleted(course: Course) -> None:
    """Nobody is shown the course any more."""
    journal.record("course.deleted", course_id=course.id, author_id=course.author_id)
