"""The browsable API of who signed in to the admin."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from auth_service.login_sessions.models import Session
from auth_service.tests.cast import OTHER_PASSWORD, PASSWORD, Member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "/users/me",
        "/users/all",
        "/users/{id}",
        "/auth/sessions",
        "/users/me/export",
        "/auth/register",
        "/auth/login",
        "/auth/admin",
        "/auth/logout-all",
        "/users/profiles?id={id}",
        "/users/{id}/sessions",
    ],
)
def test_renders_every_endpoint_as_a_page(pages: Client, ada: Member, path: str) -> None:
    answer = pages.get("/api/v1" + path.format(id=ada.user.pk), HTTP_ACCEPT="text/html")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.status_code in (200, 405)


@pytest.mark.parametrize("path", ["/auth/introspect", "/auth/revocations", "/auth/events"])
def test_says_in_a_page_that_a_call_is_for_services(pages: Client, path: str) -> None:
    answer = pages.get("/api/v1" + path, HTTP_ACCEPT="text/html")
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "text/html; charset=utf-8")
    assert "SERVICE_TOKENS" in answer.content.decode()


@pytest.mark.parametrize("path", ["/users/{id}", "/users/{id}/mfa", "/auth/admin"])
def test_renders_pages_of_calls_that_need_a_recent_sign_in(pages: Client, ada: Member, path: str) -> None:
    Session.objects.update(auth_time=timezone.now() - timedelta(minutes=16))
    answer = pages.get("/api/v1" + path.format(id=ada.user.pk), HTTP_ACCEPT="text/html")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.status_code in (200, 403, 405)


@pytest.mark.asvs("3.5.1")
def test_a_write_by_cookie_needs_the_csrf_token(pages: Client, admin: Member) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = pages.cookies
    path, body = "/api/v1/users/me", {"full_name": "By cookie"}
    answer = strict.patch(path, body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    page = strict.get("/api/v1/users/me", HTTP_ACCEPT="text/html").content.decode()
    token = page.split('"csrfToken": "')[1].split('"')[0]
    answer = strict.patch(path, body, content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 200
    assert admin.row.full_name == "By cookie"


def test_changes_the_password_by_cookie(pages: Client, admin: Member) -> None:
    body = {"current_password": PASSWORD, "new_password": OTHER_PASSWORD}
    answer = pages.post("/api/v1/auth/change-password", body, content_type="application/json")
    assert answer.status_code == 200
    assert pages.get("/admin/accounts/user/").status_code == 200
    assert admin.client.get("/users/me").status_code == 401
