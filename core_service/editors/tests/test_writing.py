"""Every screen of what authors write: add, change, delete, delete several."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from core_service.courses.models import (
    Course,
    CourseModule,
    Lesson,
    LessonMedia,
    QuestionOption,
    Test,
    TestQuestion,
)
from core_service.editors.tests.conftest import ADA
from core_service.editors.tests.pages import errors_of, fields_of, send, url_of
from core_service.editors.tests.rows import Rows, make_rows
from core_service.journal.models import AuditEntry

pytestmark = pytest.mark.django_db

NOUNS = ("course", "module", "lesson", "media", "test", "question", "option")


@pytest.fixture
def rows(db: None) -> Rows:
    return make_rows()


def actions_of(row: Any) -> list[str]:
    """What the audit says that the admin did with a row."""
    entries = AuditEntry.objects.filter(object_id=row.pk, actor_id=ADA).order_by("at")
    return list(entries.values_list("action", flat=True))


@pytest.mark.parametrize("noun", NOUNS)
def test_lists_and_searches(page: Client, rows: Rows, noun: str) -> None:
    row = getattr(rows, noun)
    assert str(row) in page.get(url_of(type(row), "changelist")).content.decode()
    assert str(row.pk) in page.get(url_of(type(row), "changelist"), {"q": str(row.pk)}).content.decode()
    assert str(row.pk) not in page.get(url_of(type(row), "changelist"), {"q": "nothing has this"}).content.decode()


def test_a_list_takes_as_many_queries_for_many_rows_as_for_one(
    page: Client, rows: Rows, django_assert_max_num_queries: Any
) -> None:
    for number in range(9):
        make_rows(f"Course {number}")
    for noun in NOUNS:
        with django_assert_max_num_queries(3, info=noun):
            assert page.get(url_of(type(getattr(rows, noun)), "changelist")).status_code == 200


ADDED = {
    Course: {"title": "  Rust  ", "description": "", "status": "draft"},
    CourseModule: {"title": "Branches"},
    Lesson: {"title": "Merge", "lesson_type": "practice", "content": "# Merge"},
    LessonMedia: {"media_url": "https://example.org/two", "media_type": "link"},
    TestQuestion: {"question_text": "Capital?", "question_type": "short_text", "points": "2.5", "credit": "exact"}
    | {"key": '{"answers": [{"text": "Paris"}]}'},
    QuestionOption: {"option_text": "git add", "is_correct": "on"},
}
PARENTS = {CourseModule: "course", Lesson: "module", LessonMedia: "lesson", TestQuestion: "test"} | {
    QuestionOption: "question"
}


@pytest.mark.parametrize("model", ADDED)
def test_adds_one(page: Client, rows: Rows, model: Any) -> None:
    parent = {PARENTS[model]: str(getattr(rows, PARENTS[model]).pk)} if model in PARENTS else {}
    before = set(model.objects.values_list("pk", flat=True))
    answer = send(page, url_of(model, "add"), ADDED[model] | parent)
    assert answer.status_code == 302, errors_of(answer)
    row = model.objects.exclude(pk__in=before).get()
    assert len(actions_of(row)) == 1
    if hasattr(row, "order_index"):
        assert row.order_index == 1
    if model is Course:
        assert (row.title, row.author_id) == ("Rust", ADA)


FIXED_PARENTS = {"module": "course", "media": "lesson", "test": "lesson", "question": "test", "option": "question"}


@pytest.mark.parametrize("noun", FIXED_PARENTS)
def test_a_row_stays_with_its_parent(page: Client, rows: Rows, noun: str) -> None:
    row, parent = getattr(rows, noun), FIXED_PARENTS[noun]
    other = getattr(make_rows("Another"), parent)
    assert send(page, url_of(row), {parent: str(other.pk)}).status_code == 302
    assert type(row).objects.get(pk=row.pk).parent_id == row.parent_id


def test_adds_a_test_to_a_lesson_that_has_none(page: Client, rows: Rows) -> None:
    answer = send(page, url_of(Test, "add"), {"lesson": str(rows.lesson.pk), "title": "Two", "passing_score": "70"})
    assert "A lesson has one test." in errors_of(answer)
    assert fields_of(answer)["title"] == "Two"
    rows.test.delete()
    answer = send(page, url_of(Test, "add"), {"lesson": str(rows.lesson.pk), "title": "Two", "passing_score": "70.5"})
    assert answer.status_code == 302, errors_of(answer)
    assert str(Test.objects.get().passing_score) == "70.50"


CHANGED = {
    "course": ("title", "Git, again"),
    "module": ("title", "Commits"),
    "lesson": ("content", "A text of\r\nseveral lines."),
    "media": ("media_url", "https://example.org/changed"),
    "test": ("passing_score", "33.25"),
    "question": ("explanation", "Since it commits."),
    "option": ("option_text", "git commit -a"),
}


@pytest.mark.parametrize("noun", NOUNS)
def test_changes_one_and_only_what_was_changed(page: Client, rows: Rows, noun: str) -> None:
    row, (field, value) = getattr(rows, noun), CHANGED[noun]
    answer = send(page, url_of(row), {field: value})
    assert answer.status_code == 302, errors_of(answer)
    row.refresh_from_db()
    assert str(getattr(row, field)) == value
    (entry,) = AuditEntry.objects.filter(object_id=row.pk, actor_id=ADA)
    assert entry.details["fields"] == [field]
    assert entry.action in page.get(url_of(row, "history")).content.decode()


@pytest.mark.parametrize("noun", ["course", "question"])
def test_saving_an_unchanged_page_changes_nothing(page: Client, rows: Rows, noun: str) -> None:
    row = getattr(rows, noun)
    assert send(page, url_of(row), {}).status_code == 302
    assert not AuditEntry.objects.filter(actor_id=ADA).exists()


@pytest.mark.parametrize("noun", NOUNS)
def test_deletes_one(page: Client, rows: Rows, noun: str) -> None:
    row = getattr(rows, noun)
    assert page.get(url_of(row, "delete")).status_code == 200
    assert page.post(url_of(row, "delete"), {"post": "yes"}).status_code == 302
    assert len(actions_of(row)) == 1
    assert page.get(url_of(row)).status_code == 302  # to the index, with a message
    if noun == "course":
        row.refresh_from_db()
        assert row.deleted_at is not None
    else:
        assert not type(row).objects.filter(pk=row.pk).exists()


def test_a_course_is_deleted_without_listing_what_lies_in_it(page: Client, db: None) -> None:
    rows = make_rows("<b>Git</b>")
    several = {"action": "delete_selected", "_selected_action": [str(rows.course.pk)]}
    for answer in (page.get(url_of(rows.course, "delete")), page.post(url_of(Course, "changelist"), several)):
        shown = answer.content.decode()
        assert "&lt;b&gt;Git&lt;/b&gt;" in shown
        assert "<b>Git" not in shown
        assert rows.lesson.title not in shown


@pytest.mark.parametrize("noun", NOUNS)
def test_deletes_several(page: Client, rows: Rows, noun: str) -> None:
    both = [getattr(rows, noun), getattr(make_rows("Another"), noun)]
    fields = {"action": "delete_selected", "_selected_action": [str(row.pk) for row in both]}
    url = url_of(type(both[0]), "changelist")
    assert "Are you sure" in page.post(url, fields).content.decode()
    assert page.post(url, fields | {"post": "yes"}).status_code == 302
    assert [len(actions_of(row)) for row in both] == [1, 1]
    assert str(both[0].pk) not in page.get(url).content.decode()


def test_writes_a_whole_page_with_its_rows(page: Client, rows: Rows) -> None:
    changes = {
        "title": "Renamed",
        "modules-TOTAL_FORMS": "3",
        "modules-0-title": "First, renamed",
        "modules-1-title": "Second",
        "modules-2-title": "Before all",
        "modules-2-order_index": "0",
    }
    answer = send(page, url_of(rows.course), changes)
    assert answer.status_code == 302, errors_of(answer)
    titles = list(rows.course.modules.order_by("order_index").values_list("title", flat=True))
    assert titles == ["Before all", "First, renamed", "Second"]


def test_adds_a_course_together_with_its_modules(page: Client, db: None) -> None:
    changes = ADDED[Course] | {"modules-TOTAL_FORMS": "2", "modules-0-title": "One", "modules-1-title": "Two"}
    answer = send(page, url_of(Course, "add"), changes)
    assert answer.status_code == 302, errors_of(answer)
    assert list(Course.objects.get().modules.order_by("order_index").values_list("title", flat=True)) == ["One", "Two"]


def test_swaps_places_and_deletes_rows_on_one_page(page: Client, rows: Rows) -> None:
    for title in ("B", "C", "D"):
        send(page, url_of(CourseModule, "add"), {"course": str(rows.course.pk), "title": title})
    changes = {"modules-0-order_index": "2", "modules-2-order_index": "0", "modules-3-DELETE": "on"}
    answer = send(page, url_of(rows.course), changes)
    assert answer.status_code == 302, errors_of(answer)
    found = list(rows.course.modules.order_by("order_index").values_list("order_index", "title"))
    assert found == [(0, "C"), (1, "B"), (2, "Snapshots")]


def test_a_place_beyond_the_end_is_the_end(page: Client, rows: Rows) -> None:
    for title in ("B", "C"):
        send(page, url_of(CourseModule, "add"), {"course": str(rows.course.pk), "title": title, "order_index": "99"})
    assert send(page, url_of(rows.module), {"order_index": "99"}).status_code == 302
    found = list(rows.course.modules.order_by("order_index").values_list("order_index", "title"))
    assert found == [(0, "B"), (1, "C"), (2, "Snapshots")]


def test_moves_a_lesson_to_another_module_but_not_to_another_course(page: Client, rows: Rows) -> None:
    send(page, url_of(CourseModule, "add"), {"course": str(rows.course.pk), "title": "B"})
    other = CourseModule.objects.get(title="B")
    assert send(page, url_of(rows.lesson), {"module": str(other.pk)}).status_code == 302
    rows.lesson.refresh_from_db()
    assert rows.lesson.module_id == other.pk
    foreign = make_rows("Another").module
    answer = send(page, url_of(rows.lesson), {"module": str(foreign.pk), "title": "Typed"})
    assert "It is in another course." in errors_of(answer)
    assert fields_of(answer)["title"] == "Typed"
    rows.lesson.refresh_from_db()
    assert (rows.lesson.module_id, rows.lesson.title) == (other.pk, "What Git remembers")
