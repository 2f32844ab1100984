"""Create, change, publish and delete courses."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from core_service.courses import events
from core_service.courses.actions.changes import lock_course, note_change
from core_service.courses.models import Course, CourseStatus
from core_service.courses.problems import AuthorNotYours
from core_service.courses.rules import Person, may_name_author
from shared_settings import journal
from shared_settings.etags import Expected, check_expected


def create_course(
    *,
    by: Person,
    title: str,
    description: str = "",
    status: str = CourseStatus.DRAFT,
    author_id: uuid.UUID | None = None,
) -> Course:
    """A new course of this person, or of the author that an admin names."""
    owner = author_id or by.id
    if owner is None or not may_name_author(by, owner):
        raise AuthorNotYours
    now = timezone.now()
    course = Course(
        title=title, description=description, status=status, author_id=owner, created_at=now, updated_at=now
    )
    with transaction.atomic():
        course.save(force_insert=True)
        journal.audit(events.CREATED, actor_id=by.id, kind="course", object_id=course.pk)
        if course.status == CourseStatus.PUBLISHED:
            journal.record(events.PUBLISHED, course_id=course.pk, author_id=course.author_id)
    return course


def change_course(course: Course, *, by: Person, expected: Expected | None = None, **fields: Any) -> Course:
    """Set these fields; what changes nothing writes nothing. Only an admin hands a course to another author."""
    with transaction.atomic():
        current = lock_course(course.pk, by)
        check_expected(expected, current)
        changed = [name for name, value in fields.items() if getattr(current, name) != value]
        if "author_id" in changed and not may_name_author(by, fields["author_id"]):
            raise AuthorNotYours
        for name in changed:
            setattr(current, name, fields[name])
        if changed:
            current.updated_at = timezone.now()
            current.save(update_fields=[*changed, "updated_at"])
            note_change(current, events.CHANGED, by=by, kind="course", object_id=current.pk, fields=sorted(changed))
        if "status" in changed and current.status == CourseStatus.PUBLISHED:
            journal.record(events.PUBLISHED, course_id=current.pk, author_id=current.author_id)
        return current


def publish_course(course: Course, *, by: Person) -> Course:
    """Open the course to everybody; one that is open stays as it is."""
    return change_course(course, by=by, status=CourseStatus.PUBLISHED)


def delete_course(course: Course, *, by: Person, expected: Expected | None = None) -> None:
    """Hide the course and all that is in it from everybody, for good."""
    with transaction.atomic():
        current = lock_course(course.pk, by)
        check_expected(expected, current)
        current.deleted_at = timezone.now()
        current.save(update_fields=["deleted_at"])
        note_change(current, events.DELETED, by=by, kind="course", object_id=current.pk)
        journal.record(events.DELETED, course_id=current.pk, author_id=current.author_id)
