"""Several writers mark one lesson at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from core_service.conftest import ApiClient
from core_service.journal.models import Event
from core_service.progress.models import UserProgress
from core_service.progress.tests.conftest import Taught

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 8


def _at_once(call: Callable[[int], Any]) -> list[Any]:
    """What eight threads get that begin together."""
    answers: list[Any] = [None] * WRITERS
    start = threading.Barrier(WRITERS)

    def run(index: int) -> None:
        start.wait()
        try:
            answers[index] = call(index)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_one_of_many_creates_the_row_and_one_event_is_told(student: ApiClient, taught: Taught) -> None:
    clients = [ApiClient(student.person_id) for _ in range(WRITERS)]
    answers = _at_once(lambda index: taught.mark(clients[index]))
    assert sorted(answer.status_code for answer in answers) == [200] * (WRITERS - 1) + [201]
    assert len({answer.content for answer in answers}) == 1
    assert UserProgress.objects.count() == 1
    assert Event.objects.filter(name="lesson.completed").count() == 1


def test_any_order_of_writes_ends_completed(student: ApiClient, taught: Taught) -> None:
    clients = [ApiClient(student.person_id) for _ in range(WRITERS)]
    answers = _at_once(lambda index: taught.mark(clients[index], completed=index % 2 == 0))
    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    assert UserProgress.objects.get().completed
    assert Event.objects.filter(name="lesson.completed").count() == 1


def test_of_many_that_expect_the_same_row_one_wins(student: ApiClient, taught: Taught) -> None:
    begun = taught.mark(student, completed=False)
    url = f"/api/v1/progress/{begun.json()['id']}"
    clients = [ApiClient(student.person_id) for _ in range(WRITERS)]
    answers = _at_once(lambda index: clients[index].patch(url, {"completed": True}, HTTP_IF_MATCH=begun["ETag"]))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * (WRITERS - 1)
    assert Event.objects.filter(name="lesson.completed").count() == 1


def test_marking_while_deleting_leaves_one_row_or_none(student: ApiClient, taught: Taught) -> None:
    url = f"/api/v1/progress/{taught.mark(student).json()['id']}"
    clients = [ApiClient(student.person_id) for _ in range(WRITERS)]
    answers = _at_once(lambda index: clients[index].delete(url) if index == 0 else taught.mark(clients[index]))
    assert {answer.status_code for answer in answers} <= {200, 201, 204}
    assert UserProgress.objects.count() <= 1
