"""POST /auth/login."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import hashers
from django.utils import timezone

from auth_service.accounts import actions, passwords
from auth_service.accounts.models import User
from auth_service.accounts.problems import InvalidCredentials, OtpRequired
from auth_service.accounts.tests.factors import code_of
from auth_service.login_sessions.devices import Device
from auth_service.login_sessions.models import Session
from auth_service.tests.cast import OTHER_PASSWORD, PASSWORD, ApiClient, Member, codes_of

pytestmark = pytest.mark.django_db


def login(email: str, password: str = PASSWORD, **extra: Any) -> Any:
    return ApiClient().post("/auth/login", {"email": email, "password": password} | extra, REMOTE_ADDR="192.0.2.1")


def test_gives_a_pair_and_the_person(ada: Member) -> None:
    answer = login(" ADA@Example.org")
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"access", "refresh", "token_type", "expires_in", "user"}
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 1800)
    assert body["user"]["id"] == str(ada.user.pk)
    assert answer.headers["Cache-Control"] == "no-store"
    assert ApiClient().bearer(body["access"]).get("/users/me").status_code == 200


def test_notes_the_device(ada: Member) -> None:
    ApiClient().post(
        "/auth/login",
        {"email": "ada@example.org", "password": PASSWORD},
        REMOTE_ADDR="2001:db8::1",
        HTTP_USER_AGENT="Tele\x00phone" * 100,
    )
    session = Session.objects.latest("created_at")
    assert session.ip == "2001:db8::1"
    assert session.user_agent == ("Telephone" * 100)[:400]


@pytest.mark.asvs("6.3.8")
def test_unknown_wrong_inactive_and_malformed_get_one_answer(ada: Member, stranger: Member) -> None:
    stranger.user.is_active = False
    stranger.user.save()
    answers = [
        login("nobody@example.org"),
        login("ada@example.org", OTHER_PASSWORD),
        login("stranger@example.org"),
        login("stranger@example.org", OTHER_PASSWORD),
        login("' OR 1=1 --"),
    ]
    assert {answer.status_code for answer in answers} == {401}
    bodies = [answer.json() | {"request_id": ""} for answer in answers]
    assert all(body == bodies[0] for body in bodies)
    assert bodies[0]["code"] == "invalid_credentials"
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {"Bearer"}


@pytest.mark.asvs("6.3.8")
def test_hashes_once_whoever_it_is(ada: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    """The durations are alike because the work is; the benchmark measures it."""
    hashed: list[str] = []
    encode = hashers.get_hasher().encode

    def counted(password: str, salt: Any) -> str:
        hashed.append(password)
        return encode(password, salt)

    monkeypatch.setattr(hashers.get_hasher(), "encode", counted)
    for email, password in (("ada@example.org", OTHER_PASSWORD), ("nobody@example.org", PASSWORD), ("x", PASSWORD)):
        hashed.clear()
        login(email, password)
        assert len(hashed) == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/email"),
        ({"email": "ada@example.org"}, "/password"),
        ({"email": "ada@example.org", "password": "x" * 1025}, "/password"),
        ({"email": "ada@example.org", "password": ["x"]}, "/password"),
        ({"email": {"$ne": ""}, "password": PASSWORD}, "/email"),
        ({"email": "ada@example.org", "password": PASSWORD, "remember": True}, "/remember"),
    ],
    ids=str,
)
def test_refuses_a_bad_body(ada: Member, body: dict[str, Any], pointer: str) -> None:
    answer = ApiClient().post("/auth/login", body)
    assert answer.status_code == 400
    assert pointer in codes_of(answer)


def test_knows_the_field_of_a_second_factor(ada: Member) -> None:
    assert login("ada@example.org", otp="123456").status_code == 200


def test_takes_no_password_from_the_address(ada: Member) -> None:
    query = "?email=ada@example.org&password=" + PASSWORD
    assert ApiClient().get("/auth/login" + query).status_code == 405
    assert ApiClient().post("/auth/login" + query, {}).status_code == 400


def test_every_sign_in_is_a_session_of_its_own(ada: Member) -> None:
    login("ada@example.org")
    login("ada@example.org")
    assert Session.objects.of(ada.user.pk).live(timezone.now()).count() == 3


def test_a_password_changed_while_it_was_verified_starts_no_session(
    ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed_meanwhile(password: str, user: User | None) -> bool:
        User.objects.update(password=hashers.make_password(OTHER_PASSWORD))
        return True

    monkeypatch.setattr(passwords, "matches", changed_meanwhile)
    with pytest.raises(InvalidCredentials):
        actions.sign_in(email="ada@example.org", password=PASSWORD, device=Device())
    assert Session.objects.count() == 1


def test_a_second_factor_turned_on_while_the_password_was_verified_is_asked_for(
    ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = actions.enrol_totp(user=ada.user, password=PASSWORD)

    def turned_on_meanwhile(password: str, user: User | None) -> bool:
        actions.confirm_totp(user_id=ada.user.pk, otp=code_of(secret))
        return True

    monkeypatch.setattr(passwords, "matches", turned_on_meanwhile)
    with pytest.raises(OtpRequired):
        actions.sign_in(email="ada@example.org", password=PASSWORD, device=Device())
    assert Session.objects.count() == 1
