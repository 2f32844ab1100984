"""An admin signs in through Auth, and out again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from core_service.conftest import ApiClient
from core_service.editors import auth_api, pages
from core_service.editors.tests.conftest import ADA, ADAS_SESSION, RIGHT, refused, signed_in
from core_service.people import auth_client
from core_service.people.keys import auth_keys
from core_service.people.tests.signing import SigningKey
from core_service.people.tests.stand_in import Answer, StandIn

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Any]


@pytest.fixture
def browser() -> Client:
    return Client()


def test_leads_to_the_sign_in_and_back(browser: Client, auth: StandIn) -> None:
    answer = browser.get("/admin/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/admin/login/?next=/admin/"
    form = browser.get(answer.headers["Location"]).content.decode()
    assert 'name="email"' in form
    assert 'name="otp"' not in form
    assert auth.asked == []


def test_signs_an_admin_in(browser: Client, auth: StandIn, sign_in: SignIn) -> None:
    answer = sign_in(browser, next="/admin/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")
    assert b"Ada Lovelace" in browser.get("/admin/").content
    (asked,) = auth.asked
    assert asked.path == "/api/v1/auth/login"
    assert asked.json == RIGHT
    assert asked.headers["X-Forwarded-For"] == "203.0.113.7"
    assert asked.headers["User-Agent"] == "Firefox \xe9"
    assert asked.headers["X-Request-ID"] == answer.headers["X-Request-ID"]


def test_the_cookie_is_of_core_alone_and_shows_no_token(browser: Client, auth: StandIn, sign_in: SignIn) -> None:
    cookie = sign_in(browser).cookies["core_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] <= 8 * 3600
    remembered = browser.session[pages.KEY]
    assert (remembered["id"], remembered["sid"]) == (str(ADA), str(ADAS_SESSION))
    assert "the.refresh.token" not in str(remembered)


def test_leads_nowhere_else_after_the_sign_in(browser: Client, auth: StandIn, sign_in: SignIn) -> None:
    assert sign_in(browser, next="https://evil.example/").headers["Location"] == "/admin/"
    assert sign_in(Client(), next="//evil.example/").headers["Location"] == "/admin/"


@pytest.mark.parametrize(
    ("next_page", "leads_to"),
    [
        ("/api/v1/lessons/?search=a%26b", "/api/v1/lessons/?search=a%26b"),
        ("/admin/login/", "/admin/login/"),
        ("http://testserver/admin/", "http://testserver/admin/"),
        *((elsewhere, "/admin/") for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example", "")),
        ("javascript:alert(1)", "/admin/"),
    ],
)
def test_who_is_signed_in_already_is_led_on(page: Client, next_page: str, leads_to: str) -> None:
    assert page.get("/admin/login/", {"next": next_page}).headers["Location"] == leads_to


def test_who_is_signed_in_already_needs_no_form(page: Client) -> None:
    assert page.get("/admin/login/").headers["Location"] == "/admin/"


@pytest.mark.parametrize("otp", ["", "000000"])
def test_refuses_a_wrong_password_and_a_wrong_code_alike(
    browser: Client, auth: StandIn, sign_in: SignIn, otp: str
) -> None:
    answer = sign_in(browser, password="a wrong password", otp=otp)
    assert answer.status_code == 200
    assert "The email, the password or the code is wrong." in answer.content.decode()
    assert "a wrong password" not in answer.content.decode()
    assert browser.get("/admin/").status_code == 302


def test_refuses_who_is_no_admin_and_ends_the_session_at_auth(browser: Client, auth: StandIn, sign_in: SignIn) -> None:
    auth.answer = lambda asked: signed_in(roles=()) if asked.path.endswith("login") else Answer(status=204)
    answer = sign_in(browser)
    assert answer.status_code == 200
    assert "only admins may use these pages" in answer.content.decode()
    assert browser.get("/admin/").status_code == 302
    assert auth.asked[-1].path == "/api/v1/auth/logout"
    assert auth.asked[-1].json == {"refresh": "the.refresh.token"}


def test_asks_for_the_one_time_code_when_auth_does(browser: Client, auth: StandIn, sign_in: SignIn) -> None:
    auth.answer = lambda asked: signed_in() if asked.json.get("otp") == "123456" else refused(401, "otp_required")
    answer = sign_in(browser)
    assert 'name="otp"' in answer.content.decode()
    assert "a code of your authenticator app" in answer.content.decode()
    assert 'name="otp"' in sign_in(browser, otp="000000").content.decode()
    assert sign_in(browser, otp="123456").status_code == 302


def test_says_how_long_to_wait_after_too_many_attempts(browser: Client, auth: StandIn, sign_in: SignIn) -> None:
    auth.answer = lambda asked: refused(429, "too_many_requests", headers={"Retry-After": "30"})
    assert "There were too many attempts. Try again in 30 seconds." in sign_in(browser).content.decode()


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<html>Bad gateway</html>", 502, "text/html"),
        Answer(b"<html>Welcome</html>", 200, "text/html"),
        Answer(b"", 200),
        Answer(b"[]", 200),
        Answer(b"{}", 200),
        Answer(b"\xff", 401),
        Answer(b" " * (auth_client.MOST_BYTES + 1), 401),
        Answer(b"[]", 401),
        Answer(b"[" * 20_000, 200),
        Answer(b"[" * 20_000, 401),
        Answer(b"", 302, headers={"Location": "/elsewhere"}),
        refused(503, "unavailable"),
        signed_in(access="a.b.c"),
        signed_in(access=None),
        signed_in(access=SigningKey("another").sign({})),
        signed_in(refresh=None),
        signed_in(user=None),
    ],
)
def test_says_so_when_auth_answers_nonsense(browser: Client, auth: StandIn, sign_in: SignIn, answer: Answer) -> None:
    auth.answer = lambda asked: answer
    page = sign_in(browser)
    assert page.status_code == 200
    assert "The Auth service does not answer" in page.content.decode()
    assert browser.get("/admin/").status_code == 302


def test_says_so_when_auth_is_away(browser: Client, settings: Settings, sign_in: SignIn) -> None:
    settings.AUTH_SERVICE_URL = "http://127.0.0.1:9"
    page = sign_in(browser)
    assert page.status_code == 200
    assert "The Auth service does not answer" in page.content.decode()


@pytest.mark.parametrize("slow", [{"delay": 30.0}, {"pause": 0.1}], ids=["late", "dripping"])
def test_says_so_when_auth_is_too_slow(
    browser: Client, auth: StandIn, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, slow: dict[str, float]
) -> None:
    monkeypatch.setattr(auth_api, "SIGN_IN_SECONDS", 0.2)
    right = replace(signed_in(), **slow)  # type: ignore[arg-type]
    auth.answer = lambda asked: right
    assert "The Auth service does not answer" in sign_in(browser).content.decode()


def test_says_so_when_there_are_no_keys(
    browser: Client, auth: StandIn, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth_keys, "_keys", {})
    assert "The Auth service does not answer" not in browser.get("/admin/login/").content.decode()
    page = sign_in(browser)
    assert page.status_code == 200
    assert "cannot be verified now" in page.content.decode()


@pytest.mark.parametrize(
    "fields",
    [{"email": ""}, {"email": "a" * 321}, {"password": ""}, {"password": "x" * 2000}, {"email": "a\x00@b.example"}],
)
def test_a_form_that_is_not_filled_in_never_reaches_auth(
    browser: Client, auth: StandIn, sign_in: SignIn, fields: dict[str, str]
) -> None:
    assert sign_in(browser, **fields).status_code == 200
    assert auth.asked == []


def test_signs_out_here_and_at_auth(page: Client, auth: StandIn) -> None:
    assert page.get("/admin/logout/").status_code == 405
    assert auth.asked == []
    assert page.post("/admin/logout/").status_code == 200
    assert page.get("/admin/").status_code == 302
    (asked,) = auth.asked
    assert asked.path == "/api/v1/auth/logout"
    assert asked.json == {"refresh": "the.refresh.token"}
    assert "core_session" not in {name for name, morsel in page.cookies.items() if morsel.value}


def test_signs_out_here_also_while_auth_is_away(page: Client, settings: Settings) -> None:
    settings.AUTH_SERVICE_URL = "http://127.0.0.1:9"
    assert page.post("/admin/logout/").status_code == 200
    assert page.get("/admin/").status_code == 302


def test_a_sign_in_lasts_eight_hours_however_often_the_cookie_is_written_anew(
    page: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = page.session
    session["something"] = "new"
    session.save()
    page.cookies["core_session"] = session.session_key or ""
    assert page.get("/admin/").status_code == 200
    later = time.time() + 8 * 3600
    monkeypatch.setattr("core_service.editors.pages.time.time", lambda: later)
    assert page.get("/admin/").status_code == 302


def test_a_cookie_that_was_changed_signs_nobody_in(page: Client) -> None:
    value = page.cookies["core_session"].value
    page.cookies["core_session"] = value[:-1] + ("A" if value[-1] != "A" else "B")
    assert page.get("/admin/").status_code == 302


def test_a_sign_in_without_its_csrf_token_is_refused(auth: StandIn, sign_in: SignIn) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert sign_in(browser).status_code == 403
    assert auth.asked == []


def test_passwords_are_not_changed_here(page: Client) -> None:
    for path in ("/admin/password_change/", "/admin/password_change/done/"):
        answer = page.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert answer.json()["detail"] == "A password is changed by POST /auth/change-password of Auth."
    assert b"password_change" not in page.get("/admin/").content


def test_a_bearer_token_opens_no_page(admin: ApiClient) -> None:
    assert admin.get("/admin/").status_code == 302
