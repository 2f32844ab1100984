"""Marking lessons."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core_service.courses.rules import Person
from core_service.progress import events, reads
from core_service.progress.models import UserProgress
from core_service.progress.problems import AlreadyCompleted, LessonClosed
from shared_settings import journal
from shared_settings.etags import Expected, check_expected
from shared_settings.problems import NotFound


def mark_lesson(*, person_id: UUID, course_id: UUID, lesson_id: UUID, completed: bool) -> tuple[UserProgress, bool]:
    """Note how far a person is with a lesson; returns their one row for it, and whether it is new.

    Marking again changes nothing, whoever else writes at the same time; raises `AlreadyCompleted` for a step back.
    """
    now = timezone.now()
    row = UserProgress(
        user_id=person_id,
        course_id=course_id,
        lesson_id=lesson_id,
        completed=completed,
        completed_at=now if completed else None,
        created_at=now,
        updated_at=now,
    )
    with transaction.atomic():
        while True:
            marked: UserProgress | None = UserProgress.objects.mark(row)
            if marked is not None:
                if completed:
                    _record_completion(marked)
                return marked, marked.pk == row.pk
            known: UserProgress | None = UserProgress.objects.of(person_id).filter(lesson_id=lesson_id).first()
            if known is not None:
                if known.completed and not completed:
                    raise AlreadyCompleted
                return known, False
            # Deleted between the two statements: then it can be inserted.


def _record_completion(row: UserProgress) -> None:
    journal.record(
        events.LESSON_COMPLETED,
        user_id=row.user_id,
        course_id=row.course_id,
        lesson_id=row.lesson_id,
        completed_at=row.completed_at,
    )


def change_progress(
    row: UserProgress, *, by: Person, completed: bool, expected: Expected | None = None
) -> UserProgress:
    """Complete a lesson that its row says is not; returns the row as it is then."""
    with transaction.atomic():
        current = _locked(row, expected)
        if current.completed == completed:
            return current
        if current.completed:
            raise AlreadyCompleted
        if reads.course_of_open_lesson(current.lesson_id, by) is None:
            raise LessonClosed
        current.completed = True
        current.completed_at = current.updated_at = timezone.now()
        current.save(update_fields=["completed", "completed_at", "updated_at"])
        _record_completion(current)
        return current


def delete_progress(row: UserProgress, *, by: Person, expected: Expected | None = None) -> None:
    """Forget how far the person is with the lesson, at their own wish."""
    with transaction.atomic():
        current = _locked(row, expected)
        current.delete()
        journal.audit(
            events.DELETED,
            actor_id=by.id,
            kind="progress",
            object_id=row.pk,
            course_id=row.course_id,
            lesson_id=row.lesson_id,
        )


def forget_person(person_id: UUID) -> None:
    """Delete all that the person has learnt."""
    UserProgress.objects.of(person_id).delete()


def _locked(row: UserProgress, expected: Expected | None) -> UserProgress:
    current: UserProgress | None = UserProgress.objects.select_for_update().filter(pk=row.pk).first()
    if current is None:
        raise NotFound
    check_expected(expected, current)
    return current
