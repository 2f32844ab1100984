"""What a person may learn and see of others' learning, over courses and progress."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from core_service.courses.models import Course, Lesson
from core_service.courses.rules import Person
from core_service.progress.models import UserProgress
from core_service.progress.querysets import UserProgressQuerySet


def joined_courses(person: Person) -> QuerySet[Any, Any]:
    """The ids of the courses that the person has joined, for `readable_by(person, joined=…)`."""
    return UserProgress.objects.of(person.id).values("course_id")


def readable_courses(person: Person) -> QuerySet[Course]:
    """What is published, one's own, and archived courses that one had joined."""
    return Course.objects.readable_by(person, joined=joined_courses(person))


def course_of_open_lesson(lesson_id: UUID, person: Person) -> UUID | None:
    """The course of a lesson that somebody signed in may learn now; None when there is no such lesson for them."""
    lessons = Lesson.objects.readable_by(person, joined=joined_courses(person)).filter(pk=lesson_id)
    return lessons.values_list("module__course_id", flat=True).first()


def visible_progress(person: Person) -> UserProgressQuerySet:
    """One's own, and everybody's in the courses that one may edit."""
    return UserProgress.objects.of_or_in(person.id, Course.objects.editable_by(person))


def visible_progress_in(course_id: UUID, person: Person) -> UserProgressQuerySet:
    """Everybody's in the course, to somebody who may edit it, else one's own.

    Which of them is asked first: with both in one condition PostgreSQL reads everybody's to find one's own.
    """
    rows = UserProgress.objects.filter(course_id=course_id)
    return rows if Course.objects.editable_by(person).filter(pk=course_id).exists() else rows.of(person.id)
