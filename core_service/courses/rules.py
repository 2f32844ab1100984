"""Decisions about courses on plain values."""

from __future__ import annotations

import uuid
from typing import Protocol


class Person(Protocol):
    """Who asks, as far as rights need it; whoever is not authenticated has neither an id nor a role."""

    @property
    def is_authenticated(self) -> bool: ...

    @property
    def id(self) -> uuid.UUID: ...

    @property
    def is_admin(self) -> bool: ...


def is_admin(person: Person) -> bool:
    return person.is_authenticated and person.is_admin


def may_edit(person: Person, author_id: uuid.UUID) -> bool:
    """Whether this person writes in a course of this author, and reads all that is in it."""
    return person.is_authenticated and (person.is_admin or person.id == author_id)


def may_name_author(person: Person, author_id: uuid.UUID) -> bool:
    """Whether this person may make, or hand, a course to this author."""
    return is_admin(person) or person.id == author_id
