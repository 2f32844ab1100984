"""POST /auth/change-password."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from auth_service.login_sessions import actions as session_actions
from auth_service.login_sessions.models import Session
from auth_service.tests.cast import OTHER_PASSWORD, PASSWORD, ApiClient, Member, at_once, codes_of
from tests.services import wait_until

pytestmark = pytest.mark.django_db


def change(member: Member, current: str = PASSWORD, new: str = OTHER_PASSWORD) -> Any:
    return member.client.post("/auth/change-password", {"current_password": current, "new_password": new})


def signs_in(password: str) -> bool:
    body = {"email": "ada@example.org", "password": password}
    return bool(ApiClient().post("/auth/login", body).status_code == 200)


@pytest.mark.asvs("7.4.3")
def test_this_session_goes_on_and_the_others_end(ada: Member) -> None:
    phone = ada.again()
    answer = change(ada)
    assert answer.status_code == 200
    pair = answer.json()
    assert set(pair) == {"access", "refresh", "token_type", "expires_in"}
    assert (signs_in(PASSWORD), signs_in(OTHER_PASSWORD)) == (False, True)
    assert ada.client.get("/users/me").status_code == 200
    assert phone.client.get("/users/me").status_code == 401
    assert ApiClient().post("/auth/refresh", {"refresh": pair["refresh"]}).status_code == 200
    assert Session.objects.get(pk=phone.session.pk).revoked_reason == "password_changed"


def test_this_session_lives_as_long_as_after_a_refresh(ada: Member) -> None:
    Session.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
    change(ada)
    assert Session.objects.get().expires_at > timezone.now() + timedelta(days=13)


@pytest.mark.asvs("7.2.4")
def test_the_refresh_token_from_before_is_worth_nothing(ada: Member) -> None:
    change(ada)
    assert ApiClient().post("/auth/refresh", {"refresh": ada.pair.refresh}).status_code == 401


@pytest.mark.asvs("6.3.7")
def test_tells_the_person_by_mail(ada: Member, deliver: Callable[[], list[Any]]) -> None:
    change(ada)
    (mail,) = deliver()
    assert (mail.to, mail.subject) == (["ada@example.org"], "Your password was changed")


def test_voids_links_to_set_a_password(ada: Member, deliver: Callable[[], list[Any]]) -> None:
    ApiClient().post("/auth/forgot-password", {"email": "ada@example.org"})
    token = deliver()[0].body.split("token=")[1].split()[0]
    change(ada)
    answer = ApiClient().post("/auth/reset-password", {"token": token, "new_password": PASSWORD})
    assert answer.json()["code"] == "invalid_token"


@pytest.mark.asvs("6.2.3")
def test_refuses_a_wrong_password(ada: Member) -> None:
    phone = ada.again()
    answer = change(ada, current=OTHER_PASSWORD)
    assert (answer.status_code, answer.json()["code"]) == (400, "wrong_password")
    assert codes_of(answer) == {"/current_password": "wrong_password"}
    assert phone.client.get("/users/me").status_code == 200


@pytest.mark.asvs("6.2.1", "6.2.4")
@pytest.mark.parametrize(
    ("new", "code"),
    [("short", "password_too_short"), ("ada@example.org", "password_too_similar"), ("12345678", "password_too_common")],
)
def test_refuses_a_weak_password(ada: Member, new: str, code: str) -> None:
    answer = change(ada, new=new)
    assert answer.status_code == 400
    assert code in codes_of(answer).values()
    assert set(codes_of(answer)) == {"/new_password"}


def test_asks_for_a_token(anonymous: ApiClient) -> None:
    assert anonymous.post("/auth/change-password", {}).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_sets_its_password() -> None:
    ada = Member.joins("ada@example.org")
    phone = ada.again()
    news = [OTHER_PASSWORD, "copper-Meadow-63-anchor"]
    answers = at_once(lambda: change(ada, new=news[0]), lambda: change(phone, new=news[1]))
    good = [new for new, answer in zip(news, answers, strict=True) if answer.status_code == 200]
    assert len(good) == 1
    assert {answer.status_code for answer in answers} <= {200, 400, 401}
    assert [signs_in(new) for new in news] == [new in good for new in news]


@pytest.mark.django_db(transaction=True)
def test_waits_crosswise_for_nobody_who_signs_out_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time.")
    ada = Member.joins("ada@example.org")
    phone = ada.again()
    renew_session = session_actions.renew_session
    others_are_ended = threading.Event()

    def somebody_waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            return cursor.fetchone() is not None

    def renew_late(**arguments: Any) -> Any:
        others_are_ended.set()
        wait_until(somebody_waits, "the other to wait")
        return renew_session(**arguments)

    def sign_out_late() -> Any:
        others_are_ended.wait()
        return phone.client.post("/auth/logout-all", {})

    monkeypatch.setattr(session_actions, "renew_session", renew_late)
    answers = at_once(lambda: change(ada), sign_out_late)
    assert [answer.status_code for answer in answers] == [200, 204]
