"""Names beside the ids of people, as Auth tells them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from core_service.courses import actions
from core_service.editors.tests.conftest import ADA
from core_service.editors.tests.pages import url_of
from core_service.journal.models import AuditEntry
from core_service.people.models import Person
from core_service.people.tests.stand_in import Answer, StandIn

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_names() -> None:
    cache.clear()


@pytest.fixture
def courses() -> list[Any]:
    return [actions.create_course(by=Person.of(uuid.uuid4(), []), title=f"Course {number}") for number in range(30)]


def text_of(page: Client, url: str) -> str:
    answer = page.get(url)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_list_shows_all_names_by_one_call(page: Client, auth: StandIn, courses: list[Any]) -> None:
    people = [{"id": str(course.author_id), "full_name": f"Author of {course.title}"} for course in courses[1:]]
    auth.answer = lambda asked: Answer.of(people)
    shown = text_of(page, url_of(type(courses[0]), "changelist"))
    for course in courses[1:]:
        assert f"Author of {course.title}<" in shown
    assert str(courses[0].author_id) in shown  # has no name
    (asked,) = auth.asked
    assert asked.path.count("id=") == 30


def test_a_course_its_history_and_the_audit_show_names(page: Client, auth: StandIn, courses: list[Any]) -> None:
    auth.answer = lambda asked: Answer.of([{"id": str(courses[0].author_id), "full_name": "<b>Ada</b> Lovelace"}])
    escaped = "&lt;b&gt;Ada&lt;/b&gt; Lovelace"
    for url in (url_of(courses[0]), url_of(courses[0], "history"), url_of(AuditEntry, "changelist")):
        assert escaped in text_of(page, url)


def test_ids_are_shown_while_auth_is_away(page: Client, auth: StandIn, courses: list[Any]) -> None:
    auth.answer = lambda asked: Answer(status=502)
    for url in (url_of(type(courses[0]), "changelist"), url_of(courses[0]), url_of(courses[0], "history")):
        assert str(courses[0].author_id) in text_of(page, url)
    assert len(auth.asked) == 1


def test_ids_are_shown_while_the_cache_is_away(
    page: Client, auth: StandIn, courses: list[Any], settings: Settings
) -> None:
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1"}}
    assert str(courses[0].author_id) in text_of(page, url_of(courses[0]))
    assert auth.asked == []


def test_the_form_of_a_new_course_names_nobody(page: Client, auth: StandIn, courses: list[Any]) -> None:
    shown = text_of(page, url_of(type(courses[0]), "add"))
    assert str(ADA) in shown  # the default of the field
    assert auth.asked == []
