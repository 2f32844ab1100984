"""POST /auth/introspect."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from auth_service.login_sessions.models import Session
from auth_service.tests.cast import ApiClient, Member, codes_of
from shared_settings.testing import SERVICE_TOKEN

pytestmark = pytest.mark.django_db


def introspect(bearer: str | None = SERVICE_TOKEN, **body: str | list[str]) -> Any:
    headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
    form = "application/x-www-form-urlencoded"
    return ApiClient().post("/auth/introspect", urlencode(body, doseq=True), content_type=form, headers=headers)


def test_says_what_is_true_of_a_token_now(ada: Member) -> None:
    ada.user.is_superuser = True
    ada.user.save()
    answer = introspect(token=ada.pair.access, token_type_hint="access_token")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.json()
    assert (body["active"], body["sub"], body["sid"]) == (True, str(ada.user.pk), str(ada.session.pk))
    assert body["roles"] == ["admin"]  # the token itself still says []
    assert "email" not in body


@pytest.mark.parametrize("token", ["x", "a.b.c", "A" * 5000])
def test_says_only_that_a_strange_token_is_not_active(token: str) -> None:
    assert introspect(token=token).json() == {"active": False}


def test_says_only_that_an_ended_token_is_not_active(ada: Member, stranger: Member) -> None:
    Session.objects.filter(pk=ada.session.pk).delete()
    stranger.user.is_active = False
    stranger.user.save()
    for token in (ada.pair.access, ada.pair.refresh, stranger.pair.access):
        assert introspect(token=token).json() == {"active": False}


@pytest.mark.asvs("8.2.1")
def test_is_for_services(ada: Member, admin: Member) -> None:
    for bearer in (None, "x", SERVICE_TOKEN[:-1], ada.pair.access, admin.pair.access):
        answer = introspect(bearer, token=ada.pair.access)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_any_of_the_tokens_counts(ada: Member, settings: Any) -> None:
    settings.SERVICE_TOKENS = ["n" * 32, "o" * 32]
    assert introspect("n" * 32, token="x").status_code == 200
    assert introspect("o" * 32, token="x").status_code == 200
    settings.SERVICE_TOKENS = []
    assert introspect("o" * 32, token="x").status_code == 401
    assert introspect("", token="x").status_code == 401


def test_refuses_a_bad_body() -> None:
    assert codes_of(introspect()) == {"/token": "required"}
    assert codes_of(introspect(token="x", surprise="1")) == {"/surprise": "unknown_field"}
    assert codes_of(introspect(token=["x", "y"])) == {"/token": "repeated"}
    json = ApiClient().post("/auth/introspect", {"token": "x"}, headers={"Authorization": f"Bearer {SERVICE_TOKEN}"})
    assert json.status_code == 415


def introspect_refresh_token(token: str) -> Any:
    return introspect(token=token, token_type_hint="refresh_token").json()


def test_says_what_is_true_of_the_present_refresh_token_and_does_not_use_it_up(ada: Member) -> None:
    body = introspect_refresh_token(ada.pair.refresh)
    assert (body["active"], body["sub"], body["sid"]) == (True, str(ada.user.pk), str(ada.session.pk))
    assert body["roles"] == []
    pair = ApiClient().post("/auth/refresh", {"refresh": ada.pair.refresh}).json()
    assert introspect_refresh_token(ada.pair.refresh) == {"active": False}
    assert introspect_refresh_token(pair["refresh"])["active"] is True
    ApiClient().post("/auth/logout", {"refresh": pair["refresh"]})
    assert introspect_refresh_token(pair["refresh"]) == {"active": False}


def test_no_service_is_led_to_take_a_refresh_token_for_a_bearer(ada: Member) -> None:
    assert introspect(token=ada.pair.refresh).json() == {"active": False}
    assert introspect(token=ada.pair.refresh, token_type_hint="access_token").json() == {"active": False}
