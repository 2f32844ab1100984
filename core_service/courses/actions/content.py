"""Add, change and remove anything that lies in a course: one trio for modules, lessons, media, tests and the rest."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import transaction

from core_service.courses import ordering
from core_service.courses.actions.changes import lock_course, note_change
from core_service.courses.actions.media import files_in
from core_service.courses.checks import check
from core_service.courses.models import Content, Course, OrderedContent
from core_service.courses.problems import TooManySiblings
from core_service.courses.rules import MOST_IN_COURSE, Person
from core_service.files import actions as files_actions
from shared_settings.etags import Expected, check_expected
from shared_settings.problems import Invalid, NotFound

AnyContent = TypeVar("AnyContent", bound=Content)


def add_content(row: AnyContent, *, by: Person) -> AnyContent:
    """Store a new row at its `order_index` (None is the end); its parent was read `with_course`."""
    with transaction.atomic():
        course = lock_course(row.course_of.pk, by)
        _require_parent(row, course)
        check(row)
        if isinstance(row, OrderedContent):
            _require_room(row, course)
            row.order_index = ordering.make_room(ordering.siblings_of(row), row.order_index)
        row.save(force_insert=True)
        note_change(course, f"{row.kind}.added", by=by, kind=row.kind, object_id=row.pk, course_id=course.pk)
        return _as_stored(row)


def change_content(row: AnyContent, *, by: Person, expected: Expected | None = None, **fields: Any) -> AnyContent:
    """Set these fields. `order_index` moves the row among its siblings, the name of its parent takes it there.

    Returns the row as it is stored then. What changes nothing writes nothing.
    """
    with transaction.atomic():
        course = lock_course(row.course_of.pk, by)
        current = _current(row)
        check_expected(expected, current)
        index = fields.pop("order_index", None)
        parent = fields.pop(current.parent_name, None)
        changed = [name for name, value in fields.items() if getattr(current, name) != value]
        for name in changed:
            setattr(current, name, fields[name])
        check(current)
        if changed:
            current.save(update_fields=changed)
        if isinstance(current, OrderedContent):
            changed += _take_to_place(current, course, parent, index)
        if changed:
            parent_field = f"{row.parent_name}_id"
            moved_to = {parent_field: current.parent_id} if parent_field in changed else {}
            note_change(
                course,
                f"{row.kind}.changed",
                by=by,
                kind=row.kind,
                object_id=row.pk,
                course_id=course.pk,
                fields=sorted(changed),
                **moved_to,
            )
        return _as_stored(current)


def remove_content(row: Content, *, by: Person, expected: Expected | None = None) -> None:
    """Delete the row and all that lies in it, and close the gap that it leaves."""
    with transaction.atomic():
        course = lock_course(row.course_of.pk, by)
        current = _current(row)
        check_expected(expected, current)
        files = files_in(current)
        current.delete()
        files_actions.remove_files(files)
        if isinstance(current, OrderedContent):
            ordering.close_gap(ordering.siblings_of(current), current.order_index)
        note_change(course, f"{row.kind}.removed", by=by, kind=row.kind, object_id=row.pk, course_id=course.pk)


def _current(row: AnyContent) -> AnyContent:
    """The row as it is under the lock; raises `NotFound` when it was deleted meanwhile."""
    current: AnyContent | None = type(row).objects.with_course().filter(pk=row.pk).first()
    if current is None:
        raise NotFound
    return current


def _as_stored(row: AnyContent) -> AnyContent:
    """The row as everybody will read it: a database may write a number or a JSON object in another form."""
    return _current(row)


def _require_parent(row: Content, course: Course) -> None:
    """The lock covers what was deleted before it: a parent may be gone by now."""
    parent = getattr(row, row.parent_name)
    if not isinstance(parent, Course) and not type(parent).objects.filter(pk=parent.pk).exists():
        raise Invalid.field(f"{row.parent_name}_id", "not_found", "There is no such row any more.")


def _require_room(row: OrderedContent, course: Course) -> None:
    if type(row).objects.filter(**{row.course_path: course}).count() >= MOST_IN_COURSE:
        raise TooManySiblings(f"A course has at most {MOST_IN_COURSE:,} of them.")


def _take_to_place(row: OrderedContent, course: Course, parent: Content | None, index: int | None) -> list[str]:
    """Move the row among its siblings or to another parent in the course; returns which of its fields that changed."""
    here = {f"{row.parent_name}_id": row.parent_id, "order_index": row.order_index}
    if parent is not None and parent.pk != row.parent_id:
        _take_to_parent(row, course, parent, index)
    elif index is not None:
        ordering.move(row, index)
    return [name for name, value in here.items() if getattr(row, name) != value]


def _take_to_parent(row: OrderedContent, course: Course, parent: Content, index: int | None) -> None:
    if parent.course_of.pk != course.pk:
        raise Invalid.field(f"{row.parent_name}_id", "other_course", "It is in another course.")
    left, place = ordering.siblings_of(row), row.order_index
    setattr(row, row.parent_name, parent)
    _require_parent(row, course)
    row.order_index = ordering.make_room(ordering.siblings_of(row), index)
    row.save(update_fields=[row.parent_name, "order_index"])
    ordering.close_gap(left, place)
