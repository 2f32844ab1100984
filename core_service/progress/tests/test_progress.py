"""Reading, changing and deleting progress: /progress/ and /progress/{id}."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core_service.conftest import ApiClient
from core_service.courses.models import Course
from core_service.journal.models import AuditEntry, Event
from core_service.progress import actions
from core_service.progress.models import UserProgress
from core_service.progress.tests.conftest import Taught

pytestmark = pytest.mark.django_db

URL = "/api/v1/progress/"


def _ids(client: ApiClient, **params: Any) -> set[str]:
    answer = client.get(URL, params)
    assert answer.status_code == 200, answer.json()
    return {row["id"] for row in answer.json()["results"]}


@pytest.fixture
def begun(student: ApiClient, taught: Taught) -> dict[str, Any]:
    """A lesson that the student has begun."""
    row: dict[str, Any] = taught.mark(student, completed=False).json()
    return row


@pytest.mark.parametrize("method", ["put", "patch"])
def test_completes_a_lesson(student: ApiClient, begun: dict[str, Any], method: str) -> None:
    answer = getattr(student, method)(f"{URL}{begun['id']}", {"completed": True})
    assert answer.status_code == 200, answer.json()
    assert answer.json()["completed"] is True
    assert answer.json()["completed_at"] is not None
    assert Event.objects.filter(name="lesson.completed").count() == 1


def test_a_row_as_it_was_read_can_be_put_back(student: ApiClient, begun: dict[str, Any]) -> None:
    url = f"{URL}{begun['id']}"
    tag = student.get(url)["ETag"]
    answer = student.put(url, begun)
    assert (answer.status_code, answer.json(), answer["ETag"]) == (200, begun, tag)


def test_completion_is_not_taken_back(student: ApiClient, begun: dict[str, Any]) -> None:
    url = f"{URL}{begun['id']}"
    done = student.patch(url, {"completed": True}).json()
    for method in (student.patch, student.put):
        answer = method(url, {"completed": False})
        assert (answer.status_code, answer.json()["code"]) == (409, "already_completed")
    assert student.patch(url, {"completed": True}).json() == done
    assert student.get(url).json() == done


@pytest.mark.parametrize("name", ["id", "user_id", "course_id", "lesson_id"])
def test_who_and_where_cannot_be_changed(student: ApiClient, begun: dict[str, Any], name: str) -> None:
    answer = student.patch(f"{URL}{begun['id']}", {name: str(uuid.uuid4())})
    assert answer.status_code == 400
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(f"/{name}", "read_only")]


def test_a_put_says_whether_it_is_completed(student: ApiClient, begun: dict[str, Any]) -> None:
    answer = student.put(f"{URL}{begun['id']}", {})
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/completed"]


def test_a_deleted_row_is_gone_and_the_lesson_begins_anew(
    student: ApiClient, taught: Taught, begun: dict[str, Any]
) -> None:
    url = f"{URL}{begun['id']}"
    student.patch(url, {"completed": True})
    assert student.delete(url).status_code == 204
    assert [student.get(url).status_code, student.delete(url).status_code] == [404, 404]
    assert AuditEntry.objects.get(action="progress.deleted").actor_id == student.person_id
    anew = taught.mark(student, completed=False)
    assert (anew.status_code, anew.json()["completed"]) == (201, False)


@pytest.mark.asvs("8.2.2")
def test_nobody_else_knows_of_a_row(stranger: ApiClient, anonymous: ApiClient, begun: dict[str, Any]) -> None:
    url = f"{URL}{begun['id']}"
    for call in (stranger.get, stranger.delete, lambda url: stranger.patch(url, {"completed": True})):
        assert call(url).status_code == 404
    assert stranger.get(URL, {"user_id": begun["user_id"]}).json()["results"] == []
    assert stranger.get(URL, {"course_id": begun["course_id"]}).json()["results"] == []
    assert [anonymous.get(url).status_code, anonymous.get(URL).status_code] == [401, 401]


def test_who_may_edit_the_course_reads_a_row_and_leaves_it_alone(
    author: ApiClient, admin: ApiClient, begun: dict[str, Any]
) -> None:
    url = f"{URL}{begun['id']}"
    for person in (author, admin):
        assert person.get(url).json() == begun
        assert person.patch(url, {"completed": True}).status_code == 403
        assert person.put(url, begun).status_code == 403
        assert person.delete(url).status_code == 403


def test_lists_ones_own(student: ApiClient, author: ApiClient, admin: ApiClient, taught: Taught) -> None:
    mine = {taught.mark(student, lesson=lesson).json()["id"] for lesson in (0, 1)}
    authors = taught.mark(author).json()["id"]
    assert _ids(student) == _ids(student, course_id=taught.course.id) == mine
    assert _ids(student, user_id=student.person_id) == mine
    assert _ids(author) == {authors}
    assert _ids(admin) == set()


def test_lists_a_course_for_who_may_edit_it(
    student: ApiClient, stranger: ApiClient, author: ApiClient, admin: ApiClient, teach: Callable[..., Taught]
) -> None:
    mine, other = teach(by=author), teach(by=stranger)
    here = {mine.mark(person).json()["id"] for person in (student, stranger)}
    there = other.mark(student).json()["id"]
    for person in (author, admin):
        assert _ids(person, course_id=mine.course.id) == here
        assert len(_ids(person, course_id=mine.course.id, user_id=student.person_id)) == 1
    assert there not in _ids(author, user_id=student.person_id)
    assert there in _ids(admin, user_id=student.person_id)
    assert _ids(author, course_id=other.course.id) == set()


def test_reads_ones_own_in_a_course_by_the_index_of_people(student: ApiClient, taught: Taught) -> None:
    with CaptureQueriesContext(connection) as asked:
        _ids(student, course_id=taught.course.id)
    of_progress = [query["sql"] for query in asked.captured_queries if UserProgress._meta.db_table in query["sql"]]
    assert len(of_progress) == 1
    assert '"user_id" = ' in of_progress[0]
    assert " OR " not in of_progress[0]


def test_narrows_by_lesson_and_by_completion(student: ApiClient, taught: Taught) -> None:
    done = taught.mark(student, lesson=0).json()["id"]
    begun = taught.mark(student, completed=False, lesson=1).json()["id"]
    assert _ids(student, lesson_id=taught.lessons[0].id) == {done}
    assert _ids(student, completed="true") == {done}
    assert _ids(student, completed="false") == {begun}


@pytest.mark.parametrize("query", [{"bogus": "1"}, {"course_id": "nope"}, {"completed": "perhaps"}, {"user_id": ""}])
def test_refuses_a_wrong_parameter(student: ApiClient, query: dict[str, str]) -> None:
    answer = student.get(URL, query)
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"?{name}" for name in query]


def test_deleting_a_course_deletes_nobodys_progress(
    author: ApiClient, student: ApiClient, taught: Taught, begun: dict[str, Any]
) -> None:
    assert author.delete(f"/api/v1/courses/{taught.course.id}").status_code == 204
    assert _ids(student) == _ids(student, course_id=taught.course.id) == {begun["id"]}
    assert student.get(f"{URL}{begun['id']}").json() == begun
    assert _ids(author, course_id=taught.course.id) == set()
    closed = student.patch(f"{URL}{begun['id']}", {"completed": True})
    assert (closed.status_code, closed.json()["code"]) == (409, "lesson_closed")
    Course.objects.filter(pk=taught.course.pk).delete()
    assert student.get(f"{URL}{begun['id']}").json() == begun


def test_deleting_a_lesson_keeps_what_was_learnt(
    author: ApiClient, student: ApiClient, taught: Taught, begun: dict[str, Any]
) -> None:
    assert author.delete(f"/api/v1/lessons/{taught.lessons[0].id}").status_code == 204
    assert student.get(f"{URL}{begun['id']}").json() == begun


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_stale_writer_is_refused(student: ApiClient, begun: dict[str, Any], method: str) -> None:
    url = f"{URL}{begun['id']}"
    body = None if method == "delete" else {"completed": True}
    refused = getattr(student, method)(url, body, HTTP_IF_MATCH='"stale"')
    assert refused.status_code == 412
    assert student.get(url).json() == begun
    tag = student.get(url)["ETag"]
    assert student.get(url, HTTP_IF_NONE_MATCH=tag).status_code == 304
    assert getattr(student, method)(url, body, HTTP_IF_MATCH=tag).status_code in (200, 204)


def test_erasing_a_person_erases_what_they_learnt(student: ApiClient, stranger: ApiClient, taught: Taught) -> None:
    taught.mark(student)
    kept = taught.mark(stranger).json()["id"]
    actions.forget_person(student.person_id)
    assert [str(row.id) for row in UserProgress.objects.all()] == [kept]


@pytest.mark.parametrize("asked", ["own", "course"])
def test_a_list_takes_one_query_and_that_of_a_course_two(
    student: ApiClient,
    author: ApiClient,
    teach: Callable[..., Taught],
    asked: str,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    taught = teach(3)
    client = student if asked == "own" else author
    params = {"page_size": "100"} | ({} if asked == "own" else {"course_id": str(taught.course.id)})
    taught.mark(student)
    for count in (1, 3):
        with django_assert_num_queries(1 if asked == "own" else 2):
            answer = client.get(URL, params)
        assert len(answer.json()["results"]) == count
        for lesson in (1, 2):
            taught.mark(student, lesson=lesson)
