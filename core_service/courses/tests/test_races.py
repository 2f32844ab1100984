"""Several authors at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from core_service.conftest import ApiClient
from core_service.courses.models import CourseModule, Lesson, QuestionOption, Test
from core_service.courses.tests.desk import Desk, url

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(desk: Desk, *calls: Callable[[ApiClient], Any]) -> list[int]:
    """The statuses of calls that begin together, each of a client of its own."""
    statuses = [0] * len(calls)
    start = threading.Barrier(len(calls))

    def run(index: int) -> None:
        client = ApiClient(desk.author.person_id)
        start.wait()
        try:
            statuses[index] = calls[index](client).status_code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def _places(desk: Desk) -> list[int]:
    rows = Lesson.objects.filter(module_id=desk.module["id"]).order_by("order_index")
    return list(rows.values_list("order_index", flat=True))


def test_inserts_never_share_a_place(desk: Desk) -> None:
    body = {"module_id": desk.module["id"], "title": "New"}
    calls = [
        lambda client, place=place: client.post(url("lessons"), body | ({"order_index": 0} if place % 2 else {}))
        for place in range(8)
    ]
    assert _at_once(desk, *calls) == [201] * 8
    assert _places(desk) == list(range(9))


def test_inserts_moves_and_deletes_leave_no_gap(desk: Desk) -> None:
    made = [desk.add("lessons", module_id=desk.module["id"], title="More")["id"] for _ in range(5)]
    other = desk.add("modules", course_id=desk.course["id"], title="Other")
    statuses = _at_once(
        desk,
        lambda client: client.delete(url("lessons", made[0])),
        lambda client: client.patch(url("lessons", made[1]), {"order_index": 0}),
        lambda client: client.post(url("lessons"), {"module_id": desk.module["id"], "title": "New", "order_index": 0}),
        lambda client: client.patch(url("lessons", made[2]), {"module_id": other["id"]}),
        lambda client: client.patch(url("lessons", made[3]), {"module_id": other["id"], "order_index": 0}),
    )
    assert statuses == [204, 200, 201, 200, 200]
    assert _places(desk) == list(range(4))
    assert Lesson.objects.filter(module_id=other["id"]).count() == 2


def test_of_many_that_expect_the_same_row_one_wins(desk: Desk) -> None:
    for address in (url("courses", desk.course["id"]), url("lessons", desk.lesson["id"])):
        tag = desk.author.get(address)["ETag"]
        calls = [
            lambda client, address=address, tag=tag, number=number: client.patch(
                address, {"title": f"Editor {number}"}, headers={"If-Match": tag}
            )
            for number in range(6)
        ]
        assert sorted(_at_once(desk, *calls)) == [200, *[412] * 5]


def test_a_lesson_gets_one_test_and_a_question_its_last_option_once(desk: Desk) -> None:
    lesson_id = desk.add("lessons", module_id=desk.module["id"], title="Exam")["id"]
    tests = [lambda client: client.post(url("tests"), {"lesson_id": lesson_id, "title": "Test"})] * 4
    assert sorted(_at_once(desk, *tests)) == [201, 409, 409, 409]
    assert Test.objects.filter(lesson_id=lesson_id).count() == 1
    QuestionOption.objects.bulk_create(
        QuestionOption(question_id=desk.question["id"], option_text="x") for _ in range(48)
    )
    options = [
        lambda client: client.post(url("options"), {"question_id": desk.question["id"], "option_text": "last"})
    ] * 4
    assert sorted(_at_once(desk, *options)) == [201, 409, 409, 409]


def test_a_row_added_to_a_parent_that_is_being_deleted_is_either_there_or_refused(desk: Desk) -> None:
    statuses = _at_once(
        desk,
        lambda client: client.delete(url("modules", desk.module["id"])),
        *[lambda client: client.post(url("lessons"), {"module_id": desk.module["id"], "title": "Late"})] * 4,
        lambda client: client.patch(url("lessons", desk.lesson["id"]), {"title": "Late"}),
    )
    assert statuses[0] == 204
    assert set(statuses[1:5]) <= {201, 400}
    assert statuses[5] in (200, 404)
    assert not Lesson.objects.exists()


def test_whole_orders_end_in_one_of_them(desk: Desk) -> None:
    other = desk.add("modules", course_id=desk.course["id"], title="Other")
    one = {"modules": [{"id": desk.module["id"], "lessons": []}, {"id": other["id"], "lessons": [desk.lesson["id"]]}]}
    two = {"modules": [{"id": other["id"], "lessons": []}, {"id": desk.module["id"], "lessons": [desk.lesson["id"]]}]}
    address = url("courses", desk.course["id"], "/order")
    calls = [lambda client, order=order: client.put(address, order) for order in (one, two) * 3]
    assert _at_once(desk, *calls) == [200] * 6
    modules = [str(row.pk) for row in CourseModule.objects.order_by("order_index")]
    lesson = Lesson.objects.get()
    assert (modules, str(lesson.module_id), lesson.order_index) in (
        ([desk.module["id"], other["id"]], other["id"], 0),
        ([other["id"], desk.module["id"]], desk.module["id"], 0),
    )
