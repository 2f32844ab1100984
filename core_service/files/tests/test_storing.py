"""Files are kept whole and removed when nothing uses them, in a folder and in a bucket alike."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import Settings

from core_service.files import actions, storage
from core_service.files.models import StoredFile
from core_service.files.problems import EmptyFile, FileTooLarge, StorageUnavailable
from core_service.files.tests.conftest import PDF
from shared_settings.deliveries import deliver_due

pytestmark = pytest.mark.django_db

Store = Callable[..., StoredFile]


def _lies_there(file: StoredFile) -> bool:
    return storages["default"].exists(file.name)


def test_keeps_the_bytes_and_what_is_known_of_them(any_storage: str, stored: Store) -> None:
    person_id = uuid.uuid4()
    file = stored(PDF, name="../../notes.pdf", claim="text/html", person_id=person_id)
    file.refresh_from_db()
    assert (file.original_name, file.content_type, file.size) == ("notes.pdf", "application/pdf", len(PDF))
    assert (file.sha256, file.created_by) == (hashlib.sha256(PDF).hexdigest(), person_id)
    with storage.open_file(file.name) as content:
        assert content.read() == PDF


def test_keeps_a_file_of_many_parts(any_storage: str, stored: Store) -> None:
    content = bytes(range(256)) * 4096 * 9  # 9 MiB: uploaded to a bucket in parts
    with storage.open_file(stored(content).name) as kept:
        assert hashlib.sha256(kept.read()).digest() == hashlib.sha256(content).digest()


def test_the_name_in_the_storage_is_ours(folder: Path, stored: Store) -> None:
    file = stored(name="../../../evil.html")
    assert "evil" not in file.name
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [file.id.hex]


def test_refuses_an_empty_file(folder: Path, stored: Store) -> None:
    with pytest.raises(EmptyFile):
        stored(b"")
    assert not StoredFile.objects.exists()


def test_refuses_a_file_that_is_too_large(folder: Path, stored: Store, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 10
    stored(b"0123456789")
    with pytest.raises(FileTooLarge):
        stored(b"0123456789a")


def test_a_removed_file_leaves_nothing_behind(any_storage: str, stored: Store) -> None:
    file, other = stored(), stored()
    actions.discard_file(file)
    assert not StoredFile.objects.filter(pk=file.pk).exists()
    assert _lies_there(file), "the bytes go only when the row is gone for good"
    assert deliver_due() == 1
    assert not _lies_there(file)
    assert _lies_there(other)


def test_many_files_are_removed_in_several_steps(folder: Path, stored: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "_BATCH", 2)
    files = [stored() for _ in range(5)]
    actions.remove_files([file.pk for file in files])
    assert deliver_due() == 3
    assert not any(_lies_there(file) for file in files)


def test_removing_bytes_twice_does_no_harm(any_storage: str, stored: Store) -> None:
    file = stored()
    actions.remove_bytes([file.name])
    actions.remove_bytes([file.name])
    assert not _lies_there(file)


def test_the_sweep_takes_what_was_stored_a_day_ago_and_is_not_used(folder: Path, stored: Store) -> None:
    old, young = stored(), stored()
    now = timezone.now()
    StoredFile.objects.filter(pk=old.pk).update(created_at=now - timedelta(days=1, seconds=1))
    assert actions.sweep_files(now=now) == 1
    assert list(StoredFile.objects.all()) == [young]
    deliver_due()
    assert not _lies_there(old)


def test_a_storage_that_fails_is_503_and_leaves_no_row(
    folder: Path, stored: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(storages["default"], "save", fail)
    with pytest.raises(StorageUnavailable):
        stored()
    assert not StoredFile.objects.exists()


def test_an_s3_server_that_is_away_is_503(bucket: None, stored: Store, settings: Settings) -> None:
    away = {**settings.STORAGES["default"]}
    away["OPTIONS"] = away["OPTIONS"] | {"endpoint_url": "http://127.0.0.1:9"}
    settings.STORAGES = settings.STORAGES | {"default": away}
    with pytest.raises(StorageUnavailable):
        stored()


def test_forgets_who_stored_a_file(folder: Path, stored: Store) -> None:
    person_id = uuid.uuid4()
    mine, other = stored(person_id=person_id), stored()
    actions.forget_person(person_id)
    mine.refresh_from_db()
    other.refresh_from_db()
    assert mine.created_by is None
    assert other.created_by is not None


def test_an_upload_is_read_from_its_beginning(folder: Path) -> None:
    content = SimpleUploadedFile("a.txt", b"hello")
    content.read()
    file = actions.store_file(content=content, name="a.txt", claim="", person_id=uuid.uuid4())
    with storage.open_file(file.name) as kept:
        assert kept.read() == b"hello"
