"""GET /auth/sessions, DELETE /auth/sessions/{id}, POST /auth/logout and /auth/logout-all."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from auth_service.journal.models import AuditEntry
from auth_service.login_sessions import actions
from auth_service.login_sessions.models import Session
from auth_service.login_sessions.rules import MOST_LIVE_SESSIONS
from auth_service.login_sessions.tasks import delete_old_sessions
from auth_service.tests.cast import PASSWORD, ApiClient, Member, at_once, codes_of

pytestmark = pytest.mark.django_db


def works(member: Member) -> bool:
    return bool(member.client.get("/users/me").status_code == 200)


def test_lists_ones_own_live_sessions_the_last_used_first(ada: Member, stranger: Member) -> None:
    phone, old = ada.again(), ada.again()
    Session.objects.filter(pk=old.session.pk).update(revoked_at=timezone.now())
    body = ada.client.get("/auth/sessions").json()
    assert [row["id"] for row in body["results"]] == [str(phone.session.pk), str(ada.session.pk)]
    assert [row["is_current"] for row in body["results"]] == [False, True]
    assert body["results"][0] | {"id": ""} == {
        "id": "",
        "created_at": body["results"][0]["created_at"],
        "last_used_at": body["results"][0]["last_used_at"],
        "expires_at": body["results"][0]["expires_at"],
        "ip": "192.0.2.7",
        "user_agent": "A browser",
        "is_current": False,
    }


def test_asks_for_a_token(anonymous: ApiClient) -> None:
    for method, path in (
        ("get", "/auth/sessions"),
        ("delete", f"/auth/sessions/{uuid.uuid4()}"),
        ("post", "/auth/logout-all"),
    ):
        answer = getattr(anonymous, method)(path)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("name", ["surprise", "ordering", "user_id"])
def test_refuses_an_unknown_parameter(ada: Member, name: str) -> None:
    answer = ada.client.get("/auth/sessions", {name: "x"})
    assert codes_of(answer) == {f"?{name}": "unknown_field"}


def test_costs_the_same_with_30_sessions_as_with_one(ada: Member, django_assert_num_queries: Any) -> None:
    ada.client.get("/auth/sessions")
    with django_assert_num_queries(2):
        ada.client.get("/auth/sessions")
    for _ in range(29):
        ada.again()
    with django_assert_num_queries(2):
        assert ada.client.get("/auth/sessions?page_size=100").json()["count"] == 30


def test_locks_many_in_the_order_of_their_ids(ada: Member, admin: Member) -> None:
    ada.again()
    ada.again()
    endings: dict[str, Callable[[], object]] = {
        "one's own": lambda: actions.sign_out_everywhere(user_id=ada.user.pk, keep=None),
        "an admin": lambda: actions.end_sessions_as_admin(
            session_ids=[session.pk for session in Session.objects.of(ada.user.pk)], actor_id=admin.user.pk
        ),
        "erasing": lambda: actions.forget_person(user_id=ada.user.pk, last_outdated=0),
    }
    for ending in endings.values():
        Session.objects.update(revoked_at=None)
        with CaptureQueriesContext(connection) as asked, transaction.atomic():
            ending()
        of_ids = [
            query["sql"] for query in asked.captured_queries if 'SELECT "login_sessions_session"."id"' in query["sql"]
        ]
        assert any("ORDER BY" in statement for statement in of_ids)


def test_an_admin_ends_more_than_one_statement_takes(
    ada: Member, admin: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions.sessions, "ENDED_AT_ONCE", 2)
    mine = [ada.session.pk, *[ada.again().session.pk for _ in range(4)]]
    assert actions.end_sessions_as_admin(session_ids=mine, actor_id=admin.user.pk) == 5
    assert actions.end_sessions_as_admin(session_ids=mine, actor_id=admin.user.pk) == 0
    assert AuditEntry.objects.filter(action="session.ended", actor_id=admin.user.pk).count() == 5


def test_ends_another_device_of_ones_own(ada: Member) -> None:
    phone = ada.again()
    assert ada.client.delete(f"/auth/sessions/{phone.session.pk}").status_code == 204
    assert not works(phone)
    assert works(ada)
    assert ada.client.delete(f"/auth/sessions/{phone.session.pk}").status_code == 404


def test_does_not_know_of_somebody_elses_session(ada: Member, stranger: Member) -> None:
    answer = ada.client.delete(f"/auth/sessions/{stranger.session.pk}")
    assert answer.status_code == 404
    assert works(stranger)


def test_signs_out_by_the_refresh_token_alone(ada: Member) -> None:
    phone = ada.again()
    assert ApiClient().post("/auth/logout", {"refresh": ada.pair.refresh}).status_code == 204
    assert not works(ada)
    assert works(phone)


def test_signs_out_everywhere(ada: Member, stranger: Member) -> None:
    phone = ada.again()
    assert ada.client.post("/auth/logout-all").status_code == 204
    assert [works(member) for member in (ada, phone, stranger)] == [False, False, True]


def test_signs_out_everywhere_else(ada: Member) -> None:
    phone = ada.again()
    assert ada.client.post("/auth/logout-all", {"keep_current": True}).status_code == 204
    assert [works(member) for member in (ada, phone)] == [True, False]


@pytest.mark.parametrize("value", ["perhaps", 7, [], None])
def test_refuses_to_guess_whether_to_keep_this_one(ada: Member, value: Any) -> None:
    answer = ada.client.post("/auth/logout-all", {"keep_current": value})
    assert "/keep_current" in codes_of(answer)
    assert works(ada)


@pytest.mark.asvs("7.1.2")
def test_beyond_fifty_the_longest_unused_ends(ada: Member) -> None:
    devices = [ada, *(ada.again() for _ in range(MOST_LIVE_SESSIONS))]
    live = Session.objects.live(timezone.now())
    assert live.count() == MOST_LIVE_SESSIONS
    assert not live.filter(pk=ada.session.pk).exists()
    assert Session.objects.get(pk=ada.session.pk).revoked_reason == "too_many"
    assert live.filter(pk=devices[-1].session.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_sign_ins_at_once_stay_within_fifty() -> None:
    ada = Member.joins("ada@example.org")
    for _ in range(MOST_LIVE_SESSIONS - 3):
        ada.again()
    body = {"email": "ada@example.org", "password": PASSWORD}
    answers = at_once(*[lambda: ApiClient().post("/auth/login", body)] * 8)
    assert {answer.status_code for answer in answers} == {200}
    assert Session.objects.live(timezone.now()).count() == MOST_LIVE_SESSIONS
    used = [ApiClient().bearer(answer.json()["access"]).get("/users/me").status_code for answer in answers]
    assert set(used) == {200}


def test_ends_after_14_idle_days_and_after_90_in_all(ada: Member) -> None:
    session = ada.session
    assert session.expires_at - session.created_at == timedelta(days=14)
    assert session.ends_at - session.created_at == timedelta(days=90)


def test_the_worker_deletes_sessions_that_were_over_a_month_ago(ada: Member) -> None:
    long_ago = timezone.now() - timedelta(days=31)
    ended, expired = ada.again(), ada.again()
    Session.objects.filter(pk=ended.session.pk).update(revoked_at=long_ago)
    Session.objects.filter(pk=expired.session.pk).update(expires_at=long_ago)
    delete_old_sessions()
    assert list(Session.objects.values_list("pk", flat=True)) == [ada.session.pk]
