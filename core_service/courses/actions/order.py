"""The whole order of a course in one write."""

from __future__ import annotations

import uuid

from django.db import transaction

from core_service.courses import events, ordering, reads
from core_service.courses.actions.changes import lock_course, note_change
from core_service.courses.models import Course, CourseModule, Lesson
from core_service.courses.problems import OutlineMismatch
from core_service.courses.rules import Outline, Person, outline_errors
from shared_settings.etags import Expected

BATCH = 5_000  # rows a statement: PostgreSQL takes 65,535 values, and each row needs five


def order_course(course: Course, wanted: Outline, *, by: Person, expected: Expected | None = None) -> Course:
    """Put modules and lessons in this order; raises `OutlineMismatch` unless it names exactly what is there.

    `expected` is the ETag of the outline. Returns the course as it is then.
    """
    with transaction.atomic():
        current = lock_course(course.pk, by)
        if expected is not None:
            expected.check_tag(reads.outline_etag(current, by))
        modules = {row.pk: row for row in CourseModule.objects.filter(course=current).only("order_index")}
        lessons = {row.pk: row for row in Lesson.objects.filter(module__course=current).only("module", "order_index")}
        errors = outline_errors(wanted, modules=modules.keys(), lessons=lessons.keys())
        if errors:
            raise OutlineMismatch(errors=errors)
        if _order_modules(current, modules, wanted) + _order_lessons(current, lessons, wanted):
            note_change(current, events.ORDERED, by=by, kind="course", object_id=current.pk)
        return current


def _order_modules(course: Course, modules: dict[uuid.UUID, CourseModule], wanted: Outline) -> int:
    moved = []
    for place, (module_id, _) in enumerate(wanted):
        module = modules[module_id]
        if module.order_index != place:
            module.order_index = -place - 1
            moved.append(module)
    if moved:
        CourseModule.objects.bulk_update(moved, ["order_index"], batch_size=BATCH)
        ordering.settle(CourseModule.objects.filter(course=course))
    return len(moved)


def _order_lessons(course: Course, lessons: dict[uuid.UUID, Lesson], wanted: Outline) -> int:
    moved = []
    for module_id, lesson_ids in wanted:
        for place, lesson_id in enumerate(lesson_ids):
            lesson = lessons[lesson_id]
            if (lesson.module_id, lesson.order_index) != (module_id, place):
                lesson.module_id, lesson.order_index = module_id, -place - 1
                moved.append(lesson)
    if moved:
        Lesson.objects.bulk_update(moved, ["module", "order_index"], batch_size=BATCH)
        ordering.settle(Lesson.objects.filter(module__course=course))
    return len(moved)
