"""A stand-in for Auth, and admins who have signed in through it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from core_service.people import auth_client
from core_service.people.tests import signing
from core_service.people.tests.stand_in import Answer, Asked, StandIn, running

ADA = uuid.UUID("0190a0a0-0000-7000-8000-000000000001")
ADAS_SESSION = uuid.UUID("0190a0a0-0000-7000-8000-0000000000aa")
RIGHT = {"email": "ada@example.com", "password": "a right password"}


def signed_in(roles: tuple[str, ...] = ("admin",), **changed: Any) -> Answer:
    """What Auth answers to a right password."""
    body = {
        "access": signing.token_for(ADA, roles, sid=str(ADAS_SESSION)),
        "refresh": "the.refresh.token",
        "token_type": "Bearer",
        "expires_in": 1800,
        "user": {"id": str(ADA), "email": RIGHT["email"], "full_name": "Ada Lovelace"},
    }
    return Answer.of(body | changed)


def refused(status: int, code: str, **kwargs: Any) -> Answer:
    return Answer.of({"status": status, "code": code}, status, content_type="application/problem+json", **kwargs)


def like_auth(asked: Asked) -> Answer:
    if asked.method == "GET":
        return Answer(status=404)
    if asked.path.endswith("/auth/logout"):
        return Answer(status=204)
    is_right = {"email": asked.json["email"], "password": asked.json["password"]} == RIGHT
    return signed_in() if is_right else refused(401, "invalid_credentials")


@pytest.fixture
def auth(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    with running() as stand_in:
        stand_in.answer = like_auth
        settings.AUTH_SERVICE_URL = stand_in.url
        monkeypatch.setattr(auth_client, "_quiet_until", float("-inf"))
        yield stand_in


@pytest.fixture
def sign_in() -> Callable[..., Any]:
    """`sign_in(client, password=…)`: post the form, and return the answer."""

    def post(client: Client, **fields: str) -> Any:
        return client.post("/admin/login/", RIGHT | fields, REMOTE_ADDR="203.0.113.7", HTTP_USER_AGENT="Firefox \xe9")

    return post


@pytest.fixture
def page(auth: StandIn, sign_in: Callable[..., Any], db: None) -> Client:
    """A browser in which an admin has signed in."""
    client = Client()
    assert sign_in(client).status_code == 302
    auth.asked.clear()
    return client
