"""Several uploads at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from core_service.conftest import ApiClient
from core_service.courses.models import Course, CourseModule, Lesson, LessonMedia
from core_service.files.models import StoredFile
from shared_settings.deliveries import deliver_due

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 6


@pytest.fixture
def lesson(author: ApiClient) -> Lesson:
    course = Course.objects.create(title="Git", author_id=author.person_id)
    module = CourseModule.objects.create(course=course, title="Branches", order_index=0)
    return Lesson.objects.create(module=module, title="A branch is a label", order_index=0)


def _at_once(call: Callable[[], Any]) -> list[Any]:
    """What six threads get that begin together."""
    answers: list[Any] = []
    start = threading.Barrier(WRITERS)

    def run() -> None:
        start.wait()
        try:
            answers.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _upload(author: ApiClient, lesson: Lesson, **headers: Any) -> Any:
    body = {"lesson_id": str(lesson.id), "file": SimpleUploadedFile("a.txt", b"hello")}
    return ApiClient(author.person_id).post("/api/v1/media/", body, format="multipart", **headers)


def test_each_of_many_uploads_gets_a_place_of_its_own(folder: Path, author: ApiClient, lesson: Lesson) -> None:
    answers = _at_once(lambda: _upload(author, lesson))
    assert {answer.status_code for answer in answers} == {201}
    assert sorted(answer.json()["order_index"] for answer in answers) == list(range(WRITERS))


def test_of_twins_with_one_key_one_file_stays(folder: Path, author: ApiClient, lesson: Lesson) -> None:
    answers = _at_once(lambda: _upload(author, lesson, HTTP_IDEMPOTENCY_KEY="a-key"))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert LessonMedia.objects.count() == StoredFile.objects.count() == 1
    deliver_due()
    kept = [path.name for path in folder.rglob("*") if path.is_file()]
    assert kept == [StoredFile.objects.get().id.hex]
