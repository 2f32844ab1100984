"""Marking lessons: POST /progress/."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from core_service.conftest import ApiClient
from core_service.courses.models import CourseStatus
from core_service.journal.models import Event
from core_service.progress.models import UserProgress
from core_service.progress.tests.conftest import Taught

pytestmark = pytest.mark.django_db

URL = "/api/v1/progress/"


def _completions() -> int:
    return Event.objects.filter(name="lesson.completed").count()


def test_marks_a_lesson_as_completed(student: ApiClient, taught: Taught) -> None:
    answer = taught.mark(student)
    assert answer.status_code == 201, answer.json()
    row = answer.json()
    assert set(row) == {"id", "user_id", "course_id", "lesson_id", "completed", "completed_at"}
    assert uuid.UUID(row["id"]).version == 7
    assert row["user_id"] == str(student.person_id)
    assert (row["course_id"], row["lesson_id"]) == (str(taught.course.id), str(taught.lessons[0].id))
    assert row["completed"] is True
    assert row["completed_at"].endswith("Z")
    read = student.get(answer["Location"])
    assert (read.status_code, read.json(), read["ETag"]) == (200, row, answer["ETag"])
    event = Event.objects.get(name="lesson.completed")
    assert {name: event.payload[name] for name in ("user_id", "course_id", "lesson_id")} == {
        name: row[name] for name in ("user_id", "course_id", "lesson_id")
    }


def test_begins_a_lesson_and_completes_it_later(student: ApiClient, taught: Taught) -> None:
    begun = taught.mark(student, completed=False)
    assert begun.status_code == 201
    assert (begun.json()["completed"], begun.json()["completed_at"]) == (False, None)
    assert _completions() == 0
    done = taught.mark(student)
    assert done.status_code == 200
    assert done.json()["id"] == begun.json()["id"]
    assert done.json()["completed_at"] is not None
    assert done["ETag"] != begun["ETag"]
    assert _completions() == 1


@pytest.mark.parametrize("completed", [True, False])
def test_marking_again_is_the_same_answer_and_one_event(student: ApiClient, taught: Taught, completed: bool) -> None:
    first = taught.mark(student, completed)
    again = taught.mark(student, completed)
    assert (first.status_code, again.status_code) == (201, 200)
    assert (again.json(), again["ETag"]) == (first.json(), first["ETag"])
    assert "Location" not in again
    assert UserProgress.objects.count() == 1
    assert _completions() == int(completed)


def test_completion_stays(student: ApiClient, taught: Taught) -> None:
    done = taught.mark(student).json()
    refused = taught.mark(student, completed=False)
    assert refused.status_code == 409
    assert refused.json()["code"] == "already_completed"
    assert student.get(f"{URL}{done['id']}").json() == done


def test_everybody_has_a_row_of_their_own(student: ApiClient, stranger: ApiClient, taught: Taught) -> None:
    assert taught.mark(student).status_code == 201
    assert taught.mark(stranger, completed=False).status_code == 201
    assert UserProgress.objects.get(user_id=student.person_id).completed
    assert not UserProgress.objects.get(user_id=stranger.person_id).completed


@pytest.mark.parametrize(
    ("changed", "pointer", "code"),
    [
        ({"lesson_id": "nope"}, "/lesson_id", "invalid"),
        ({"lesson_id": None}, "/lesson_id", "null"),
        ({"lesson_id": str(uuid.uuid4())}, "/lesson_id", "not_found"),
        ({"completed": "maybe"}, "/completed", "invalid"),
        ({"completed": None}, "/completed", "null"),
        ({"completed": 1}, "/completed", "invalid"),
        ({"complete": True}, "/complete", "unknown_field"),
        ({"user_id": str(uuid.uuid4())}, "/user_id", "read_only"),
        ({"completed_at": "2001-02-03T04:05:06Z"}, "/completed_at", "read_only"),
    ],
)
def test_refuses_what_is_wrong_and_says_where(
    student: ApiClient, taught: Taught, changed: dict[str, Any], pointer: str, code: str
) -> None:
    answer = student.post(URL, {"lesson_id": str(taught.lessons[0].id), "completed": True} | changed)
    assert answer.status_code == 400, answer.json()
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]
    assert not UserProgress.objects.exists()


@pytest.mark.parametrize("field", ["lesson_id", "completed"])
def test_needs_both_fields(student: ApiClient, taught: Taught, field: str) -> None:
    body = {"lesson_id": str(taught.lessons[0].id), "completed": True}
    del body[field]
    answer = student.post(URL, body)
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{field}"]


def test_needs_a_token(anonymous: ApiClient, taught: Taught) -> None:
    answer = taught.mark(anonymous)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_draft_is_open_to_its_author_only(
    author: ApiClient, student: ApiClient, admin: ApiClient, teach: Callable[..., Taught]
) -> None:
    draft = teach(status=CourseStatus.DRAFT)
    assert [draft.mark(person).status_code for person in (author, admin, student)] == [201, 201, 400]


def test_an_archived_course_is_open_to_who_had_joined(student: ApiClient, stranger: ApiClient, taught: Taught) -> None:
    taught.mark(student)
    taught.course.status = CourseStatus.ARCHIVED
    taught.course.save(update_fields=["status"])
    assert taught.mark(student, lesson=1).status_code == 201
    assert taught.mark(stranger, lesson=1).status_code == 400
    lesson = f"/api/v1/lessons/{taught.lessons[1].id}"
    assert (student.get(lesson).status_code, stranger.get(lesson).status_code) == (200, 404)
    course = f"/api/v1/courses/{taught.course.id}"
    assert (student.get(course).status_code, stranger.get(course).status_code) == (200, 404)


def test_a_lesson_of_a_deleted_course_cannot_be_marked(student: ApiClient, author: ApiClient, taught: Taught) -> None:
    assert author.delete(f"/api/v1/courses/{taught.course.id}").status_code == 204
    assert taught.mark(student).status_code == 400


def test_a_retry_with_its_key_gets_the_first_answer(student: ApiClient, taught: Taught) -> None:
    body = {"lesson_id": str(taught.lessons[0].id), "completed": True}
    first, again = (student.post(URL, body, HTTP_IDEMPOTENCY_KEY="a-key") for _ in range(2))
    assert (again.status_code, again.json(), again["Location"]) == (201, first.json(), first["Location"])
    assert _completions() == 1
    assert student.post(URL, body | {"completed": False}, HTTP_IDEMPOTENCY_KEY="a-key").status_code == 422


def test_a_key_of_a_retry_belongs_to_its_caller(student: ApiClient, stranger: ApiClient, taught: Taught) -> None:
    body = {"lesson_id": str(taught.lessons[0].id), "completed": True}
    for person in (student, stranger):
        answer = person.post(URL, body, HTTP_IDEMPOTENCY_KEY="a-key")
        assert (answer.status_code, answer.json()["user_id"]) == (201, str(person.person_id))


def test_marking_takes_few_queries(
    student: ApiClient, taught: Taught, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(5):  # the lesson; begin, the row, its event, commit
        taught.mark(student)
    with django_assert_num_queries(5):  # the lesson; begin, nothing to write, the row, commit
        taught.mark(student)
