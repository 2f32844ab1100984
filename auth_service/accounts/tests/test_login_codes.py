"""Signing in with a password and a code."""

from __future__ import annotations

from datetime import UTC, datetime

import pyotp
import pytest
from django.utils import timezone

from auth_service.accounts import actions, totp
from auth_service.accounts.models import Factor
from auth_service.accounts.tests.factors import code_of, enrol, login, turn_on, wrong_code_of
from auth_service.journal.models import AuditEntry
from auth_service.tests.cast import OTHER_PASSWORD, PASSWORD, ApiClient, Member, at_once

pytestmark = pytest.mark.django_db


def test_signs_in_with_password_and_code(ada: Member) -> None:
    secret, _ = turn_on(ada)
    answer = login(code_of(secret))
    assert answer.status_code == 200
    assert ApiClient().bearer(answer.json()["access"]).get("/users/me").status_code == 200


def test_asks_for_the_code_only_who_has_the_password(ada: Member, stranger: Member) -> None:
    secret, _ = turn_on(ada)
    answer = login()
    assert (answer.status_code, answer.json()["code"]) == (401, "otp_required")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    for wrong in (login(password=OTHER_PASSWORD), login(code_of(secret), OTHER_PASSWORD), login(wrong_code_of(secret))):
        assert (wrong.status_code, wrong.json()["code"]) == (401, "invalid_credentials")
    assert login(code_of(secret)).status_code == 200  # the wrong password has not used it up


def test_a_code_that_is_null_is_left_out(ada: Member) -> None:
    """As clients send it that know every field of a body by its type."""
    body = {"email": "ada@example.org", "password": PASSWORD, "otp": None}
    assert ApiClient().post("/auth/login", body).status_code == 200
    turn_on(ada)
    assert ApiClient().post("/auth/login", body).json()["code"] == "otp_required"


@pytest.mark.asvs("6.3.8")
def test_one_answer_names_all_that_may_be_wrong(ada: Member) -> None:
    secret, _ = turn_on(ada)
    used = code_of(secret)
    assert login(used).status_code == 200
    answers = [login(used), login(wrong_code_of(secret)), login(password=OTHER_PASSWORD)]
    (body,) = {str(answer.json() | {"request_id": ""}) for answer in answers}
    assert "The email, the password or the code is wrong." in body
    assert "each works once" in body


def test_tells_nobody_the_password_of_an_inactive_account(ada: Member) -> None:
    turn_on(ada)
    type(ada.user).objects.filter(pk=ada.user.pk).update(is_active=False)
    assert login().json()["code"] == "invalid_credentials"


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 200), (0, 200), (1, 200), (2, 401)])
def test_a_clock_may_be_one_step_off(ada: Member, steps: int, status: int) -> None:
    secret, _ = turn_on(ada)
    now = timezone.now()
    otp = pyotp.TOTP(secret).at(now, counter_offset=steps)
    assert actions.factors.spend_code(user_id=ada.user.pk, otp=otp, now=now) is (status == 200)


@pytest.mark.asvs("6.5.1")
def test_a_code_works_once_and_none_before_it(ada: Member) -> None:
    secret, _ = turn_on(ada)
    before, present = code_of(secret, -1), code_of(secret)
    assert login(present).status_code == 200
    assert login(present).json()["code"] == "invalid_credentials"
    assert login(before).status_code == 401


@pytest.mark.asvs("6.5.1")
def test_a_code_of_two_steps_works_once(ada: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, _ = turn_on(ada)
    step = int(timezone.now().timestamp()) // totp.STEP_SECONDS
    monkeypatch.setattr(totp, "steps_of", lambda *_: iter((step, step + 1)))
    assert [login(code_of(secret)).status_code for _ in range(2)] == [200, 401]


@pytest.mark.asvs("6.5.1")
def test_the_code_that_confirmed_works_no_second_time(ada: Member) -> None:
    otp = code_of(enrol(ada).json()["secret"])
    assert ada.client.post("/auth/mfa/totp/confirm", {"otp": otp}).status_code == 200
    assert login(otp).status_code == 401


def test_takes_a_code_as_people_type_it(ada: Member) -> None:
    secret, codes = turn_on(ada)
    otp = code_of(secret)
    assert login(f" {otp[:3]} {otp[3:]} ").status_code == 200
    assert login(codes[0].upper().replace("-", " ")).status_code == 200


@pytest.mark.asvs("6.5.1")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["of the app", "to recover"])
def test_of_five_at_once_with_one_code_one_gets_in(kind: str) -> None:
    ada = Member.joins("ada@example.org")
    secret, codes = turn_on(ada)
    otp = code_of(secret) if kind == "of the app" else codes[0]
    answers = at_once(*[lambda: login(otp)] * 5)
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401]


def test_guessing_codes_is_slow(ada: Member) -> None:
    secret, _ = turn_on(ada)
    statuses = [login(wrong_code_of(secret)).status_code for _ in range(7)]
    assert statuses[:5] == [401] * 5
    assert statuses[-1] == 429
    assert login(code_of(secret)).status_code == 429


def test_wrong_codes_before_a_right_one_are_forgotten(ada: Member) -> None:
    secret, _ = turn_on(ada)
    for _ in range(4):
        assert [login(wrong_code_of(secret)).status_code for _ in range(2)] == [401] * 2
        assert login(code_of(secret)).status_code == 200
        Factor.objects.update(last_step=0)


@pytest.mark.asvs("6.3.1")
def test_the_password_alone_ends_no_row_of_wrong_codes(ada: Member) -> None:
    secret, _ = turn_on(ada)
    for _ in range(5):
        assert login(wrong_code_of(secret)).status_code == 401
        assert login().json()["code"] == "otp_required"
    assert login(code_of(secret)).status_code == 429


def test_the_person_sees_that_codes_were_guessed(ada: Member) -> None:
    secret, _ = turn_on(ada)
    login(wrong_code_of(secret))
    assert AuditEntry.objects.get(action="second_factor.code_refused").object_id == ada.user.pk


def test_an_unreadable_secret_is_an_outage_and_no_wrong_code(ada: Member) -> None:
    turn_on(ada)
    Factor.objects.update(secret="gAAAAA")
    assert login("123456").status_code == 503


def test_codes_are_those_of_rfc_6238() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890" in base32
    for moment, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert next(totp.steps_of(code, secret, datetime.fromtimestamp(moment, UTC))) == moment // 30
