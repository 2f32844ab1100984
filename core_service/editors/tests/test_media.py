"""Files are uploaded by the admin's page as by the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from core_service.courses.models import LessonMedia
from core_service.editors.tests.conftest import ADA
from core_service.editors.tests.pages import errors_of, fields_of, url_of
from core_service.editors.tests.rows import Rows, make_rows
from core_service.files.models import StoredFile

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def rows(db: None) -> Rows:
    return make_rows()


def upload(page: Client, rows: Rows, changes: dict[str, str] | None = None, *, content: bytes = PDF) -> Any:
    url = url_of(LessonMedia, "add")
    fields = fields_of(page.get(url)) | {"lesson": str(rows.lesson.pk)} | (changes or {})
    return page.post(url, fields | {"upload": SimpleUploadedFile("notes.pdf", content, "application/pdf")})


def test_uploads_a_file_and_shows_where_it_is_read(page: Client, rows: Rows) -> None:
    answer = upload(page, rows, {"order_index": "0"})
    assert answer.status_code == 302, errors_of(answer)
    media = LessonMedia.objects.get(file__isnull=False)
    assert (media.order_index, media.media_type, media.media_url) == (0, "document", "")
    assert media.file is not None
    assert media.file.created_by == ADA
    shown = page.get(url_of(media)).content.decode()
    assert f"/api/v1/media/{media.pk}/content" in shown
    assert "notes.pdf" in page.get(url_of(LessonMedia, "changelist")).content.decode()


def test_a_page_with_a_file_in_it_can_be_saved(page: Client, rows: Rows) -> None:
    upload(page, rows)
    media = LessonMedia.objects.get(file__isnull=False)
    answer = page.post(url_of(media), fields_of(page.get(url_of(media))) | {"media_type": "archive"})
    assert answer.status_code == 302, errors_of(answer)
    answer = page.post(url_of(rows.lesson), fields_of(page.get(url_of(rows.lesson))) | {"title": "Renamed"})
    assert answer.status_code == 302, errors_of(answer)
    media.refresh_from_db()
    assert (media.media_type, media.media_url) == ("archive", "")


def test_deleting_removes_the_file(page: Client, rows: Rows) -> None:
    upload(page, rows)
    page.post(url_of(LessonMedia.objects.get(file__isnull=False), "delete"), {"post": "yes"})
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"media_url": "https://example.org/"}, "Give either a link or a file."),
        ({"media_type": "link"}, "A file is no link."),
        ({"lesson": "01936f5c-0000-7000-8000-000000000003"}, "Select a valid choice."),
        ({"order_index": "9" * 30}, "At most 2147483647."),
        ({"order_index": "-1"}, "greater than or equal to 0"),
    ],
)
def test_a_file_that_is_not_added_is_not_kept(page: Client, rows: Rows, changes: dict[str, str], sentence: str) -> None:
    assert sentence in errors_of(upload(page, rows, changes))
    assert not StoredFile.objects.exists()
    assert LessonMedia.objects.count() == 1


def test_refuses_an_empty_file_and_one_that_is_too_large(page: Client, rows: Rows, settings: Settings) -> None:
    assert "It has 0 bytes." in errors_of(upload(page, rows, content=b""))
    settings.UPLOAD_MAX_BYTES = 10
    answer = upload(page, rows)
    assert "It may have 10 bytes" in errors_of(answer)
    assert fields_of(answer)["lesson"] == str(rows.lesson.pk)
    assert not StoredFile.objects.exists()


def test_neither_link_nor_file_is_refused(page: Client, rows: Rows) -> None:
    url = url_of(LessonMedia, "add")
    answer = page.post(url, fields_of(page.get(url)) | {"lesson": str(rows.lesson.pk)})
    assert "Give either a link or a file." in errors_of(answer)


def test_a_link_must_be_one_of_the_web(page: Client, rows: Rows) -> None:
    url = url_of(LessonMedia, "add")
    fields = {"lesson": str(rows.lesson.pk), "media_url": "javascript:alert(1)"}
    assert "An http or https address is needed." in errors_of(page.post(url, fields_of(page.get(url)) | fields))
