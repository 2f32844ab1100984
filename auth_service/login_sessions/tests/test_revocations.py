"""GET /auth/revocations: what services are told to refuse, and when."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.core.management import call_command
from django.utils import timezone

from auth_service.login_sessions import actions, keys, tokens
from auth_service.login_sessions.models import EndedSession, OutdatedTokens
from auth_service.login_sessions.tasks import forget_expired_revocations
from auth_service.tests.cast import OTHER_PASSWORD, PASSWORD, ApiClient, Member, at_once, codes_of
from shared_settings.testing import SERVICE_TOKEN

pytestmark = pytest.mark.django_db


def asked(after: str | None = None, bearer: str = SERVICE_TOKEN) -> Any:
    query = "" if after is None else f"?after={after}"
    return ApiClient().get(f"/auth/revocations{query}", headers={"Authorization": f"Bearer {bearer}"})


def claims_of(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.content
    feed = answer.json()["feed"]
    key = keys.ring.find(jwt.get_unverified_header(feed)["kid"])
    assert key is not None
    claims: dict[str, Any] = jwt.decode(
        feed, key.key, algorithms=["ES256"], audience="course-platform", issuer="http://localhost:8001"
    )
    return claims


def sessions() -> set[str]:
    return set(claims_of(asked())["sessions"])


def is_outdated(access: str) -> bool:
    claims = jwt.decode(access, options={"verify_signature": False})
    return bool(claims["iat"] < claims_of(asked())["users"].get(claims["sub"], 0))


def sid(*members: Member) -> set[str]:
    return {str(member.session.pk) for member in members}


def test_is_signed_as_a_feed_and_as_nothing_else(ada: Member) -> None:
    answer = asked()
    feed = answer.json()["feed"]
    assert jwt.get_unverified_header(feed) == {"typ": "revocations+jwt", "alg": "ES256", "kid": keys.ring.signer().kid}
    claims = claims_of(answer)
    assert claims["exp"] - claims["iat"] == 60
    assert claims["cursor"] == answer.json()["cursor"]
    assert (claims["sessions"], claims["users"], claims["keys"]) == ([], {}, [])
    assert answer.headers["Cache-Control"] == "no-store"
    assert ApiClient().bearer(feed).get("/users/me").status_code == 401


def test_says_only_that_nothing_has_changed_to_who_knows_all(ada: Member) -> None:
    cursor = asked().json()["cursor"]
    again = asked(cursor)
    assert again.json()["cursor"] == cursor
    assert not {"sessions", "users", "keys"} & set(claims_of(again))
    actions.end_session(session_id=ada.session.pk, user_id=ada.user.pk)
    after = asked(cursor)
    assert after.json()["cursor"] != cursor
    assert set(claims_of(after)["sessions"]) == sid(ada)
    assert set(claims_of(asked("0" * 32))["sessions"]) == sid(ada)


@pytest.mark.parametrize("after", ["", "abc", "%00", "G" * 32, "0" * 33])
def test_refuses_a_malformed_cursor(after: str) -> None:
    answer = asked(after)
    assert (answer.status_code, set(codes_of(answer))) == (400, {"?after"})


def test_is_for_services(admin: Member) -> None:
    for bearer in ("x", admin.pair.access):
        assert asked(bearer=bearer).status_code == 401
    assert ApiClient().get("/auth/revocations").status_code == 401
    assert asked("x" * 65).status_code == 400


def test_the_log_tells_of_what_is_refused_and_at_debug_of_what_is_answered(
    admin: Member, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "http"):
        for bearer in (SERVICE_TOKEN, "x"):
            asked(bearer=bearer)
        ApiClient().get("/auth/events", headers={"Authorization": f"Bearer {SERVICE_TOKEN}"})
        admin.client.get("/users/me")
    levels = [(record.message, record.levelname) for record in caplog.records if record.name == "http"]
    assert levels == [
        ("GET /api/v1/auth/revocations 200", "DEBUG"),
        ("GET /api/v1/auth/revocations 401", "INFO"),
        ("GET /api/v1/auth/events 200", "DEBUG"),
        ("GET /api/v1/users/me 200", "INFO"),
    ]


def test_a_logout_is_told(ada: Member, stranger: Member) -> None:
    ApiClient().post("/auth/logout", {"refresh": ada.pair.refresh})
    assert sessions() == sid(ada)


def test_ending_one_session_or_all_others_is_told(ada: Member) -> None:
    second, third = ada.again(), ada.again()
    ada.client.delete(f"/auth/sessions/{second.session.pk}")
    assert sessions() == sid(second)
    ada.client.post("/auth/logout-all", {"keep_current": True})
    assert sessions() == sid(second, third)


def test_a_reused_refresh_token_is_told(ada: Member, settings: Any) -> None:
    settings.REFRESH_LEEWAY_SECONDS = 0
    for expected in (200, 401):
        assert ApiClient().post("/auth/refresh", {"refresh": ada.pair.refresh}).status_code == expected
    assert sessions() == sid(ada)


def test_a_changed_password_is_told_of_the_other_sessions(ada: Member) -> None:
    other = ada.again()
    body = {"current_password": PASSWORD, "new_password": OTHER_PASSWORD}
    pair = ada.client.post("/auth/change-password", body).json()
    assert sessions() == sid(other)
    assert not is_outdated(pair["access"])


def test_an_admin_who_signs_somebody_out_is_told(admin: Member, ada: Member) -> None:
    admin.client.delete(f"/users/{ada.user.pk}/sessions")
    assert sessions() == sid(ada)


def test_deactivating_is_told_and_who_comes_back_has_good_tokens(admin: Member, ada: Member) -> None:
    admin.client.patch(f"/users/{ada.user.pk}", {"is_active": False})
    assert sessions() == sid(ada)
    assert is_outdated(ada.pair.access)
    admin.client.patch(f"/users/{ada.user.pk}", {"is_active": True})
    back = Member.signs_in(ada.row)
    assert not is_outdated(back.pair.access)
    assert not sid(back) & sessions()
    assert back.client.get("/users/me").status_code == 200


def test_erasing_is_told(admin: Member, ada: Member) -> None:
    admin.client.delete(f"/users/{ada.user.pk}")
    assert sessions() == sid(ada)
    assert is_outdated(ada.pair.access)


@pytest.mark.parametrize("is_superuser", [True, False])
def test_a_changed_role_is_told_and_the_next_token_is_good(admin: Member, ada: Member, is_superuser: bool) -> None:
    if not is_superuser:
        actions_user = ada.row
        actions_user.is_superuser = True
        actions_user.save()
    body = {"user_id": str(ada.user.pk), "is_superuser": is_superuser}
    assert admin.client.post("/auth/admin", body).status_code == 200
    assert is_outdated(ada.pair.access)
    assert not is_outdated(admin.pair.access)
    pair = ApiClient().post("/auth/refresh", {"refresh": ada.pair.refresh}).json()  # within the same second
    assert not is_outdated(pair["access"])
    assert tokens.OwnToken(pair["access"])["roles"] == (["admin"] if is_superuser else [])
    assert ApiClient().bearer(pair["access"]).get("/users/me").status_code == 200
    assert sessions() == set()


def test_a_role_that_is_given_and_taken_within_a_second_is_told_both_times(admin: Member, ada: Member) -> None:
    refresh, tokens_so_far = ada.pair.refresh, [ada.pair.access]
    for is_superuser in (True, False, True):
        body = {"user_id": str(ada.user.pk), "is_superuser": is_superuser}
        admin.client.post("/auth/admin", body)
        assert all(is_outdated(access) for access in tokens_so_far)
        pair = ApiClient().post("/auth/refresh", {"refresh": refresh}).json()
        assert not is_outdated(pair["access"])
        refresh = pair["refresh"]
        tokens_so_far.append(pair["access"])


def test_a_revoked_key_is_told_for_good_and_the_feed_is_not_signed_with_it(ada: Member) -> None:
    kid = keys.ring.signer().kid
    ring = keys.KeyRing()
    ring.signer()
    call_command("revoke_signing_key", kid)
    keys.ring, stale = ring, keys.ring  # as in another process, which has not read the table since
    try:
        answer = asked()
        assert jwt.get_unverified_header(answer.json()["feed"])["kid"] != kid
        assert claims_of(answer)["keys"] == [kid]
    finally:
        keys.ring = stale


def test_is_forgotten_when_no_token_can_live(ada: Member, admin: Member, settings: Any) -> None:
    admin.client.patch(f"/users/{ada.user.pk}", {"is_active": False})
    life = timedelta(minutes=settings.ACCESS_TOKEN_EXPIRE_MINUTES)
    row = EndedSession.objects.get()
    assert life < row.expires_at - timezone.now() < life + timedelta(minutes=6)
    for model in (EndedSession, OutdatedTokens):
        model.objects.update(expires_at=timezone.now())
    claims = claims_of(asked())
    assert (claims["sessions"], claims["users"]) == ([], {})
    forget_expired_revocations()
    assert not EndedSession.objects.exists()
    assert not OutdatedTokens.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_ending_one_session_many_times_at_once_tells_it_once() -> None:
    ada = Member.joins()
    at_once(*[lambda: actions.end_by_refresh_token(refresh_token=ada.pair.refresh)] * 6)
    assert sessions() == sid(ada)


@pytest.mark.django_db(transaction=True)
def test_a_refresh_and_a_logout_at_once_leave_no_session_untold() -> None:
    members = [Member.joins() for _ in range(4)]

    def call(path: str, refresh: str) -> Callable[[], Any]:
        return lambda: ApiClient().post(path, {"refresh": refresh})

    for member in members:
        at_once(*[call(path, member.pair.refresh) for path in ("/auth/refresh", "/auth/logout")])
    assert sessions() == sid(*members)
