"""Keeping files and removing them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from core_service.files import events, rules, storage
from core_service.files.content_types import content_type_of
from core_service.files.models import StoredFile
from core_service.files.problems import EmptyFile, FileTooLarge
from shared_settings import journal
from shared_settings.ids import uuid7

GRACE = timedelta(days=1)  # between storing a file and using it
_BATCH = 500  # files that one worker removes within its lease, however far away the storage is


def _digest(content: File[Any]) -> str:
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def store_file(*, content: File[Any], name: str, claim: str, person_id: UUID | None) -> StoredFile:
    """Keep a file; `claim` is the media type that its sender names.

    Call it before the transaction that begins to use the file: it may talk to a storage far away. When that
    transaction fails, `discard_file`; when the process ends in between, `sweep_files` finds it.
    """
    if not content.size:
        raise EmptyFile
    if content.size > settings.UPLOAD_MAX_BYTES:
        raise FileTooLarge(f"It may have {settings.UPLOAD_MAX_BYTES:,} bytes and has {content.size:,}.")
    file_id = uuid7()
    original_name = rules.clean_name(name)
    file = StoredFile.objects.create(
        id=file_id,
        name=f"{file_id.hex[-2:]}/{file_id.hex}",
        original_name=original_name,
        content_type=content_type_of(content, name=original_name, claim=claim),
        size=content.size,
        sha256=_digest(content),
        created_by=person_id,
        created_at=timezone.now(),
    )
    try:
        storage.save(file.name, content)
    except Exception:
        discard_file(file)
        raise
    return file


def remove_files(file_ids: Iterable[UUID]) -> None:
    """Remove those of these files that nothing uses any more; call it in the transaction that stopped using them."""
    with transaction.atomic():
        unused = dict(StoredFile.objects.filter(pk__in=list(file_ids)).unused().values_list("pk", "name"))
        if unused:
            StoredFile.objects.filter(pk__in=unused).delete()
            names = sorted(unused.values())
            for start in range(0, len(names), _BATCH):
                journal.record(events.REMOVED, names=names[start : start + _BATCH])


def discard_file(file: StoredFile) -> None:
    """Remove a file that was stored and is not needed after all."""
    remove_files([file.pk])


def sweep_files(*, now: datetime) -> int:
    """Remove what has been stored for a day and is used by nothing; returns how many files."""
    forgotten = StoredFile.objects.made_before(now - GRACE).unused().values_list("pk", flat=True)
    count = 0
    while batch := list(forgotten[:_BATCH]):
        remove_files(batch)
        count += len(batch)
    return count


def remove_bytes(names: Iterable[str]) -> None:
    """Delete the bytes of removed files; those that are gone already do no harm."""
    for name in names:
        storage.remove(name)


def forget_person(person_id: UUID) -> None:
    """Keep no trace of who stored a file."""
    StoredFile.objects.of(person_id).update(created_by=None)
