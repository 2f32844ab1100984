"""The desk of the other tests is what the API would make."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from core_service.conftest import ApiClient
from core_service.courses.models import (
    Course,
    CourseModule,
    Lesson,
    LessonMedia,
    QuestionOption,
    Test,
    TestQuestion,
)
from core_service.courses.tests.desk import API, Desk, Row, desk_of
from core_service.journal.models import AuditEntry, Event

pytestmark = pytest.mark.django_db

OF_EACH_REQUEST = ("id", "request_id")  # of entries of the audit


def made_by_calls(author: ApiClient) -> Desk:
    def add(collection: str, **body: Any) -> Row:
        answer = author.post(f"{API}/{collection}/", body)
        assert answer.status_code == 201, answer.content
        row: Row = answer.json()
        return row

    course = add("courses", title="Git without fear")
    module = add("modules", course_id=course["id"], title="Save your work")
    lesson = add("lessons", module_id=module["id"], title="Snapshots", content="A *commit*.")
    media = add("media", lesson_id=lesson["id"], media_url="https://example.org/book")
    test = add("tests", lesson_id=lesson["id"], title="Check", passing_score=72.5)
    question = add("questions", test_id=test["id"], question_text="Which?", points="2.5")
    option = add("options", question_id=question["id"], option_text="This one")
    return Desk(author, course, module, lesson, media, test, question, option)


def rows_of(desk: Desk) -> dict[str, Row]:
    names = ("course", "module", "lesson", "media", "test", "question", "option")
    return {name: getattr(desk, name) for name in names}


def stored_of(desk: Desk) -> dict[str, Any]:
    """All that the database has of it, without moments."""
    course_id, author_id = desk.course["id"], desk.author.person_id
    found = {"course": Course.objects.filter(pk=course_id)} | {
        model.kind: model.objects.filter(**{model.course_path: course_id})
        for model in (CourseModule, Lesson, LessonMedia, Test, TestQuestion, QuestionOption)
    }
    rows: dict[str, list[Any]] = {name: list(queryset.values()) for name, queryset in found.items()}
    entries = AuditEntry.objects.filter(actor_id=author_id).order_by("at", "id").values()
    rows["audit"] = [{name: value for name, value in row.items() if name not in OF_EACH_REQUEST} for row in entries]
    return {
        name: [{field: value for field, value in row.items() if not isinstance(value, datetime)} for row in of_kind]
        for name, of_kind in rows.items()
    }


def by_name(desk: Desk, values: Any) -> str:
    """The values with names in place of ids and without moments."""
    text = json.dumps(values, default=str, indent=1, sort_keys=True)
    ids = {name: row["id"] for name, row in rows_of(desk).items()} | {"author": str(desk.author.person_id)}
    moments = {moment: desk.course[moment] for moment in ("created_at", "updated_at")}
    for name, value in (ids | moments).items():
        text = text.replace(value, name)
    return text


def test_is_stored_and_shown_as_calls_of_the_api_would_make_it(author: ApiClient, stranger: ApiClient) -> None:
    ours, theirs = desk_of(author), made_by_calls(stranger)
    assert by_name(ours, stored_of(ours)) == by_name(theirs, stored_of(theirs))
    assert by_name(ours, rows_of(ours)) == by_name(theirs, rows_of(theirs))
    assert not Event.objects.exists()


def test_its_rows_are_what_the_api_shows(author: ApiClient) -> None:
    for name, row in rows_of(desk_of(author)).items():
        collection = name if name == "media" else f"{name}s"
        assert author.get(f"{API}/{collection}/{row['id']}").json() == row
