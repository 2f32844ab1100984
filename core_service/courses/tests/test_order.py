"""PUT /courses/{id}/order."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from core_service.conftest import ApiClient
from core_service.courses.models import CourseModule, Lesson
from core_service.courses.tests.desk import Desk, desk_of, url
from core_service.journal.models import AuditEntry

pytestmark = pytest.mark.django_db

Order = list[tuple[str, list[str]]]


@pytest.fixture
def shelf(desk: Desk) -> Desk:
    """The desk's course with two modules, of three lessons and of two."""
    for _ in range(2):
        desk.add("lessons", module_id=desk.module["id"], title="More")
    other = desk.add("modules", course_id=desk.course["id"], title="Branches")
    for _ in range(2):
        desk.add("lessons", module_id=other["id"], title="Labels")
    return desk


def _now(desk: Desk) -> Order:
    body = desk.author.get(url("courses", desk.course["id"], "/with-modules")).json()
    return [(module["id"], [lesson["id"] for lesson in module["lessons"]]) for module in body["modules"]]


def _put(desk: Desk, order: Order, by: ApiClient | None = None, if_match: str = "*") -> Any:
    body = {"modules": [{"id": module, "lessons": lessons} for module, lessons in order]}
    return (by or desk.author).put(url("courses", desk.course["id"], "/order"), body, headers={"If-Match": if_match})


def test_the_whole_order_is_written_and_lessons_change_modules(shelf: Desk) -> None:
    (first, (a, b, c)), (second, (d, e)) = _now(shelf)
    wanted = [(second, [c, e, a]), (first, [d, b])]
    answer = _put(shelf, wanted)
    assert answer.status_code == 200
    assert answer.json() == shelf.author.get(url("courses", shelf.course["id"], "/with-modules")).json()
    assert _now(shelf) == wanted
    assert list(CourseModule.objects.order_by("order_index").values_list("order_index", flat=True)) == [0, 1]
    for module in CourseModule.objects.all():
        places = list(
            Lesson.objects.filter(module=module).order_by("order_index").values_list("order_index", flat=True)
        )
        assert places == list(range(len(places)))


def test_the_order_as_it_is_writes_nothing(shelf: Desk) -> None:
    entries = AuditEntry.objects.count()
    assert _put(shelf, _now(shelf)).status_code == 200
    assert AuditEntry.objects.count() == entries


def test_an_order_that_names_something_else_says_what_and_changes_nothing(shelf: Desk, author: ApiClient) -> None:
    before = _now(shelf)
    (first, (a, b, c)), (second, (d, e)) = before
    foreign = desk_of(author).lesson["id"]
    answer = _put(shelf, [(second, [d, d, foreign]), (first, [a, b])])
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "outline_mismatch")
    assert {(error["pointer"], error["code"]) for error in problem["errors"]} == {
        ("/modules/0/lessons/1", "repeated"),
        ("/modules/0/lessons/2", "not_found"),
        ("/modules", "missing"),
    }
    assert c in problem["errors"][-2]["detail"] + problem["errors"][-1]["detail"]
    assert e in problem["errors"][-2]["detail"] + problem["errors"][-1]["detail"]
    assert _now(shelf) == before


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/modules"),
        ({"modules": None}, "/modules"),
        ({"modules": {}}, "/modules"),
        ({"modules": [None]}, "/modules/0"),
        ({"modules": [{"id": "x", "lessons": []}]}, "/modules/0/id"),
        ({"modules": [{"lessons": []}]}, "/modules/0/id"),
        ({"modules": [{"id": str(uuid.UUID(int=7)), "lessons": [1]}]}, "/modules/0/lessons/0"),
        ({"modules": [{"id": str(uuid.UUID(int=7)), "lessons": [], "title": "x"}]}, "/modules/0/title"),
        ({"modules": [], "extra": 1}, "/extra"),
        ({"modules": [{}] * 1001}, "/modules"),
        ({"modules": [{"id": str(uuid.UUID(int=7)), "lessons": ["x"] * 1001}]}, "/modules/0/lessons"),
    ],
)
def test_a_malformed_order_is_refused_where_it_is_wrong(body: Any, pointer: str, shelf: Desk) -> None:
    answer = shelf.author.put(url("courses", shelf.course["id"], "/order"), body)
    assert answer.status_code == 400
    assert pointer in {error["pointer"] for error in answer.json()["errors"]}


def test_if_match_takes_the_etag_of_the_outline(shelf: Desk) -> None:
    outline_url = url("courses", shelf.course["id"], "/with-modules")
    stale = shelf.author.get(outline_url)["ETag"]
    shelf.author.patch(url("lessons", shelf.lesson["id"]), {"title": "Meanwhile"})
    before = _now(shelf)
    assert _put(shelf, before[::-1], if_match=stale).status_code == 412
    address = url("courses", shelf.course["id"], "/order")
    for body in ("{}", "{bad"):  # whatever else is wrong
        answer = shelf.author.put(address, body, content_type="application/json", headers={"If-Match": stale})
        assert answer.status_code == 412
    assert _now(shelf) == before
    answer = _put(shelf, before[::-1], if_match=shelf.author.get(outline_url)["ETag"])
    assert answer.status_code == 200
    assert answer["ETag"] == shelf.author.get(outline_url)["ETag"]


def test_who_may_not_order(shelf: Desk, stranger: ApiClient, anonymous: ApiClient, admin: ApiClient) -> None:
    order = _now(shelf)[::-1]
    assert _put(shelf, order, by=anonymous).status_code == 401
    assert _put(shelf, order, by=stranger).status_code == 404
    shelf.publish()
    assert _put(shelf, order, by=stranger).status_code == 403
    assert _put(shelf, order, by=admin).status_code == 200
    assert _now(shelf) == order


@pytest.mark.parametrize("lessons", [1, 30])
def test_an_order_costs_the_same_whatever_its_size(
    lessons: int, shelf: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for place in range(3, 3 + lessons):
        Lesson.objects.create(module_id=shelf.module["id"], title="More", order_index=place)
    wanted = [(module, ids[::-1]) for module, ids in reversed(_now(shelf))]
    with django_assert_num_queries(16):
        assert _put(shelf, wanted).status_code == 200
    assert _now(shelf) == wanted
