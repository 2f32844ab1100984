"""Decisions about courses on plain values."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from shared_settings.problems import FieldError

# The statuses on which rights depend.
PUBLISHED = "published"
ARCHIVED = "archived"


class Person(Protocol):
    """Who asks, as far as rights need it; a visitor, who is not authenticated, has neither an id nor a role."""

    @property
    def is_authenticated(self) -> bool: ...

    @property
    def id(self) -> uuid.UUID | None: ...


def is_admin(person: Person) -> bool:
    return bool(getattr(person, "is_admin", False))


def may_name_author(person: Person, author_id: uuid.UUID) -> bool:
    """Whether this person may make a course for this author, or hand one to them."""
    return is_admin(person) or person.id == author_id


MOST_SIBLINGS = 1_000  # rows with one parent
# Rows of one kind. The outline, its order and the removal of a module take all of them at once, and one statement of
# PostgreSQL takes 65,535 values.
MOST_IN_COURSE = 10_000
_MOST_OPTIONS = {"single_choice": 50, "multiple_choice": 50, "true_false": 2}


def most_options(question_type: str) -> int:
    """How many options a question of this type may offer."""
    return _MOST_OPTIONS.get(question_type, 0)


def reads_lessons(person: Person) -> bool:
    """Whether somebody who may read a course may also read its lessons; visitors see the outline only."""
    return person.is_authenticated


Outline = Sequence[tuple[uuid.UUID, Sequence[uuid.UUID]]]


def outline_errors(
    wanted: Outline, *, modules: Collection[uuid.UUID], lessons: Collection[uuid.UUID]
) -> list[FieldError]:
    """What keeps a wanted order from naming every module and every lesson of a course exactly once."""
    errors: list[FieldError] = []
    named_modules: set[uuid.UUID] = set()
    named_lessons: set[uuid.UUID] = set()
    for module_place, (module_id, lesson_ids) in enumerate(wanted):
        pointer = f"/modules/{module_place}"
        errors += _naming_errors(f"{pointer}/id", module_id, named_modules, modules)
        for place, lesson_id in enumerate(lesson_ids):
            errors += _naming_errors(f"{pointer}/lessons/{place}", lesson_id, named_lessons, lessons)
    for kind, there, named in (("module", modules, named_modules), ("lesson", lessons, named_lessons)):
        errors += [
            FieldError("/modules", "missing", f"The {kind} {row_id} is not named.")
            for row_id in there
            if row_id not in named
        ]
    return errors


def _naming_errors(
    pointer: str, row_id: uuid.UUID, named: set[uuid.UUID], there: Collection[uuid.UUID]
) -> Iterator[FieldError]:
    if row_id not in there:
        yield FieldError(pointer, "not_found", "It is not in the course.")
    elif row_id in named:
        yield FieldError(pointer, "repeated", "It is named before.")
    named.add(row_id)
