"""Who has signed in to the admin uses the browsable API by the same cookie."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core_service.conftest import ApiClient
from core_service.courses.models import Course
from core_service.editors.tests.conftest import ADA
from core_service.people.tests.stand_in import StandIn

pytestmark = pytest.mark.django_db

COURSES = "/api/v1/courses/"
HTML = {"accept": "text/html"}


@pytest.fixture
def strict_page(auth: StandIn, sign_in: Callable[..., Any]) -> Client:
    """A signed-in browser that passes no CSRF check by being a test's."""
    client = Client(enforce_csrf_checks=True)
    form = client.get("/admin/login/").content.decode()
    assert sign_in(client, csrfmiddlewaretoken=_token_of(form)).status_code == 302
    return client


def _token_of(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found
    return found[1]


def test_shows_a_visitor_the_way_in(anonymous: ApiClient) -> None:
    shown = anonymous.get(COURSES, headers=HTML).content.decode()
    assert f"/admin/login/?next={COURSES}" in shown
    assert "Sign out" not in shown


def test_shows_an_admin_who_they_are_and_the_way_out(page: Client) -> None:
    shown = page.get(COURSES, headers=HTML).content.decode()
    assert "Sign out Ada Lovelace" in shown
    answer = page.post("/admin/logout/", {"next": COURSES})
    assert (answer.status_code, answer.headers["Location"]) == (302, COURSES)
    assert "Sign out" not in page.get(COURSES, headers=HTML).content.decode()


def test_writes_only_with_the_csrf_token_of_a_page(strict_page: Client) -> None:
    body = {"title": "Rust"}
    answer = strict_page.post(COURSES, body, "application/json")
    assert answer.status_code == 403
    assert answer.json()["code"] == "csrf_failed"
    assert not Course.objects.exists()
    token = _token_of(strict_page.get(COURSES, headers=HTML).content.decode())
    answer = strict_page.post(COURSES, body, "application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 201
    assert Course.objects.get().author_id == ADA


def test_the_form_of_a_narrowed_list_sends_no_parameters_along(page: Client) -> None:
    narrowed = f"{COURSES}?page_size=5&search=rust"
    shown = page.get(narrowed, headers=HTML).content.decode()
    actions = set(re.findall(r'<form action="([^"]*)" method="POST"', shown))
    assert actions == {COURSES}
    assert f'href="{narrowed.replace("&", "&amp;")}"' in shown  # the way to read it once more
    assert page.post(COURSES, {"title": "Rust"}, "application/json").status_code == 201


def test_a_bearer_token_counts_before_the_cookie(page: Client, token_for: Callable[..., str]) -> None:
    headers = {"authorization": f"Bearer {token_for(ADA)}"}
    answer = page.post("/api/v1/courses/", {"title": "Rust"}, "application/json", headers=headers)
    assert answer.status_code == 201
    answer = page.get(COURSES, headers={"authorization": "Bearer a.b.c"})
    assert answer.status_code == 401
