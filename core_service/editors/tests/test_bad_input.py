"""Whatever an admin's browser sends, the answer is a page, a redirect or a 4xx."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from core_service.courses.models import Course, CourseModule, Lesson
from core_service.editors.tests.pages import fields_of, url_of
from core_service.editors.tests.rows import Rows, make_rows

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


@pytest.mark.parametrize("name", ["q", "p", "o", "status__exact", "id__exact", "created_at__gte"])
def test_parameters_of_a_list(browser: Client, rows: Rows, name: str) -> None:
    for value in BAD:
        sent = value.encode("utf-8", "surrogatepass")
        assert_answered(browser.get(url_of(Course, "changelist"), {name: sent}))


def test_ids_of_a_row_that_has_no_page_of_its_own(browser: Client, rows: Rows) -> None:
    for kind in ContentType.objects.all():
        assert browser.get(f"/admin/r/{kind.pk}/1/").status_code == 404


@pytest.mark.parametrize("name", ["term", "page", "app_label", "model_name", "field_name"])
def test_parameters_of_the_choice_of_a_parent(browser: Client, rows: Rows, name: str) -> None:
    asked = {"app_label": "courses", "model_name": "lesson", "field_name": "module", "term": ""}
    for value in BAD:
        sent = asked | {name: value.encode("utf-8", "surrogatepass")}
        assert_answered(browser.get("/admin/autocomplete/", sent))


@pytest.mark.parametrize("name", ["title", "order_index", "module", "content", "lesson_type", "etag"])
def test_fields_of_a_form(browser: Client, rows: Rows, name: str) -> None:
    fields = fields_of(browser.get(url_of(rows.lesson)))
    for value in BAD:
        assert_answered(send(browser, url_of(rows.lesson), fields | {name: value}))
        assert_answered(send(browser, url_of(Lesson, "add"), fields | {name: value}))


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
