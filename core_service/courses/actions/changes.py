"""How every change of a course and of what lies in it begins and ends: under the lock of the course, and noted."""

from __future__ import annotations

import uuid

from django.db.models import F

from core_service.courses.models import Course
from core_service.courses.rules import Person
from shared_settings import journal
from shared_settings.problems import NotFound


def lock_course(course_id: uuid.UUID, by: Person) -> Course:
    """Wait for whoever writes in the course; raises `NotFound` when it is gone by then, or not this person's any more.

    SQLite has no row locks and needs none: its transactions begin IMMEDIATE, one writer at a time. `no_key` lets rows
    that merely point at the course be written meanwhile.
    """
    course = Course.objects.editable_by(by).select_for_update(no_key=True).filter(pk=course_id).first()
    if course is None:
        raise NotFound
    return course


def note_change(course: Course, action: str, *, by: Person, kind: str, object_id: uuid.UUID, **details: object) -> None:
    """Say that the course has changed, to its outline's readers and in the audit."""
    Course.objects.filter(pk=course.pk).update(content_version=F("content_version") + 1)
    course.content_version += 1
    journal.audit(action, actor_id=by.id, kind=kind, object_id=object_id, **details)
