"""The index, and the screens that are only looked at."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from core_service.editors.tests.pages import send, url_of
from core_service.editors.tests.rows import Rows, make_rows
from core_service.journal.models import AuditEntry, Delivery, Event
from core_service.progress.models import UserProgress
from shared_settings import journal

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(db: None) -> Rows:
    return make_rows()


@pytest.fixture
def looked_at(rows: Rows) -> list[Any]:
    """One row of everything that is only looked at."""
    with transaction.atomic():
        event = Event.objects.get(pk=journal.record("course.published", course_id=rows.course.pk))
    delivery = Delivery.objects.create(
        event=event, subscriber="a.subscriber", due_at=timezone.now(), created_at=timezone.now()
    )
    progress = UserProgress.objects.create(
        user_id=uuid.uuid4(), course_id=rows.course.pk, lesson_id=rows.lesson.pk, completed=False
    )
    return [event, delivery, progress, AuditEntry.objects.latest("at")]


def test_the_index_shows_all_screens_and_ones_own_changes(page: Client, rows: Rows) -> None:
    before = page.get("/admin/").content.decode()
    assert "None yet." in before
    assert '<a href="/">API</a>' in before
    assert "nav-sidebar" not in page.get(url_of(AuditEntry, "changelist")).content.decode()
    send(page, url_of(rows.course), {"title": "Renamed"})
    shown = page.get("/admin/").content.decode()
    assert "course.changed" in shown
    assert "module.added" not in shown  # the author's
    for noun in ("Courses", "Lessons", "Lesson media", "Tests", "Test questions", "User progress", "Audit entries"):
        assert noun in shown


def test_what_is_only_looked_at_can_be_neither_written_nor_deleted(page: Client, looked_at: list[Any]) -> None:
    for row in looked_at:
        assert str(row.pk) in page.get(url_of(type(row), "changelist")).content.decode()
        shown = page.get(url_of(row)).content.decode()
        assert 'name="_save"' not in shown
        assert "historylink" not in shown
        assert page.get(url_of(row, "history")).status_code == 404
        assert 'type="text"' not in shown
        assert page.post(url_of(row), {}).status_code == 403
        assert page.post(url_of(type(row), "add"), {}).status_code == 403
        assert page.post(url_of(row, "delete"), {"post": "yes"}).status_code == 403
        fields = {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"}
        page.post(url_of(type(row), "changelist"), fields)
        assert type(row).objects.filter(pk=row.pk).exists()


def test_their_lists_take_the_same_queries_for_many_rows(
    page: Client, looked_at: list[Any], django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        make_rows()
    for row in looked_at:
        with django_assert_max_num_queries(6):
            page.get(url_of(type(row), "changelist"))


def test_progress_is_shown_by_titles_and_by_ids_of_what_is_gone(page: Client, rows: Rows) -> None:
    gone = {"course_id": uuid.uuid4(), "lesson_id": uuid.uuid4()}
    for ids in ({"course_id": rows.course.pk, "lesson_id": rows.lesson.pk}, gone):
        row = UserProgress.objects.create(user_id=uuid.uuid4(), completed=False, **ids)
        shown = page.get(url_of(UserProgress, "changelist")).content.decode()
        for place in (shown, page.get(url_of(row)).content.decode()):
            wanted = gone.values() if ids is gone else (rows.course.title, rows.lesson.title)
            assert [str(value) for value in wanted if str(value) not in place] == []


def test_the_audit_is_narrowed_by_action(page: Client, rows: Rows) -> None:
    audit = url_of(AuditEntry, "changelist")
    entry = AuditEntry.objects.get(action="lesson.added")
    for query in ({"action": "lesson.added"}, {"q": entry.request_id or str(entry.object_id)}):
        answer: Any = page.get(audit, query)
        assert [row.pk for row in answer.context_data["cl"].result_list] == [entry.pk]


def test_offers_parents_by_what_is_typed(page: Client, rows: Rows) -> None:
    make_rows("Another")
    asked = {"app_label": "courses", "model_name": "lesson", "field_name": "module", "term": "Git from"}
    (found,) = page.get("/admin/autocomplete/", asked).json()["results"]
    assert found == {"id": str(rows.module.pk), "text": "Snapshots (Git from the start)"}


def test_answers_an_unknown_page_with_404(page: Client) -> None:
    for path in ("/admin/nothing/", "/admin/courses/nothing/"):
        assert page.get(path).status_code == 404
    assert page.get("/admin/courses/course/not-an-id/change/").status_code == 302


def test_asks_everybody_else_to_sign_in(rows: Rows) -> None:
    for path in ("/admin/", url_of(rows.course), url_of(type(rows.course), "add"), "/admin/autocomplete/"):
        assert Client().get(path).headers["Location"].startswith("/admin/login/")
    assert Client().post(url_of(rows.course, "delete"), {"post": "yes"}).status_code == 302
    rows.course.refresh_from_db()
    assert rows.course.deleted_at is None


def test_the_bare_address_leads_in(page: Client) -> None:
    assert page.get("/admin").headers["Location"] == "/admin/"
