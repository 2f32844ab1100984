"""Uploaded files of lessons: POST /media/ with a form, /media/{id}/content."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from core_service.conftest import ApiClient
from core_service.courses.models import Course, CourseModule, CourseStatus, Lesson, LessonMedia
from core_service.files import storage
from core_service.files.models import StoredFile
from shared_settings.deliveries import deliver_due

pytestmark = pytest.mark.django_db

URL = "/api/v1/media/"
PDF = b"%PDF-1.4\n% a small document\n" + bytes(range(256))


@pytest.fixture
def lesson(author: ApiClient) -> Lesson:
    course = Course.objects.create(title="Git", author_id=author.person_id)
    module = CourseModule.objects.create(course=course, title="Branches", order_index=0)
    return Lesson.objects.create(module=module, title="A branch is a label", order_index=0)


@pytest.fixture
def upload(lesson: Lesson) -> Callable[..., Any]:
    """`upload(client, content, name=…, claim=…, **fields)`: what the API answers."""

    def send(
        client: ApiClient, content: bytes = PDF, *, name: str = "notes.pdf", claim: str = "", **fields: Any
    ) -> Any:
        file = SimpleUploadedFile(name, content, content_type=claim or "application/octet-stream")
        headers = {key: fields.pop(key) for key in list(fields) if key.startswith("HTTP_")}
        return client.post(URL, {"lesson_id": str(lesson.id), "file": file} | fields, format="multipart", **headers)

    return send


def _path(row: dict[str, Any]) -> str:
    return str(row["media_url"]).removeprefix("http://testserver")


def _publish(lesson: Lesson) -> None:
    Course.objects.filter(pk=lesson.course_of.pk).update(status=CourseStatus.PUBLISHED)


def _bytes_of(answer: Any) -> bytes:
    """The body of an answer, wherever it lies."""
    if answer.status_code == 302:
        return httpx.get(answer["Location"], timeout=60).content
    return b"".join(answer.streaming_content)


def _errors(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def test_an_uploaded_file_is_read_back_whole(any_storage: str, author: ApiClient, upload: Any, lesson: Lesson) -> None:
    made = upload(author, claim="text/html")
    assert made.status_code == 201, made.content
    row = made.json()
    assert row["media_url"] == f"http://testserver/api/v1/media/{row['id']}/content"
    assert (row["lesson_id"], row["media_type"], row["order_index"]) == (str(lesson.id), "document", 0)
    assert author.get(made["Location"]).json() == row
    answer = author.get(_path(row))
    assert answer.status_code == (200 if any_storage == "folder" else 302)
    assert _bytes_of(answer) == PDF


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "a.png", "image"),
        (b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(40), "a.mp4", "video"),
        (b"ID3\x04\0\0\0\0\0\0" + bytes(40), "a.mp3", "audio"),
        (b"PK\x03\x04" + bytes(40), "a.zip", "archive"),
        (b"hello", "a.txt", "document"),
    ],
)
def test_the_media_type_is_by_default_what_the_file_is(
    folder: Any, author: ApiClient, upload: Any, content: bytes, name: str, kind: str
) -> None:
    assert upload(author, content, name=name).json()["media_type"] == kind


def test_type_and_place_may_be_given(folder: Any, author: ApiClient, upload: Any) -> None:
    first = upload(author).json()
    second = upload(author, media_type="archive", order_index="0").json()
    assert (second["media_type"], second["order_index"]) == ("archive", 0)
    assert author.get(f"{URL}{first['id']}").json()["order_index"] == 1


def test_the_address_of_a_file_is_read_only_and_can_be_sent_back(folder: Any, author: ApiClient, upload: Any) -> None:
    row = upload(author).json()
    url = f"{URL}{row['id']}"
    assert author.put(url, row).json() == row
    assert author.put(url, {"lesson_id": row["lesson_id"], "media_type": "archive"}).status_code == 200
    changed = author.patch(url, {"media_url": "https://example.org/other"})
    assert _errors(changed) == [("/media_url", "read_only")]


def test_the_outline_shows_the_address(folder: Any, author: ApiClient, upload: Any, lesson: Lesson) -> None:
    row = upload(author).json()
    outline = author.get(f"/api/v1/courses/{lesson.course_of.pk}/with-modules").json()
    assert outline["modules"][0]["lessons"][0]["media"] == [row]


def test_a_link_elsewhere_has_no_content(author: ApiClient, lesson: Lesson) -> None:
    row = author.post(URL, {"lesson_id": str(lesson.id), "media_url": "https://example.org/a"}).json()
    assert author.get(f"{URL}{row['id']}/content").status_code == 404


@pytest.mark.parametrize("name", ["../../x", "..\\..\\x", "a/b/x", "C:\\x"])
def test_a_name_is_never_a_path(folder: Any, author: ApiClient, upload: Any, name: str) -> None:
    made = upload(author, name=name)
    assert made.status_code == 201, made.content
    assert StoredFile.objects.get().original_name == "x"
    assert {path.parent.parent for path in folder.rglob("*") if path.is_file()} == {folder}


def test_a_long_name_is_shortened(folder: Any, author: ApiClient, upload: Any) -> None:
    assert upload(author, name="n" * 300 + ".pdf").status_code == 201
    kept = StoredFile.objects.get().original_name
    assert len(kept) == 255
    assert kept.endswith(".pdf")


def test_an_empty_file_is_refused(folder: Any, author: ApiClient, upload: Any) -> None:
    answer = upload(author, b"")
    assert _errors(answer) == [("/file", "empty_file")]
    assert answer.json()["code"] == "empty_file"


def test_a_file_that_is_too_large_is_refused(folder: Any, author: ApiClient, upload: Any, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    assert upload(author, b"x" * 1000).status_code == 201
    for size in (1001, 3 * 1024 * 1024):
        answer = upload(author, b"x" * size)
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"lesson_id": "nope"}, [("/lesson_id", "invalid")]),
        ({"lesson_id": str(uuid.uuid4())}, [("/lesson_id", "not_found")]),
        ({"media_type": "bogus"}, [("/media_type", "invalid_choice")]),
        ({"media_type": "link"}, [("/media_type", "invalid_choice")]),
        ({"order_index": "-1"}, [("/order_index", "min_value")]),
        ({"order_index": "9" * 30}, [("/order_index", "invalid")]),
        ({"titel": "a", "order_index": "x"}, [("/order_index", "invalid"), ("/titel", "unknown_field")]),
        ({"media_url": "https://example.org"}, [("/media_url", "unknown_field")]),
        ({"file": "no file"}, [("/file", "invalid")]),
        ({"lesson_id": ["a", "b"]}, [("/lesson_id", "repeated")]),
    ],
)
def test_a_form_is_as_strict_as_json(
    folder: Any, author: ApiClient, upload: Any, fields: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert sorted(_errors(upload(author, **fields))) == expected
    assert not StoredFile.objects.exists()


def test_a_file_does_not_become_a_link(folder: Any, author: ApiClient, upload: Any) -> None:
    file = upload(author).json()
    answer = author.patch(f"{URL}{file['id']}", {"media_type": "link"})
    assert (answer.status_code, _errors(answer)) == (400, [("/media_type", "invalid_choice")])
    assert author.patch(f"{URL}{file['id']}", {"media_type": "video"}).status_code == 200


def test_exactly_one_file_is_taken(folder: Any, author: ApiClient, upload: Any, lesson: Lesson) -> None:
    two = [SimpleUploadedFile(name, b"a") for name in ("a.txt", "b.txt")]
    assert _errors(upload(author, file=two)) == [("/file", "repeated")]
    assert _errors(upload(author, other=SimpleUploadedFile("a.txt", b"a"))) == [("/other", "unknown_field")]
    without = author.post(URL, {"lesson_id": str(lesson.id)}, format="multipart")
    assert _errors(without) == [("/file", "required")]


HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello'


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (HEAD + b"\r\n--x--\r\n", "multipart/form-data"),
        (HEAD + b"\r\n--x--\r\n", "multipart/form-data; boundary="),
        (HEAD + b"\r\n--x--\r\n", "multipart/form-data; boundary=" + "x" * 300),
        (HEAD + b"\r\n--x--\r\n", "multipart/form-data; boundary=other"),
        (HEAD, "multipart/form-data; boundary=x"),
        (HEAD + b"\r\n--x", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data; boundary=x"),
        (b"\x00\xff" * 50, "multipart/form-data; boundary=x"),
        (
            HEAD.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n!") + b"\r\n--x--",
            "multipart/form-data; boundary=x",
        ),
    ],
)
def test_a_malformed_form_is_refused(folder: Any, author: ApiClient, body: bytes, content_type: str) -> None:
    answer = author.post(URL, body, content_type=content_type)
    assert answer.status_code in (400, 415), answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/octet-stream", "application/x-www-form-urlencoded"]
)
def test_another_kind_of_body_is_415(author: ApiClient, content_type: str) -> None:
    assert author.post(URL, b"a=b", content_type=content_type).status_code == 415


def test_only_who_may_edit_uploads_and_nothing_is_stored_for_others(
    folder: Any, student: ApiClient, anonymous: ApiClient, upload: Any, lesson: Lesson
) -> None:
    assert upload(anonymous).status_code == 401
    assert _errors(upload(student)) == [("/lesson_id", "not_found")]
    _publish(lesson)
    assert upload(student).status_code == 403
    assert not StoredFile.objects.exists()


def test_who_may_read_the_lesson_reads_the_file(
    folder: Any,
    author: ApiClient,
    student: ApiClient,
    admin: ApiClient,
    anonymous: ApiClient,
    upload: Any,
    lesson: Lesson,
) -> None:
    path = _path(upload(author).json())
    assert [person.get(path).status_code for person in (author, admin, student, anonymous)] == [200, 200, 404, 401]
    _publish(lesson)
    assert [person.get(path).status_code for person in (student, anonymous)] == [200, 401]
    assert student.get(f"{URL}{uuid.uuid4()}/content").status_code == 404


def test_a_retry_with_its_key_stores_nothing_again(folder: Any, author: ApiClient, upload: Any) -> None:
    first, again = (upload(author, HTTP_IDEMPOTENCY_KEY="a-key") for _ in range(2))
    assert (again.status_code, again.json(), again["Location"]) == (201, first.json(), first["Location"])
    assert LessonMedia.objects.count() == StoredFile.objects.count() == 1
    other = upload(author, PDF + b"!", HTTP_IDEMPOTENCY_KEY="a-key")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_a_refusal_is_kept_for_a_retry_too(folder: Any, author: ApiClient, upload: Any) -> None:
    first, again = (upload(author, b"", HTTP_IDEMPOTENCY_KEY="a-key") for _ in range(2))
    assert (first.status_code, again.status_code, again.json()["code"]) == (400, 400, "empty_file")
    assert upload(author, HTTP_IDEMPOTENCY_KEY="a-key").status_code == 422


def test_a_file_whose_row_is_not_written_is_removed(
    folder: Any, author: ApiClient, upload: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("The machine is on fire.")

    monkeypatch.setattr("core_service.courses.actions.add_content", fail)
    assert upload(author).status_code == 500
    assert not StoredFile.objects.exists()
    deliver_due()
    assert not [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("what", ["media", "lessons", "modules"])
def test_deleting_what_holds_a_file_deletes_the_file(
    any_storage: str, author: ApiClient, upload: Any, lesson: Lesson, what: str
) -> None:
    media_id = upload(author).json()["id"]
    file = StoredFile.objects.get()
    row_id = {"media": media_id, "lessons": lesson.id, "modules": lesson.module_id}[what]
    assert author.delete(f"/api/v1/{what}/{row_id}").status_code == 204
    assert not StoredFile.objects.exists()
    deliver_due()
    storage.remove(file.name)  # gone already, which is no error
    assert author.get(f"{URL}{media_id}/content").status_code == 404


def test_a_file_that_another_row_uses_stays(folder: Any, author: ApiClient, upload: Any, lesson: Lesson) -> None:
    media_id = upload(author).json()["id"]
    file = StoredFile.objects.get()
    LessonMedia.objects.create(lesson=lesson, file=file, media_type="document", order_index=1)
    assert author.delete(f"{URL}{media_id}").status_code == 204
    assert StoredFile.objects.exists()


def test_an_image_can_be_shown_by_a_page_that_accepts_images_only(folder: Any, author: ApiClient, upload: Any) -> None:
    path = _path(upload(author).json())
    assert author.get(path, HTTP_ACCEPT="image/avif,image/*").status_code == 200


def test_a_range_after_the_end_is_a_problem(folder: Any, author: ApiClient, upload: Any) -> None:
    answer = author.get(_path(upload(author).json()), HTTP_RANGE="bytes=100000-")
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(PDF)}")
    assert answer.json()["code"] == "range_not_satisfiable"


def test_the_page_of_a_browser_has_a_form_that_uploads(folder: Any, author: ApiClient, upload: Any) -> None:
    page = author.get(URL, HTTP_ACCEPT="text/html")
    assert b'type="file"' in page.content
    answer = upload(author, order_index="", csrfmiddlewaretoken="a-token", HTTP_ACCEPT="text/html")
    assert (answer.status_code, answer["Content-Type"]) == (201, "text/html; charset=utf-8")


def test_the_address_follows_the_one_that_the_caller_used(folder: Any, author: ApiClient, upload: Any) -> None:
    row = upload(author, HTTP_HOST="localhost:8000").json()
    assert row["media_url"].startswith("http://localhost:8000/api/v1/media/")


def test_reading_takes_one_query(
    folder: Any, author: ApiClient, upload: Any, django_assert_num_queries: Callable[..., Any]
) -> None:
    path = _path(upload(author).json())
    with django_assert_num_queries(1):
        author.get(path)
