"""POST /auth/register."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from auth_service.accounts.models import User
from auth_service.journal.models import AuditEntry, Event, IdempotencyKey
from auth_service.tests.cast import PASSWORD, ApiClient, Member, at_once, codes_of

pytestmark = pytest.mark.django_db


def register(**body: Any) -> Any:
    return ApiClient().post("/auth/register", {"email": "new@example.org", "password": PASSWORD} | body)


def test_makes_an_active_ordinary_unverified_person() -> None:
    answer = register(full_name="New Person")
    assert answer.status_code == 201
    user = answer.json()
    assert set(user) == {
        *("id", "email", "full_name", "is_active", "is_superuser", "is_verified", "created_at", "updated_at")
    }
    assert (user["email"], user["full_name"]) == ("new@example.org", "New Person")
    assert (user["is_active"], user["is_superuser"], user["is_verified"]) == (True, False, False)
    assert uuid.UUID(user["id"]).version == 7
    assert answer.headers["Location"] == f"http://testserver/api/v1/users/{user['id']}"
    assert User.objects.get().password.startswith("bcrypt_sha256$$2b$")


def test_records_it_and_mails_a_link(deliver: Callable[[], list[Any]]) -> None:
    user_id = register().json()["id"]
    assert Event.objects.get().payload == {"user_id": user_id}
    assert str(AuditEntry.objects.get().object_id) == user_id
    (mail,) = deliver()
    assert mail.to == ["new@example.org"]
    assert "http://localhost:3000/verify-email?token=" in mail.body


@pytest.mark.asvs("6.2.1", "6.2.4")
@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"email": None}, {"/email": "null"}),
        ({"email": "nonsense"}, {"/email": "email"}),
        ({"email": "a" * 250 + "@example.org"}, {"/email": "max_length"}),
        ({"email": ["a@example.org"]}, {"/email": "invalid"}),
        ({"password": "q7#Lm2v"}, {"/password": "password_too_short"}),
        ({"password": "PASSWORD"}, {"/password": "password_too_common"}),
        ({"password": "new@example.org"}, {"/password": "password_too_similar"}),
        ({"password": "x7" * 512 + "x"}, {"/password": "max_length"}),
        ({"password": 12345678901}, {"/password": "invalid"}),
        ({"full_name": "x" * 201}, {"/full_name": "max_length"}),
        ({"full_name": "Eve\r\nBcc: x"}, {"/full_name": "control_character"}),
        ({"full_name": 7}, {"/full_name": "invalid"}),
        ({"is_superuser": True}, {"/is_superuser": "unknown_field"}),
        ({"email": "nonsense", "password": "short"}, {"/email": "email", "/password": "password_too_short"}),
    ],
    ids=str,
)
def test_says_all_that_is_wrong(body: dict[str, Any], wrong: dict[str, str]) -> None:
    answer = register(**body)
    assert answer.status_code == 400
    assert codes_of(answer) == wrong
    assert not User.objects.exists()


def test_says_what_is_missing() -> None:
    answer = ApiClient().post("/auth/register", {})
    assert codes_of(answer) == {"/email": "required", "/password": "required"}


@pytest.mark.asvs("6.2.1", "6.2.5", "6.2.8", "6.2.9")
@pytest.mark.parametrize("length", [8, 1024])
def test_takes_a_password_of_any_length_up_to_1024(length: int) -> None:
    password = ("pässwörter-🦊-" * 100)[:length]
    assert register(password=password).status_code == 201
    body = {"email": "new@example.org", "password": password}
    assert ApiClient().post("/auth/login", body).status_code == 200
    assert ApiClient().post("/auth/login", body | {"password": password[:-1]}).status_code == 401


def test_the_shortest_password_is_a_setting(settings: Any) -> None:
    settings.AUTH_PASSWORD_VALIDATORS = [
        entry | {"OPTIONS": {"min_length": 40}} if "MinimumLength" in entry["NAME"] else entry
        for entry in settings.AUTH_PASSWORD_VALIDATORS
    ]
    assert codes_of(register()) == {"/password": "password_too_short"}


@pytest.mark.parametrize("email", ["ada@example.org", " ADA@Example.org "])
def test_refuses_a_taken_address_in_any_spelling(ada: Member, email: str) -> None:
    answer = register(email=email)
    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
    assert ada.row.full_name == "Ada Lovelace"


def test_refuses_a_bad_token_although_none_is_needed() -> None:
    answer = ApiClient().bearer("a.b.c").post("/auth/register", {})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


def test_a_retry_gets_the_first_answer_and_makes_nobody_twice() -> None:
    body = {"email": "new@example.org", "password": PASSWORD}
    first, second = (
        ApiClient().post("/auth/register", body, headers={"Idempotency-Key": "once-1234"}) for _ in range(2)
    )
    assert (second.status_code, second.json()) == (201, first.json())
    assert User.objects.count() == 1
    assert PASSWORD not in str(IdempotencyKey.objects.values_list().get())


@pytest.mark.parametrize("wrong", [{"k" * 100_000: 1}, {"password": "short"}, {"email": "nobody"}])
def test_a_body_that_is_refused_before_it_is_counted_fills_no_table(wrong: dict[str, Any]) -> None:
    body = {"email": "new@example.org", "password": PASSWORD} | wrong
    first, second = (
        ApiClient().post("/auth/register", body, headers={"Idempotency-Key": "once-1234"}) for _ in range(2)
    )
    assert (second.status_code, second.json()["errors"]) == (400, first.json()["errors"])
    assert len(first.content) < 2000
    assert not IdempotencyKey.objects.exists()


@pytest.mark.asvs("6.3.8")
def test_hides_who_has_an_account_where_that_is_set(
    ada: Member, settings: Any, deliver: Callable[[], list[Any]]
) -> None:
    settings.REGISTRATION_HIDES_ACCOUNTS = True
    new, taken = register(), register(email="Ada@example.org")
    assert (new.status_code, new.json()) == (taken.status_code, taken.json())
    assert new.status_code == 202
    mails = {mail.to[0]: mail for mail in deliver()}
    assert mails["ada@example.org"].subject == "You already have an account"
    assert "/verify-email?token=" not in mails["ada@example.org"].body
    assert "/verify-email?token=" in mails["new@example.org"].body


def test_whoever_registers_again_and_again_fills_nobodys_mailbox(
    ada: Member, settings: Any, deliver: Callable[[], list[Any]]
) -> None:
    settings.REGISTRATION_HIDES_ACCOUNTS = True
    for _ in range(5):
        register(email="ada@example.org")
    assert len(deliver()) == 3
    Event.objects.update(created_at=timezone.now() - timedelta(minutes=16))
    register(email="ada@example.org")
    assert len(deliver()) == 1


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_make_one_person() -> None:
    emails = ["race@example.org", "RACE@Example.ORG"] * 5
    answers = at_once(*[lambda email=email: register(email=email) for email in emails])
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    assert User.objects.count() == 1
