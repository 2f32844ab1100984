"""What the caller may read, beside what the courses say themselves."""

from __future__ import annotations

from core_service.courses.querysets import Ids
from core_service.courses.rules import Person
from core_service.progress import reads as progress_reads


def joined_by(person: Person) -> Ids:
    """The ids of the courses that the person has joined, and may read when they are archived."""
    return progress_reads.joined_courses(person)
