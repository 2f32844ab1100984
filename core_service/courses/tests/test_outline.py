"""GET /courses/{id}/with-modules."""

from __future__ import annotations

import uuid

import pytest
from pytest_django import DjangoAssertNumQueries

from core_service.conftest import ApiClient
from core_service.courses.models import Lesson, LessonMedia, Test
from core_service.courses.tests.desk import Desk, url

pytestmark = pytest.mark.django_db


def _outline_url(desk: Desk) -> str:
    return url("courses", desk.course["id"], "/with-modules")


def test_the_outline_is_the_whole_course_in_order(desk: Desk) -> None:
    first = desk.add("modules", course_id=desk.course["id"], title="Before", order_index=0)
    last = desk.add("lessons", module_id=desk.module["id"], title="Practice", lesson_type="practice")
    body = desk.author.get(_outline_url(desk)).json()
    assert body == desk.course | {
        "modules": [
            first | {"lessons": []},
            desk.module
            | {
                "order_index": 1,
                "lessons": [
                    {
                        "id": desk.lesson["id"],
                        "module_id": desk.module["id"],
                        "title": desk.lesson["title"],
                        "lesson_type": "theory",
                        "order_index": 0,
                        "media": [desk.media],
                        "test": {
                            "id": desk.test["id"],
                            "title": desk.test["title"],
                            "passing_score": 72.5,
                            "question_count": 1,
                        },
                    },
                    {
                        "id": last["id"],
                        "module_id": desk.module["id"],
                        "title": "Practice",
                        "lesson_type": "practice",
                        "order_index": 1,
                        "media": [],
                        "test": None,
                    },
                ],
            },
        ]
    }


@pytest.mark.asvs("8.2.3")
def test_visitors_see_the_outline_without_media_and_nobody_sees_an_answer(
    live: Desk, student: ApiClient, anonymous: ApiClient
) -> None:
    live.add("questions", test_id=live.test["id"], question_text="Hidden?", explanation="Told later")
    for person, media in ((anonymous, []), (student, [live.media])):
        answer = person.get(_outline_url(live))
        assert answer.json()["modules"][0]["lessons"][0]["media"] == media
        for word in (live.question["question_text"], live.option["option_text"], "Told later", "Hidden?", "is_correct"):
            assert word not in answer.content.decode()


def test_who_may_not_read_the_outline(desk: Desk, stranger: ApiClient, anonymous: ApiClient) -> None:
    for person in (stranger, anonymous):
        assert person.get(_outline_url(desk)).status_code == 404
        assert person.get(_outline_url(desk), headers={"If-None-Match": "*"}).status_code == 404
    assert desk.author.get(url("courses", uuid.UUID(int=7), "/with-modules")).status_code == 404
    assert desk.author.get(_outline_url(desk), {"view": "x"}).status_code == 400


def test_the_etag_changes_with_anything_in_the_course(desk: Desk) -> None:
    changes = [
        lambda: desk.author.patch(url("courses", desk.course["id"]), {"title": "Renamed"}),
        lambda: desk.author.patch(url("lessons", desk.lesson["id"]), {"content": "Rewritten"}),
        lambda: desk.author.patch(url("options", desk.option["id"]), {"is_correct": True}),
        lambda: desk.author.post(url("lessons"), {"module_id": desk.module["id"], "title": "More"}),
        lambda: desk.author.delete(url("media", desk.media["id"])),
    ]
    for change in changes:
        tag = desk.author.get(_outline_url(desk))["ETag"]
        assert desk.author.get(_outline_url(desk), headers={"If-None-Match": tag}).status_code == 304
        assert change().status_code < 300
        after = desk.author.get(_outline_url(desk), headers={"If-None-Match": tag})
        assert (after.status_code, after["ETag"] != tag) == (200, True)


def test_visitors_and_the_signed_in_have_different_etags(live: Desk, student: ApiClient, anonymous: ApiClient) -> None:
    assert anonymous.get(_outline_url(live))["ETag"] != student.get(_outline_url(live))["ETag"]


@pytest.mark.parametrize("size", [1, 30])
def test_the_outline_costs_five_queries_and_one_when_it_is_known(
    size: int, live: Desk, student: ApiClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for place in range(1, size):
        lesson = Lesson.objects.create(module_id=live.module["id"], title="More", order_index=place)
        LessonMedia.objects.create(lesson=lesson, media_url="https://example.org", order_index=0)
        Test.objects.create(lesson=lesson, title="More")
    with django_assert_num_queries(5):
        answer = student.get(_outline_url(live))
    assert len(answer.json()["modules"][0]["lessons"]) == size
    with django_assert_num_queries(1):
        assert student.get(_outline_url(live), headers={"If-None-Match": answer["ETag"]}).status_code == 304
