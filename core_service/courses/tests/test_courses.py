"""Courses: made, listed, read, changed and deleted."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from pytest_django import DjangoAssertNumQueries

from core_service.conftest import ApiClient
from core_service.courses.models import Course, CourseStatus
from core_service.courses.tests.desk import Desk, url
from core_service.journal.models import AuditEntry, Event
from shared_settings.testing import plan_of_bitmaps

pytestmark = pytest.mark.django_db

NOBODY = uuid.UUID(int=7)


def _titles(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["title"] for row in answer.json()["results"]]


def _pointers(answer: Any) -> dict[str, str]:
    assert answer.status_code == 400, answer.content
    return {error["pointer"]: error["code"] for error in answer.json()["errors"]}


@pytest.fixture
def course(author: ApiClient) -> dict[str, Any]:
    row: dict[str, Any] = author.post(url("courses"), {"title": "Git"}).json()
    return row


# Making one.


def test_a_new_course_is_a_draft_of_the_caller(author: ApiClient) -> None:
    answer = author.post(url("courses"), {"title": "  Git  ", "description": "Three evenings"})
    assert answer.status_code == 201
    row = answer.json()
    assert (row["title"], row["description"], row["status"]) == ("Git", "Three evenings", "draft")
    assert row["author_id"] == str(author.person_id)
    assert answer["Location"].endswith(url("courses", row["id"]))
    assert author.get(answer["Location"]).json() == row
    assert author.get(answer["Location"])["ETag"] == answer["ETag"]


def test_what_is_wrong_with_a_new_course_is_said_at_once(author: ApiClient) -> None:
    answer = author.post(url("courses"), {"title": "x" * 201, "status": "open", "colour": "red", "id": str(NOBODY)})
    assert _pointers(answer) == {
        "/title": "max_length",
        "/status": "invalid_choice",
        "/colour": "unknown_field",
        "/id": "read_only",
    }
    assert not Course.objects.exists()


def test_making_one_needs_a_token(anonymous: ApiClient) -> None:
    answer = anonymous.post(url("courses"), {"title": "Git"})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_only_an_admin_names_another_author(author: ApiClient, admin: ApiClient) -> None:
    body = {"title": "Git", "author_id": str(NOBODY)}
    refused = author.post(url("courses"), body)
    assert (refused.status_code, refused.json()["code"]) == (403, "author_not_yours")
    assert admin.post(url("courses"), body).json()["author_id"] == str(NOBODY)
    own = author.post(url("courses"), {"title": "Git", "author_id": str(author.person_id)})
    assert own.status_code == 201


def test_a_course_that_is_born_published_is_told_like_any_other(author: ApiClient) -> None:
    row = author.post(url("courses"), {"title": "Git", "status": "published"}).json()
    assert Event.objects.get(name="course.published").payload["course_id"] == row["id"]


# Lists.


def test_everybody_is_listed_what_is_published(
    author: ApiClient, stranger: ApiClient, anonymous: ApiClient, admin: ApiClient
) -> None:
    for status in CourseStatus.values:
        author.post(url("courses"), {"title": status, "status": status})
    for person in (anonymous, stranger, author):
        assert _titles(person.get(url("courses"))) == ["published"]
    assert _titles(admin.get(url("courses"), {"ordering": "title"})) == ["archived", "draft", "published"]


def test_mine_are_those_that_one_may_edit(author: ApiClient, stranger: ApiClient, admin: ApiClient) -> None:
    for status in CourseStatus.values:
        author.post(url("courses"), {"title": status, "status": status})
    query = {"mine": "true", "ordering": "title"}
    assert _titles(author.get(url("courses"), query)) == ["archived", "draft", "published"]
    assert _titles(author.get(url("courses"), query | {"status": "draft"})) == ["draft"]
    assert _titles(stranger.get(url("courses"), query)) == []
    assert _titles(admin.get(url("courses"), query)) == ["archived", "draft", "published"]


def test_mine_needs_a_token(anonymous: ApiClient) -> None:
    answer = anonymous.get(url("courses"), {"mine": "true"})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_drafts_of_an_author_are_listed_for_that_author_and_admins(
    author: ApiClient, stranger: ApiClient, anonymous: ApiClient, admin: ApiClient
) -> None:
    for status in CourseStatus.values:
        author.post(url("courses"), {"title": status, "status": status})
    stranger.post(url("courses"), {"title": "another author's", "status": "published"})
    of_author = url("courses/author", author.person_id)
    for person in (author, admin):
        assert _titles(person.get(of_author, {"ordering": "title"})) == ["archived", "draft", "published"]
    for person in (stranger, anonymous):
        assert _titles(person.get(of_author)) == ["published"]
    assert anonymous.get(of_author, {"author_id": str(NOBODY)}).status_code == 400
    assert _titles(anonymous.get(url("courses/author", NOBODY))) == []


def test_search_asks_for_every_word_in_title_or_description(author: ApiClient) -> None:
    author.post(url("courses"), {"title": "Git at night", "description": "For owls"})
    author.post(url("courses"), {"title": "Git by day"})
    query = {"mine": "true"}
    assert _titles(author.get(url("courses"), query | {"search": "OWLS git"})) == ["Git at night"]
    assert _titles(author.get(url("courses"), query | {"search": "100%"})) == []


def test_search_looks_for_short_words_in_titles_only(author: ApiClient) -> None:
    author.post(url("courses"), {"title": "C++ at night", "description": "For owls: no C#"})
    query = {"mine": "true"}
    assert _titles(author.get(url("courses"), query | {"search": "owls c++ at"})) == ["C++ at night"]
    for nowhere in ("no", "c#"):
        assert _titles(author.get(url("courses"), query | {"search": nowhere})) == []


def test_search_knows_the_letters_of_all_languages(author: ApiClient) -> None:
    author.post(url("courses"), {"title": "Основы ÜBER"})
    assert _titles(author.get(url("courses"), {"mine": "true", "search": "основы über"})) == ["Основы ÜBER"]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no index of words.")
def test_search_has_its_index() -> None:
    found = Course.objects.filter(Q(title__icontains="git") | Q(description__icontains="git"))
    assert "courses_course_search" in plan_of_bitmaps(found)


def test_titles_are_ordered_by_code_point_on_every_database(author: ApiClient) -> None:
    titles = ["a", "B", "ä", "Z", "_", "é", "数", "b a", "ba"]
    for title in titles:
        author.post(url("courses"), {"title": title})
    seen: list[str] = []
    page = author.get(url("courses"), {"mine": "true", "ordering": "title", "page_size": "2"}).json()
    seen += [row["title"] for row in page["results"]]
    while page["next"]:
        page = author.get(page["next"]).json()
        seen += [row["title"] for row in page["results"]]
    assert seen == sorted(titles)


@pytest.mark.parametrize("query", [{"ordering": "author_id"}, {"status": "open"}, {"author_id": "7"}, {"mine": "x"}])
def test_a_wrong_parameter_is_named(query: dict[str, str], anonymous: ApiClient) -> None:
    assert list(_pointers(anonymous.get(url("courses"), query))) == [f"?{name}" for name in query]


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("query", [{}, {"mine": "true"}, {"search": "git", "ordering": "title"}])
def test_a_whole_list_costs_one_query(
    rows: int, query: dict[str, str], author: ApiClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        Course.objects.create(title="Git", author_id=author.person_id, status="published")
    with django_assert_num_queries(1):
        assert author.get(url("courses"), query | {"page_size": "100"}).json()["count"] == rows


# One course.


@pytest.mark.parametrize("status", CourseStatus.values)
def test_who_reads_a_course(
    status: str, author: ApiClient, student: ApiClient, anonymous: ApiClient, admin: ApiClient
) -> None:
    row = author.post(url("courses"), {"title": "Git", "status": status}).json()
    read = {
        name: person.get(url("courses", row["id"])).status_code
        for name, person in {"author": author, "admin": admin, "student": student, "visitor": anonymous}.items()
    }
    others = 200 if status == "published" else 404
    assert read == {"author": 200, "admin": 200, "student": others, "visitor": others}


def test_a_course_is_read_with_one_query(
    live: Desk, student: ApiClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert student.get(url("courses", live.course["id"])).status_code == 200


def test_patch_changes_what_it_names(author: ApiClient, course: dict[str, Any]) -> None:
    answer = author.patch(url("courses", course["id"]), {"description": "New"})
    assert answer.status_code == 200
    after = answer.json()
    assert after["description"] == "New"
    assert after["updated_at"] > course["updated_at"]
    assert {name: after[name] for name in ("title", "status", "created_at")} == {
        name: course[name] for name in ("title", "status", "created_at")
    }
    assert author.get(url("courses", course["id"])).json() == after


def test_a_change_of_nothing_is_none(author: ApiClient, course: dict[str, Any]) -> None:
    entries = AuditEntry.objects.count()
    answer = author.patch(url("courses", course["id"]), {"title": course["title"]})
    assert (answer.status_code, answer.json()) == (200, course)
    assert AuditEntry.objects.count() == entries


def test_put_resets_left_out_texts_and_keeps_status_and_author(author: ApiClient) -> None:
    row = author.post(url("courses"), {"title": "Git", "description": "Old", "status": "published"}).json()
    after = author.put(url("courses", row["id"]), {"title": "New"}).json()
    assert (after["title"], after["description"]) == ("New", "")
    assert (after["status"], after["author_id"]) == ("published", row["author_id"])
    assert _pointers(author.put(url("courses", row["id"]), {"description": "x"})) == {"/title": "required"}


def test_a_read_only_field_may_be_sent_back_as_it_was(author: ApiClient, course: dict[str, Any]) -> None:
    assert author.put(url("courses", course["id"]), course).status_code == 200
    stale = course | {"updated_at": "2001-02-03T04:05:06Z"}
    assert _pointers(author.put(url("courses", course["id"]), stale)) == {"/updated_at": "read_only"}


@pytest.mark.parametrize("verb", ["put", "patch", "delete"])
def test_who_may_not_change_a_course(
    verb: str, live: Desk, stranger: ApiClient, anonymous: ApiClient, author: ApiClient
) -> None:
    published = url("courses", live.course["id"])
    draft = url("courses", author.post(url("courses"), {"title": "Draft"}).json()["id"])
    for address, person, status in (
        (published, anonymous, 401),
        (published, stranger, 403),
        (draft, stranger, 404),
        (url("courses", NOBODY), author, 404),
    ):
        assert getattr(person, verb)(address, {"title": "Mine"}).status_code == status
    assert author.get(published).json()["title"] == live.course["title"]


def test_an_admin_changes_anybodys_course_and_hands_it_over(
    admin: ApiClient, author: ApiClient, course: dict[str, Any]
) -> None:
    address = url("courses", course["id"])
    assert author.patch(address, {"author_id": str(NOBODY)}).status_code == 403
    assert admin.patch(address, {"author_id": str(NOBODY)}).json()["author_id"] == str(NOBODY)
    assert author.get(address).status_code == 404


def test_a_stale_writer_is_told_so_and_changes_nothing(author: ApiClient, course: dict[str, Any]) -> None:
    address = url("courses", course["id"])
    stale = author.get(address)["ETag"]
    author.patch(address, {"title": "Meanwhile"})
    for answer in (
        author.patch(address, {"title": "Late"}, headers={"If-Match": stale}),
        author.put(address, course, headers={"If-Match": stale}),
        author.delete(address, headers={"If-Match": stale}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")
    now = author.get(address)
    assert now.json()["title"] == "Meanwhile"
    assert author.delete(address, headers={"If-Match": now["ETag"]}).status_code == 204


def test_what_is_written_inside_a_course_leaves_its_own_etag(desk: Desk) -> None:
    address = url("courses", desk.course["id"])
    before = desk.author.get(address)["ETag"]
    desk.add("modules", course_id=desk.course["id"], title="More")
    assert desk.author.get(address)["ETag"] == before
