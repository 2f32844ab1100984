"""POST /auth/refresh."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.utils import timezone

from auth_service.login_sessions import actions
from auth_service.login_sessions.models import Session
from auth_service.tests.cast import ApiClient, Member, at_once, codes_of

pytestmark = pytest.mark.django_db


def refresh(token: str) -> Any:
    return ApiClient().post("/auth/refresh", {"refresh": token})


def claims(pair: dict[str, Any]) -> dict[str, Any]:
    return jwt.decode(pair["access"], options={"verify_signature": False})


def assert_refused(response: Any) -> None:
    assert (response.status_code, response.json()["code"]) == (401, "invalid_refresh_token")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def let_the_leeway_pass(member: Member) -> None:
    over = timedelta(seconds=settings.REFRESH_LEEWAY_SECONDS + 1)
    Session.objects.filter(pk=member.session.pk).update(rotated_at=timezone.now() - over)


def test_gives_a_new_pair_that_works(ada: Member) -> None:
    answer = refresh(ada.pair.refresh)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    pair = answer.json()
    assert set(pair) == {"access", "refresh", "token_type", "expires_in"}
    assert pair["refresh"] != ada.pair.refresh
    assert claims(pair)["sid"] == str(ada.session.pk)
    assert ApiClient().bearer(pair["access"]).get("/users/me").status_code == 200
    assert refresh(pair["refresh"]).status_code == 200


def test_stores_only_hashes(ada: Member) -> None:
    pair = refresh(ada.pair.refresh).json()
    stored = [str(value) for value in Session.objects.values_list().get()]
    assert pair["refresh"] not in stored
    assert ada.pair.refresh not in stored


def test_costs_two_queries(ada: Member, django_assert_num_queries: Any) -> None:
    refresh(ada.pair.refresh)  # reads the signing key
    again = ada.again()
    with django_assert_num_queries(2):
        assert refresh(again.pair.refresh).status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({}, "/refresh"), ({"refresh": None}, "/refresh"), ({"refresh": 7}, "/refresh"), ({"refresh": "x", "a": 1}, "/a")],
)
def test_refuses_a_bad_body(body: dict[str, Any], pointer: str) -> None:
    answer = ApiClient().post("/auth/refresh", body)
    assert answer.status_code == 400
    assert pointer in codes_of(answer)


def test_the_same_token_within_the_leeway_gets_the_same_successor(ada: Member) -> None:
    first, second = refresh(ada.pair.refresh), refresh(ada.pair.refresh)
    assert first.json()["refresh"] == second.json()["refresh"]
    assert Session.objects.get().rotation == 1


@pytest.mark.asvs("10.4.5")
def test_a_token_past_the_leeway_ends_the_session_for_good(ada: Member) -> None:
    pair = refresh(ada.pair.refresh).json()
    let_the_leeway_pass(ada)
    assert_refused(refresh(ada.pair.refresh))
    assert_refused(refresh(pair["refresh"]))
    assert ApiClient().bearer(pair["access"]).get("/users/me").status_code == 401
    session = Session.objects.get()
    assert (session.revoked_reason, session.revoked_at is not None) == ("reused", True)


@pytest.mark.asvs("10.4.5")
def test_a_token_two_rotations_old_ends_the_session_within_the_leeway_too(ada: Member) -> None:
    pair = refresh(refresh(ada.pair.refresh).json()["refresh"]).json()
    assert_refused(refresh(ada.pair.refresh))
    assert_refused(refresh(pair["refresh"]))


@pytest.mark.asvs("10.4.5")
def test_an_ended_session_is_not_revived_within_the_leeway(ada: Member) -> None:
    refresh(ada.pair.refresh)
    actions.end_session(session_id=ada.session.pk, user_id=ada.user.pk)
    assert_refused(refresh(ada.pair.refresh))
    assert Session.objects.get().revoked_reason == "signed_out_elsewhere"


@pytest.mark.asvs("10.4.5")
def test_without_a_leeway_the_second_use_is_reuse(ada: Member, settings: Any) -> None:
    settings.REFRESH_LEEWAY_SECONDS = 0
    assert refresh(ada.pair.refresh).status_code == 200
    assert_refused(refresh(ada.pair.refresh))
    assert Session.objects.get().revoked_reason == "reused"


def test_a_renewed_session_refuses_the_token_before_and_lives_on(ada: Member) -> None:
    opened = actions.renew_session(session_id=ada.session.pk)
    assert_refused(refresh(ada.pair.refresh))
    assert refresh(opened.refresh_token.text).status_code == 200


@pytest.mark.asvs("7.3.1", "7.3.2")
@pytest.mark.parametrize("column", ["expires_at", "revoked_at"])
def test_refuses_a_session_that_is_over(ada: Member, column: str) -> None:
    Session.objects.update(**{column: timezone.now() - timedelta(seconds=1)})
    assert_refused(refresh(ada.pair.refresh))


@pytest.mark.asvs("7.3.1", "7.3.2", "10.4.8")
def test_moves_the_idle_end_but_not_past_the_absolute_end(ada: Member) -> None:
    end = timezone.now() + timedelta(days=3)
    Session.objects.update(expires_at=timezone.now() + timedelta(days=1), ends_at=end)
    refresh(ada.pair.refresh)
    assert Session.objects.get().expires_at == end


def test_reads_the_person_again(ada: Member) -> None:
    assert claims({"access": ada.pair.access})["roles"] == []
    ada.user.is_superuser = True
    ada.user.save()
    assert claims(refresh(ada.pair.refresh).json())["roles"] == ["admin"]


def test_refuses_who_is_inactive(ada: Member) -> None:
    ada.user.is_active = False
    ada.user.save()
    assert_refused(refresh(ada.pair.refresh))


@pytest.mark.asvs("10.4.5")
@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_one_rotates_and_all_get_its_token() -> None:
    for _ in range(30):
        ada = Member.joins()
        answers = at_once(*[lambda: refresh(ada.pair.refresh)] * 8)  # noqa: B023 (used before the next turn)
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.json()["refresh"] for answer in answers}) == 1
        session = Session.objects.get(pk=ada.session.pk)
        assert (session.rotation, session.revoked_at) == (1, None)
