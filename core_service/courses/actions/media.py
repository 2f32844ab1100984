"""Uploaded files of lessons."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from core_service.courses.models import Content, CourseModule, Lesson, LessonMedia
from core_service.courses.rules import Person
from core_service.files import actions as files_actions
from core_service.files import rules as files_rules

_PATHS: dict[type[Content], str] = {LessonMedia: "pk", Lesson: "lesson", CourseModule: "lesson__module"}


def store_upload(upload: UploadedFile, *, by: Person, **fields: Any) -> LessonMedia:
    """Store a file and return a media row that holds it, still to be added.

    Call it before any transaction. `discard_upload` when the row is not added after all.
    """
    file = files_actions.store_file(
        content=upload, name=upload.name or "", claim=upload.content_type or "", person_id=by.id
    )
    kind = {"media_type": files_rules.kind_of(file.content_type), "order_index": None}
    return LessonMedia(file=file, **kind | fields)


def discard_upload(media: LessonMedia) -> None:
    """Remove the file of a row that was not added."""
    if media.file is not None:
        files_actions.discard_file(media.file)


def files_in(row: Content) -> list[uuid.UUID]:
    """The stored files of all media in this row, which is one itself, or holds some, or cannot."""
    path = _PATHS.get(type(row))
    if path is None:
        return []
    media = LessonMedia.objects.filter(**{path: row.pk}, file__isnull=False)
    return list(media.values_list("file_id", flat=True))
