"""Turning the second factor on and off under /auth/mfa, and how it is stored."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from auth_service.accounts import actions
from auth_service.accounts.models import Factor, RecoveryCode
from auth_service.accounts.problems import WrongPassword
from auth_service.accounts.tests.factors import (
    code_of,
    enrol,
    login,
    off_by_delete,
    off_by_post,
    turn_on,
    wrong_code_of,
)
from auth_service.login_sessions import encryption, keys
from auth_service.tests.cast import OTHER_PASSWORD, PASSWORD, ApiClient, Member, at_once, codes_of

pytestmark = pytest.mark.django_db


def test_shows_a_secret_to_scan_that_counts_once_confirmed(ada: Member) -> None:
    answer = enrol(ada)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.json()
    assert body["otpauth_uri"] == (
        f"otpauth://totp/Course%20Platform:ada%40example.org?secret={body['secret']}&issuer=Course%20Platform"
    )
    assert ElementTree.fromstring(body["qr_svg"]).tag == "{http://www.w3.org/2000/svg}svg"
    assert login().status_code == 200
    answer = ada.client.post("/auth/mfa/totp/confirm", {"otp": code_of(body["secret"])})
    assert answer.status_code == 200
    codes = answer.json()["recovery_codes"]
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[a-z2-9]{4}(-[a-z2-9]{4}){5}", code) for code in codes)
    assert login().json()["code"] == "otp_required"


def test_tells_what_is_turned_on(ada: Member) -> None:
    nothing = {"is_required": False, "factors": [], "recovery_codes_left": 0}
    assert ada.client.get("/auth/mfa").json() == nothing
    enrol(ada)
    assert ada.client.get("/auth/mfa").json() == nothing
    turn_on(ada)
    body = ada.client.get("/auth/mfa").json()
    assert [factor["kind"] for factor in body["factors"]] == ["totp"]
    assert body["recovery_codes_left"] == 10
    assert "secret" not in json.dumps(body)


def test_stores_nothing_that_could_be_used(ada: Member) -> None:
    secret, codes = turn_on(ada)
    stored = str(list(Factor.objects.values())) + str(list(RecoveryCode.objects.values()))
    for text in (secret, *codes, *(code.replace("-", "") for code in codes)):
        assert text not in stored


def test_beginning_again_voids_the_secret_before(ada: Member) -> None:
    first, second = enrol(ada).json()["secret"], enrol(ada).json()["secret"]
    assert first != second
    answer = ada.client.post("/auth/mfa/totp/confirm", {"otp": code_of(first)})
    assert codes_of(answer) == {"/otp": "wrong_code"}
    assert ada.client.post("/auth/mfa/totp/confirm", {"otp": code_of(second)}).status_code == 200


def test_what_was_begun_waits_for_half_an_hour(ada: Member) -> None:
    secret = enrol(ada).json()["secret"]
    Factor.objects.update(created_at=timezone.now() - timedelta(minutes=31))
    answer = ada.client.post("/auth/mfa/totp/confirm", {"otp": code_of(secret)})
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_confirm")
    assert actions.delete_abandoned_factors(before=timezone.now() - timedelta(minutes=30)) == 1


def test_is_turned_on_once(ada: Member) -> None:
    secret, _ = turn_on(ada)
    for answer in (enrol(ada), ada.client.post("/auth/mfa/totp/confirm", {"otp": code_of(secret)})):
        assert (answer.status_code, answer.json()["code"]) == (409, "factor_exists")


@pytest.mark.asvs("7.5.1")
@pytest.mark.django_db(transaction=True)
def test_of_five_who_begin_and_five_who_confirm_at_once_one_counts() -> None:
    ada = Member.joins("ada@example.org")

    def post(path: str, body: dict[str, Any]) -> Any:
        return ApiClient().bearer(ada.pair.access).post(path, body)

    begun = at_once(*[lambda: post("/auth/mfa/totp", {"password": PASSWORD})] * 5)
    assert [answer.status_code for answer in begun] == [200] * 5
    otp = code_of(encryption.decrypt(Factor.objects.get().secret).decode())
    answers = at_once(*[lambda: post("/auth/mfa/totp/confirm", {"otp": otp})] * 5)
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
    assert RecoveryCode.objects.count() == 10


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("totp", {}, "/password"),
        ("totp", {"password": OTHER_PASSWORD}, "/password"),
        ("totp", {"password": PASSWORD, "kind": "sms"}, "/kind"),
        ("totp/confirm", {}, "/otp"),
        ("totp/confirm", {"otp": 123456}, "/otp"),
        ("totp/confirm", {"otp": "1" * 65}, "/otp"),
        ("totp/confirm", {"otp": "１２３４５６"}, "/otp"),
        ("totp/disable", {}, "/password"),
        ("totp/disable", {"password": OTHER_PASSWORD}, "/password"),
        ("totp/disable", {"password": PASSWORD, "otp": ["1"]}, "/otp"),
        ("recovery-codes", {"password": OTHER_PASSWORD}, "/password"),
    ],
    ids=str,
)
def test_refuses_a_bad_body(ada: Member, path: str, body: dict[str, Any], pointer: str) -> None:
    turn_on(ada) if path in ("totp/disable", "recovery-codes") else enrol(ada)
    answer = ada.client.post(f"/auth/mfa/{path}", body)
    assert answer.status_code == 400
    assert pointer in codes_of(answer)


def test_is_for_who_is_signed_in(anonymous: ApiClient) -> None:
    assert anonymous.get("/auth/mfa").status_code == 401
    assert anonymous.delete("/auth/mfa/totp", {"password": PASSWORD}).status_code == 401
    for path in ("totp", "totp/confirm", "totp/disable", "recovery-codes"):
        assert anonymous.post(f"/auth/mfa/{path}", {"password": PASSWORD, "otp": "123456"}).status_code == 401


@pytest.mark.asvs("7.5.1")
@pytest.mark.parametrize("action", [actions.enrol_totp, actions.turn_off_totp, actions.renew_recovery_codes])
def test_each_action_asks_for_the_password_itself(ada: Member, action: Callable[..., Any]) -> None:
    turn_on(ada)
    with pytest.raises(WrongPassword):
        action(user=ada.row, password=OTHER_PASSWORD)
    assert (Factor.objects.count(), RecoveryCode.objects.count()) == (1, 10)


@pytest.mark.asvs("6.3.7")
@pytest.mark.parametrize("turn_off", [off_by_delete, off_by_post])
def test_the_password_turns_it_off(ada: Member, turn_off: Callable[..., Any], deliver: Callable[[], list[Any]]) -> None:
    turn_on(ada)
    assert [mail.subject for mail in deliver()] == ["Your second factor is turned on"]
    assert turn_off(ada).status_code == 204
    assert login().status_code == 200
    assert not Factor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert "Your second factor was turned off" in [mail.subject for mail in deliver()]
    assert turn_off(ada).status_code == 404


@pytest.mark.parametrize("turn_off", [off_by_delete, off_by_post])
def test_a_wrong_code_turns_nothing_off(ada: Member, turn_off: Callable[..., Any]) -> None:
    secret, _ = turn_on(ada)
    assert codes_of(turn_off(ada, otp=wrong_code_of(secret))) == {"/otp": "wrong_code"}
    assert turn_off(ada, otp=code_of(secret)).status_code == 204


def test_is_exported_without_its_secret_and_erased(ada: Member) -> None:
    secret, codes = turn_on(ada)
    body = ada.client.get("/users/me/export").json()
    assert [factor["kind"] for factor in body["factors"]] == ["totp"]
    stored = Factor.objects.get().secret
    assert not any(text in json.dumps(body) for text in (secret, stored, *codes))
    assert ada.client.delete("/users/me", {"password": PASSWORD}).status_code == 204
    assert not Factor.objects.exists()
    assert not RecoveryCode.objects.exists()


def test_secrets_are_encrypted_anew_with_the_newest_key(settings: Any) -> None:
    old, new = "a" * 43 + "=", "b" * 42 + "Q="
    settings.KEY_ENCRYPTION_KEYS = [old]
    secret, _ = turn_on(Member.joins("ada@example.org"))
    settings.KEY_ENCRYPTION_KEYS = [new, old]
    out = StringIO()
    call_command("reencrypt_secrets", stdout=out)
    assert out.getvalue() == "Encrypted anew: second factors 1, signing keys 1.\n"
    settings.KEY_ENCRYPTION_KEYS = [new]
    keys.ring.forget()
    assert login(code_of(secret)).status_code == 200
    settings.KEY_ENCRYPTION_KEYS = [old]
    with pytest.raises(CommandError, match="none of KEY_ENCRYPTION_KEYS"):
        call_command("reencrypt_secrets", stdout=out)


@pytest.mark.asvs("6.5.2")
def test_second_factors_outlive_a_replaced_secret_key(settings: Any) -> None:
    secret, codes = turn_on(Member.joins("ada@example.org"))
    settings.KEY_ENCRYPTION_KEYS = ["b" * 42 + "Q="]
    call_command("reencrypt_secrets", stdout=StringIO())
    settings.SECRET_KEY = "another-secret-key-0123456789-abcdef"
    keys.ring.forget()
    assert login(code_of(secret)).status_code == 200
    assert login(codes[0]).status_code == 200
