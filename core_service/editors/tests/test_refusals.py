"""What an action refuses is shown in the form, with what was typed, and nothing is half written."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from core_service.courses import actions
from core_service.courses.models import Course, CourseModule, Lesson, QuestionOption, TestQuestion
from core_service.editors.tests.conftest import ADA
from core_service.editors.tests.pages import errors_of, fields_of, send, url_of
from core_service.editors.tests.rows import Rows, make_rows
from core_service.journal.models import AuditEntry
from core_service.people.models import Person
from shared_settings.problems import Forbidden, Problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(db: None) -> Rows:
    return make_rows()


def assert_nothing_written() -> None:
    assert not AuditEntry.objects.filter(actor_id=ADA).exists()


def test_tells_it_at_the_field_and_keeps_what_was_typed(page: Client, rows: Rows) -> None:
    answer = send(page, url_of(rows.question), {"question_text": "Typed", "question_type": "numeric", "key": "{}"})
    assert "It is missing." in errors_of(answer)
    assert answer.context_data["adminform"].form.errors["key"]
    assert fields_of(answer)["question_text"] == "Typed"
    assert_nothing_written()


def test_tells_it_in_the_row_of_the_page_and_undoes_the_rest(page: Client, rows: Rows) -> None:
    changes = {
        "question_text": "Typed above",
        "question_type": "true_false",
        "options-TOTAL_FORMS": "3",
        "options-0-option_text": "Typed in the first row",
        "options-1-option_text": "A new one",
        "options-2-option_text": "One too many",
    }
    answer = send(page, url_of(rows.question), changes)
    assert "A true_false question has at most 2." in errors_of(answer)
    (formset,) = answer.context_data["inline_admin_formsets"]
    assert [sorted(form.errors) for form in formset.formset.forms] == [[], [], ["__all__"]]
    shown = fields_of(answer)
    assert (shown["question_text"], shown["options-0-option_text"], shown["options-1-option_text"]) == (
        "Typed above",
        "Typed in the first row",
        "A new one",
    )
    assert QuestionOption.objects.count() == 1
    rows.question.refresh_from_db()
    assert rows.question.question_text == "Which command?"
    assert_nothing_written()


def test_refuses_to_overwrite_what_somebody_else_has_changed_meanwhile(page: Client, rows: Rows) -> None:
    typed = fields_of(page.get(url_of(rows.lesson))) | {"title": "Typed"}
    actions.change_content(rows.lesson, by=rows.author, title="Meanwhile")
    answer = page.post(url_of(rows.lesson), typed)
    assert "Somebody else has changed this meanwhile" in errors_of(answer)
    assert fields_of(answer)["title"] == "Typed"
    assert Lesson.objects.get().title == "Meanwhile"
    assert_nothing_written()


MEANWHILE: dict[str, tuple[str, str, dict[str, Any]]] = {
    "module": ("course", "modules-0", {"title": "Meanwhile"}),
    "lesson": ("module", "lessons-0", {"title": "Meanwhile"}),
    "media": ("lesson", "media-0", {"media_url": "https://example.org/meanwhile"}),
    "test": ("lesson", "tests-0", {"title": "Meanwhile"}),
    "question": ("test", "questions-0", {"explanation": "Meanwhile"}),
    "option": ("question", "options-0", {"is_correct": True}),
}


@pytest.mark.parametrize(("noun", "is_to_go"), [*((noun, False) for noun in MEANWHILE), ("module", True)])
def test_a_row_of_the_page_that_somebody_else_has_changed_meanwhile_is_left_alone(
    page: Client, rows: Rows, noun: str, is_to_go: bool
) -> None:
    parent, prefix, meanwhile = MEANWHILE[noun]
    above, row = getattr(rows, parent), getattr(rows, noun)
    name = "question_text" if parent == "question" else "title"
    typed = fields_of(page.get(url_of(above))) | {name: "Typed"} | ({f"{prefix}-DELETE": "on"} if is_to_go else {})
    actions.change_content(row, by=rows.author, **meanwhile)
    answer = page.post(url_of(above), typed)
    assert ("see the row that was to be deleted" in errors_of(answer)) == is_to_go
    assert answer.content.decode().count("Somebody else has changed this meanwhile") == 1
    assert fields_of(answer)[name] == "Typed"
    row.refresh_from_db()
    assert {field: getattr(row, field) for field in meanwhile} == meanwhile
    above.refresh_from_db()
    assert getattr(above, name) != "Typed"
    assert_nothing_written()


def test_a_row_that_somebody_else_has_moved_meanwhile_stays_there(page: Client, rows: Rows) -> None:
    first = actions.add_content(CourseModule(course=rows.course, title="First", order_index=0), by=rows.author)
    typed = fields_of(page.get(url_of(rows.course))) | {"title": "Typed"}
    actions.change_content(first, by=rows.author, order_index=1)
    assert "Somebody else has changed this meanwhile" in errors_of(page.post(url_of(rows.course), typed))
    titles = rows.course.modules.order_by("order_index").values_list("title", flat=True)
    assert list(titles) == ["Snapshots", "First"]


def test_a_row_that_was_added_meanwhile_is_in_nobodys_way(page: Client, rows: Rows) -> None:
    typed = fields_of(page.get(url_of(rows.course))) | {"title": "Typed"}
    actions.add_content(CourseModule(course=rows.course, title="Last"), by=rows.author)
    assert page.post(url_of(rows.course), typed).status_code == 302


def test_says_so_when_the_row_is_gone_by_now(page: Client, rows: Rows) -> None:
    typed = fields_of(page.get(url_of(rows.lesson)))
    actions.remove_content(rows.lesson, by=rows.author)
    assert page.post(url_of(rows.lesson), typed).status_code == 302


def test_says_so_when_the_parent_of_a_new_row_is_gone_by_now(page: Client, rows: Rows) -> None:
    fields = fields_of(page.get(url_of(CourseModule, "add"))) | {"course": str(rows.course.pk), "title": "Typed"}
    actions.delete_course(rows.course, by=rows.author)
    answer = page.post(url_of(CourseModule, "add"), fields)
    assert "Select a valid choice" in errors_of(answer)
    assert fields_of(answer)["title"] == "Typed"


RULES: dict[str, list[tuple[dict[str, str], str]]] = {
    "course": [
        ({"title": "   "}, "This field is required."),
        ({"title": "x" * 201}, "at most 200"),
        ({"status": "secret"}, "Select a valid choice."),
        ({"author_id": "nobody"}, "valid UUID"),
        ({"description": "x" * 20_001}, "20000"),
        ({"title": "a\x00b"}, "Null characters"),
    ],
    "lesson": [
        ({"content": "x" * 200_001}, "200000"),
        ({"order_index": str(2**31)}, "At most 2147483647."),
    ],
    "test": [
        ({"passing_score": "100.01"}, "At most 100."),
        ({"passing_score": "NaN"}, "Enter a number."),
    ],
    "question": [
        ({"points": "-1"}, "At least 0."),
        ({"points": "1.234"}, "2 decimal places"),
        ({"key": "{"}, "valid JSON"),
        ({"question_type": "single_choice", "key": "{}"}, "has no key"),
    ],
    "option": [({"option_text": " "}, "required")],
    "media": [({"media_url": "ftp://example.org"}, "An http or https address is needed.")],
}


@pytest.mark.parametrize("noun", RULES)
def test_has_the_field_rules_of_the_api(page: Client, rows: Rows, noun: str) -> None:
    url = url_of(getattr(rows, noun))
    fields = fields_of(page.get(url))
    for changes, sentence in RULES[noun]:
        assert sentence in errors_of(page.post(url, fields | changes))
    assert_nothing_written()


def test_refuses_options_of_a_question_that_takes_none(page: Client, rows: Rows) -> None:
    question = actions.add_content(
        TestQuestion(test=rows.test, question_text="Say", question_type="long_text"), by=rows.author
    )
    changes = {"options-TOTAL_FORMS": "1", "options-0-option_text": "Typed"}
    answer = send(page, url_of(question), changes)
    assert "This question has no options." in errors_of(answer)
    assert fields_of(answer)["options-0-option_text"] == "Typed"
    assert QuestionOption.objects.count() == 1


def test_a_refused_delete_is_told_on_the_page(page: Client, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(row: Any, **kwargs: Any) -> None:
        raise Forbidden("Not this one.")

    monkeypatch.setattr(actions, "remove_content", refuse)
    answer = page.post(url_of(rows.module, "delete"), {"post": "yes"}, follow=True)
    assert "You may not do this. Not this one." in answer.content.decode()
    fields = {"action": "delete_selected", "_selected_action": [str(rows.module.pk)], "post": "yes"}
    answer = page.post(url_of(CourseModule, "changelist"), fields, follow=True)
    assert "You may not do this. Not this one." in answer.content.decode()
    assert CourseModule.objects.exists()


def test_a_refusal_in_the_middle_of_a_bulk_delete_undoes_all_of_it(
    page: Client, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [rows.module, make_rows("Another").module]
    remove, seen = actions.remove_content, []

    def refuse_the_second(row: Any, **kwargs: Any) -> None:
        seen.append(row)
        if len(seen) == 2:
            raise Problem
        remove(row, **kwargs)

    monkeypatch.setattr(actions, "remove_content", refuse_the_second)
    fields = {"action": "delete_selected", "_selected_action": [str(row.pk) for row in both], "post": "yes"}
    page.post(url_of(CourseModule, "changelist"), fields)
    assert len(seen) == 2
    assert CourseModule.objects.count() == 2
    assert_nothing_written()


def test_shows_nothing_of_a_deleted_course(page: Client, rows: Rows) -> None:
    actions.delete_course(rows.course, by=Person.of(uuid.uuid4(), ["admin"]))
    for row in (rows.course, rows.module, rows.lesson, rows.media, rows.test, rows.question, rows.option):
        assert str(row.pk) not in page.get(url_of(type(row), "changelist")).content.decode()
        assert page.get(url_of(row), follow=True).redirect_chain == [("/admin/", 302)]
    found = page.get(
        "/admin/autocomplete/",
        {"app_label": "courses", "model_name": "coursemodule", "field_name": "course", "term": ""},
    )
    assert found.json()["results"] == []
    assert Course.objects.filter(pk=rows.course.pk).exists()
