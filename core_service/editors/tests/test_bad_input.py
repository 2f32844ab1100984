"""Whatever an admin's browser sends, the answer is a page, a redirect or a 4xx."""

from __future__ import annotations

from itertools import cycle
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from core_service.courses.models import Course, CourseModule, Lesson
from core_service.editors.site import site
from core_service.editors.tests.pages import fields_of, url_of
from core_service.editors.tests.rows import Rows, make_rows
from core_service.journal.models import AuditEntry

pytestmark = pytest.mark.django_db

BAD = ("\x00", "\ud800", "-1", "9" * 40, "' OR 1=1 --")


@pytest.fixture
def rows(db: None) -> Rows:
    return make_rows()


@pytest.fixture
def browser(page: Client) -> Client:
    page.raise_request_exception = False
    return page


def send(browser: Client, url: str, fields: dict[str, str]) -> Any:
    """Post a form, also what no browser would."""
    body = urlencode({name: value.encode("utf-8", "surrogatepass") for name, value in fields.items()})
    return browser.post(url, body, "application/x-www-form-urlencoded")


def assert_answered(answer: Any) -> None:
    assert answer.status_code < 500, answer.content


@pytest.mark.parametrize("name", ["q", "p", "o", "status__exact", "id__exact", "created_at__gte", "_to_field"])
def test_parameters_of_a_list(browser: Client, rows: Rows, name: str) -> None:
    for value in BAD:
        sent = value.encode("utf-8", "surrogatepass")
        assert_answered(browser.get(url_of(Course, "changelist"), {name: sent}))


@pytest.mark.asvs("8.2.3")
@pytest.mark.parametrize("model", site._registry, ids=str)
def test_a_list_takes_no_filter_that_its_page_does_not_offer(browser: Client, rows: Rows, model: type[Any]) -> None:
    lookups = cycle(("contains", "startswith", "regex", "year"))
    for field in model._meta.concrete_fields:
        answer = browser.get(url_of(model, "changelist"), {f"{field.name}__{next(lookups)}": "("})
        assert (answer.status_code, answer.headers.get("Location")) == (302, url_of(model, "changelist"))
    assert "There is no such filter." in browser.get(url_of(model, "changelist")).content.decode()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 200),
        ({"at__year": "2026", "at__month": "2", "at__day": "28"}, 200),
        ({"at__month": "9" * 40}, 200),
        ({"at__year": "2026", "at__month": "2", "at__day": "29"}, 302),
        ({"at__year": "9999"}, 302),
        ({"at__year": "9" * 40}, 302),
        ({"at__day": "x"}, 302),
        ({"at__month__regex": "("}, 302),
        ({"at__gte": "x"}, 302),
        ({"action": ["course.created", "course.changed"]}, 302),
    ],
    ids=str,
)
def test_dates_of_a_hierarchy(
    browser: Client, rows: Rows, monkeypatch: pytest.MonkeyPatch, query: dict[str, Any], status: int
) -> None:
    monkeypatch.setattr(site.get_model_admin(AuditEntry), "date_hierarchy", "at")
    assert browser.get(url_of(AuditEntry, "changelist"), query).status_code == status


def test_a_search_is_not_endless(browser: Client, rows: Rows) -> None:
    for words, is_too_long in (("a " * 100, False), ("a " * 1_000, True)):
        shown = browser.get(url_of(Course, "changelist"), {"q": words}).content.decode()
        assert ("at most 200 characters" in shown) == is_too_long
        asked = {"app_label": "courses", "model_name": "lesson", "field_name": "module", "term": words}
        assert browser.get("/admin/autocomplete/", asked).status_code == (400 if is_too_long else 200)


def test_ids_of_a_row_that_has_no_page_of_its_own(browser: Client, rows: Rows) -> None:
    kinds = ContentType.objects.all()
    assert kinds
    for kind in kinds:
        assert browser.get(f"/admin/r/{kind.pk}/1/").status_code == 404


@pytest.mark.parametrize("name", ["term", "page", "app_label", "model_name", "field_name"])
def test_parameters_of_the_choice_of_a_parent(browser: Client, rows: Rows, name: str) -> None:
    asked = {"app_label": "courses", "model_name": "lesson", "field_name": "module", "term": ""}
    for value in BAD:
        sent = asked | {name: value.encode("utf-8", "surrogatepass")}
        assert_answered(browser.get("/admin/autocomplete/", sent))


def test_fields_of_a_form(browser: Client, rows: Rows) -> None:
    fields = fields_of(browser.get(url_of(rows.lesson)))
    bad_numbers = ("\x00", "-1", "9" * 40)
    for name, values in {
        "title": ("\x00", "\ud800", "' OR 1=1 --"),
        "content": ("\x00", "\ud800"),
        "lesson_type": ("\x00", "\ud800"),
        "order_index": bad_numbers,
        "module": ("\ud800", *bad_numbers),
        "etag": ("\x00", "\ud800"),
    }.items():
        for value in values:
            assert_answered(send(browser, url_of(rows.lesson), fields | {name: value}))
    for name, value in (("title", "\ud800"), ("order_index", "9" * 40), ("module", "\x00")):
        assert_answered(send(browser, url_of(Lesson, "add"), fields | {name: value}))


KEYS = {
    "[" * 5_000: "nested",
    "9" * 5_000: "not valid JSON",
    '"\\ud800"': "not valid UTF-8",
    '{"items": ["\\ud800", "b"]}': "not valid UTF-8",
    '{"value": 1, "value": 2}': "names a member twice",
    '{"value": NaN}': "not JSON",
    '{"value": 1e999}': "too large",
    "{": "not valid JSON",
    "[]": "object",
    '"text"': "object",
}


def test_answer_keys(browser: Client, rows: Rows) -> None:
    fields = fields_of(browser.get(url_of(rows.question))) | {"question_type": "numeric"}
    for key, sentence in KEYS.items():
        answer = send(browser, url_of(rows.question), fields | {"key": key})
        assert sentence in " ".join(answer.context_data["adminform"].form.errors["key"]), key[:40]
        assert fields_of(answer)["key"] == key
    rows.question.refresh_from_db()
    assert rows.question.key is None


@pytest.mark.parametrize(
    "changes",
    [
        {"modules-TOTAL_FORMS": ""},
        {"modules-INITIAL_FORMS": "-1"},
        {"modules-INITIAL_FORMS": "7"},
        {"modules-0-id": "nothing"},
        {"modules-0-id": "\x00"},
        {"modules-0-id": "01936f5c-0000-7000-8000-000000000003"},
        {"modules-0-order_index": "9" * 40},
        {"modules-0-course": "01936f5c-0000-7000-8000-000000000003"},
        {"modules-0-etag": "\x00"},
        {"modules-0-etag": "another", "modules-0-DELETE": "on"},
        {"modules-TOTAL_FORMS": "2", "modules-1-title": "Added and deleted", "modules-1-DELETE": "on"},
    ],
)
def test_rows_of_a_page(browser: Client, rows: Rows, changes: dict[str, str]) -> None:
    fields = fields_of(browser.get(url_of(rows.course)))
    assert_answered(browser.post(url_of(rows.course), fields | changes))
    module = CourseModule.objects.get(pk=rows.module.pk)
    assert (module.title, module.course_id) == ("Snapshots", rows.course.pk)


def test_a_row_of_another_parent_cannot_be_taken_into_a_page(browser: Client, rows: Rows) -> None:
    foreign = make_rows("Another").module
    fields = fields_of(browser.get(url_of(rows.course)))
    changes = {"modules-0-id": str(foreign.pk), "modules-0-title": "Taken"}
    assert_answered(browser.post(url_of(rows.course), fields | changes))
    foreign.refresh_from_db()
    assert foreign.title == "Snapshots"


@pytest.mark.parametrize("value", BAD)
def test_ids_in_paths_and_actions(browser: Client, rows: Rows, value: str) -> None:
    assert_answered(browser.get(f"/admin/courses/course/{quote(value, errors='surrogatepass')}/change/"))
    for action in ("delete_selected", value):
        fields = {"action": action, "_selected_action": value, "post": "yes"}
        assert_answered(send(browser, url_of(Course, "changelist"), fields))
    assert Course.objects.alive().count() == 1
