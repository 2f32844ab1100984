"""An admin who has signed in to the pages, and is no admin any more or has been signed out since."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import Client

from core_service.editors import pages
from core_service.editors.tests.conftest import ADA, ADAS_SESSION
from core_service.people.revocations import auth_revocations
from core_service.people.tests.signing import feed_of
from core_service.people.tests.stand_in import Answer, Asked, StandIn
from shared_settings.http.revocations import Revoked

pytestmark = pytest.mark.django_db


def opens(page: Client) -> bool:
    status = page.get("/admin/courses/course/").status_code
    assert status in (200, 302)
    return bool(status == 200)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six minutes have passed since the admin signed in."""
    monkeypatch.setattr(pages, "RECHECK_SECONDS", -1)


def test_the_pages_close_when_the_session_has_ended(page: Client) -> None:
    assert opens(page)
    auth_revocations.take(feed_of(sessions=[str(ADAS_SESSION)]))
    assert not opens(page)


def test_the_pages_close_when_the_role_was_taken(page: Client) -> None:
    auth_revocations.take(feed_of(users={str(ADA): int(time.time()) - 60}))
    assert opens(page)
    auth_revocations.take(feed_of(users={str(ADA): int(time.time()) + 2}))
    assert not opens(page)


def test_the_pages_close_when_auth_was_not_heard_of_for_long(page: Client, monkeypatch: Any, settings: Any) -> None:
    monkeypatch.setattr(auth_revocations, "_credential", "a credential")
    monkeypatch.setattr(auth_revocations, "start", lambda: None)
    monkeypatch.setattr(auth_revocations, "_revoked", Revoked(iat=int(time.time()) - 3700))
    answer = page.get("/admin/courses/course/")
    assert (answer.status_code, answer.json()["code"]) == (503, "revocations_unknown")


@pytest.mark.parametrize(
    ("said", "is_open"),
    [
        ({"active": True, "roles": ["admin"]}, True),
        ({"active": True, "roles": []}, False),
        ({"active": False}, False),
        ({"unreadable": 1}, True),  # as good as no answer: what has signed in goes on without Auth
    ],
)
def test_auth_is_asked_again_before_its_feed_forgets(
    page: Client, auth: StandIn, later: None, settings: Any, said: dict[str, Any], is_open: bool
) -> None:
    auth.answer = lambda asked: Answer.of(said)
    assert opens(page) is is_open
    (asked,) = auth.asked
    assert asked.path.endswith("/auth/introspect")
    assert asked.headers["Authorization"] == f"Bearer {settings.AUTH_SERVICE_TOKEN}"
    assert b"token=the.refresh.token" in asked.body
    if said == {"active": False}:
        auth.answer = lambda asked: Answer.of({"active": True, "roles": ["admin"]})
        assert not opens(page)  # signed out, for good


def test_a_confirmed_admin_is_asked_for_no_more_for_a_while(page: Client, auth: StandIn, monkeypatch: Any) -> None:
    auth.answer = lambda asked: Answer.of({"active": True, "roles": ["admin"]})
    with monkeypatch.context() as patched:
        patched.setattr(pages, "RECHECK_SECONDS", -1)
        assert opens(page)
    assert [opens(page) for _ in range(3)] == [True] * 3
    assert len(auth.asked) == 1


def test_an_auth_that_is_away_is_asked_once_in_ten_seconds(page: Client, auth: StandIn, later: None) -> None:
    def away(asked: Asked) -> Answer:
        return Answer(status=502)

    auth.answer = away
    assert [opens(page) for _ in range(3)] == [True] * 3
    assert len(auth.asked) == 1
