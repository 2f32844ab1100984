"""No call of Core asks the database more often among 30 rows of each kind than among one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core_service.conftest import ApiClient
from core_service.courses.models import CourseModule, Lesson, LessonMedia, QuestionOption, Test, TestQuestion
from core_service.courses.tests.desk import KINDS, Desk, Kind, desk_of, url
from core_service.files.models import StoredFile
from core_service.progress.models import UserProgress
from shared_settings.tests.calls import calls_of

pytestmark = pytest.mark.django_db
Made = Callable[[Desk, ApiClient], Callable[[], Any]]


def filled(author: ApiClient, learner: ApiClient, rows: int) -> Desk:
    """A published course with so many more rows in each row of it, half of the media files."""
    desk = desk_of(author)
    form = {"lesson_id": desk.lesson["id"], "file": SimpleUploadedFile("a.txt", b"some text")}
    assert author.post(url("media"), form, format="multipart").status_code == 201
    numbers = range(1, rows + 1)
    CourseModule.objects.bulk_create(
        CourseModule(course_id=desk.course["id"], title="Branches", order_index=number) for number in numbers
    )
    lessons = Lesson.objects.bulk_create(
        Lesson(module_id=desk.module["id"], title="Labels", order_index=number) for number in range(1, 2 * rows + 1)
    )
    Test.objects.bulk_create(Test(lesson=lesson, title="Exam") for lesson in lessons[::2])
    TestQuestion.objects.bulk_create(
        TestQuestion(test_id=desk.test["id"], question_text="Why?", order_index=number) for number in numbers
    )
    QuestionOption.objects.bulk_create(
        QuestionOption(question_id=desk.question["id"], option_text="That one") for _ in numbers
    )
    file: dict[str, Any] = {"content_type": "text/plain", "size": 9, "sha256": "0" * 64, "created_at": timezone.now()}
    files = StoredFile.objects.bulk_create(
        StoredFile(name=f"{desk.lesson['id']} {number}", **file) for number in numbers
    )
    of_lesson: dict[str, Any] = {"lesson_id": desk.lesson["id"]}
    LessonMedia.objects.bulk_create(
        LessonMedia(**of_lesson, order_index=2 * number, media_type="document", file=stored)
        for number, stored in zip(numbers, files, strict=True)
    )
    LessonMedia.objects.bulk_create(
        LessonMedia(**of_lesson, order_index=2 * number + 1, media_url="https://example.org/film") for number in numbers
    )
    desk.publish()
    UserProgress.objects.bulk_create(
        UserProgress(user_id=learner.person_id, course_id=desk.course["id"], lesson_id=lesson_id)
        for lesson_id in (desk.lesson["id"], *(lesson.pk for lesson in lessons))
    )
    return desk


def of_course(method: str, suffix: str = "", body: Any = None) -> Made:
    def made(desk: Desk, learner: ApiClient) -> Callable[[], Any]:
        return lambda: getattr(desk.author, method)(url("courses", desk.course["id"], suffix), body)

    return made


def of_row(method: str, kind: Kind) -> Made:
    def made(desk: Desk, learner: ApiClient) -> Callable[[], Any]:
        row = desk.author.get(kind.url(desk)).json()
        body = {"put": row | kind.change, "patch": kind.change}.get(method)
        return lambda: getattr(desk.author, method)(kind.url(desk), body)

    return made


def listed(kind: Kind) -> Made:
    def made(desk: Desk, learner: ApiClient) -> Callable[[], Any]:
        parent = kind.row(desk)[kind.parent_field]
        return lambda: desk.author.get(url(kind.collection), {kind.parent_field: parent, "page_size": 100})

    return made


def listed_of_course(collection: str) -> Made:
    return lambda desk, learner: (
        lambda: learner.get(url(collection), {"course_id": desk.course["id"], "page_size": 100})
    )


def added(kind: Kind) -> Made:
    def made(desk: Desk, learner: ApiClient) -> Callable[[], Any]:
        body = kind.new(desk)
        return lambda: desk.author.post(url(kind.collection), body)

    return made


def put_in_order(desk: Desk, learner: ApiClient) -> Callable[[], Any]:
    modules = desk.author.get(url("courses", desk.course["id"], "/with-modules")).json()["modules"]
    order = [{"id": row["id"], "lessons": [lesson["id"] for lesson in row["lessons"]]} for row in reversed(modules)]
    return lambda: desk.author.put(url("courses", desk.course["id"], "/order"), {"modules": order})


def read_file(desk: Desk, learner: ApiClient) -> Callable[[], Any]:
    rows = desk.author.get(url("media"), {"lesson_id": desk.lesson["id"], "page_size": 100}).json()["results"]
    address = next(row["media_url"] for row in rows if "/content" in row["media_url"])
    return lambda: learner.get(address)


def of_progress(method: str) -> Made:
    def made(desk: Desk, learner: ApiClient) -> Callable[[], Any]:
        row = learner.get(url("progress"), {"lesson_id": desk.lesson["id"]}).json()["results"][0]
        body = {"completed": True} if method in ("put", "patch") else None
        return lambda: getattr(learner, method)(url("progress", row["id"]), body)

    return made


def by_learner(method: str, path: str, body: Any = None) -> Made:
    return lambda desk, learner: lambda: getattr(learner, method)(path, body)


CALLS: dict[str, Made] = {
    "get /courses/": by_learner("get", url("courses")),
    "get /courses/: mine": lambda desk, learner: lambda: desk.author.get(url("courses"), {"mine": "true"}),
    "post /courses/": by_learner("post", url("courses"), {"title": "Another"}),
    "get /courses/author/{author_id}": lambda desk, learner: (
        lambda: desk.author.get(url("courses", f"author/{desk.author.person_id}"))
    ),
    "get /courses/{course_id}": of_course("get"),
    "put /courses/{course_id}": of_course("put", body={"title": "Renamed"}),
    "patch /courses/{course_id}": of_course("patch", body={"title": "Renamed"}),
    "delete /courses/{course_id}": of_course("delete"),
    "get /courses/{course_id}/with-modules": of_course("get", "/with-modules"),
    "put /courses/{course_id}/order": put_in_order,
    "post /courses/{course_id}/publish": of_course("post", "/publish"),
    "get /media/{id}/content": read_file,
    "get /progress/": by_learner("get", url("progress"), {"page_size": 100}),
    "get /progress/: of a course": lambda desk, learner: (
        lambda: desk.author.get(url("progress"), {"course_id": desk.course["id"], "page_size": 100})
    ),
    **{f"get /{collection}/: of a course": listed_of_course(collection) for collection in ("lessons", "tests")},
    "post /progress/": lambda desk, learner: (
        lambda: learner.post(url("progress"), {"lesson_id": desk.lesson["id"], "completed": True})
    ),
    **{f"{method} /progress/{{progress_id}}": of_progress(method) for method in ("get", "put", "patch", "delete")},
    **{f"get /{kind.collection}/": listed(kind) for kind in KINDS},
    **{f"post /{kind.collection}/": added(kind) for kind in KINDS},
    **{
        f"{method} /{kind.collection}/{{id}}": of_row(method, kind)
        for kind in KINDS
        for method in ("get", "put", "patch", "delete")
    },
}


def test_knows_every_call() -> None:
    assert {str(call) for call in calls_of("core")} == {name.partition(":")[0] for name in CALLS}


def cost(made: Made, desk: Desk, learner: ApiClient) -> list[str]:
    """What the call asks; nothing of it stays."""
    with transaction.atomic():
        call = made(desk, learner)
        with CaptureQueriesContext(connection) as asked:
            answer = call()
        transaction.set_rollback(True)
    assert answer.status_code < 300, answer.content
    return [re.sub(r"\s+", " ", query["sql"])[:200] for query in asked.captured_queries]


def test_no_call_costs_more_among_many_than_among_few(author: ApiClient, student: ApiClient, folder: Any) -> None:
    small, large = filled(author, student, 1), filled(author, student, 30)
    for name, made in CALLS.items():
        few, many = cost(made, small, student), cost(made, large, student)
        assert len(few) == len(many), "\n".join([name, *few, "and among many:", *many])
