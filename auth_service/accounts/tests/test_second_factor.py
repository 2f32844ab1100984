"""The second factor: turning it on and off under /auth/mfa, and signing in with it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from xml.etree import ElementTree

import pyotp
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from auth_service.accounts import actions, totp
from auth_service.accounts.models import Factor, RecoveryCode
from auth_service.journal.models import AuditEntry
from auth_service.login_sessions import keys
from auth_service.tests.cast import OTHER_PASSWORD, PASSWORD, ApiClient, Member, at_once, codes_of

pytestmark = pytest.mark.django_db


def enrol(member: Member, password: str = PASSWORD) -> Any:
    return member.client.post("/auth/mfa/totp", {"password": password})


def turn_on(member: Member) -> tuple[str, list[str]]:
    """The secret and the recovery codes; the present code is unused, as after a while."""
    secret = enrol(member).json()["secret"]
    answer = member.client.post("/auth/mfa/totp/confirm", {"otp": pyotp.TOTP(secret).now()})
    assert answer.status_code == 200
    Factor.objects.update(last_step=0)
    return secret, answer.json()["recovery_codes"]


def code_of(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(timezone.now(), counter_offset=steps)


def wrong_code_of(secret: str) -> str:
    right = {code_of(secret, steps) for steps in range(-2, 3)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555") if code not in right)


def login(otp: str | None = None, password: str = PASSWORD) -> Any:
    body = {"email": "ada@example.org", "password": password} | ({"otp": otp} if otp is not None else {})
    return ApiClient().post("/auth/login", body)


def off_by_delete(member: Member, **body: Any) -> Any:
    return member.client.delete("/auth/mfa/totp", {"password": PASSWORD} | body)


def off_by_post(member: Member, **body: Any) -> Any:
    return member.client.post("/auth/mfa/totp/disable", {"password": PASSWORD} | body)


# Turning it on


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
    assert all(re.fullmatch(r"[a-z2-9]{5}-[a-z2-9]{5}", code) for code in codes)
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


# Signing in


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


def test_a_code_works_once_and_none_before_it(ada: Member) -> None:
    secret, _ = turn_on(ada)
    assert login(code_of(secret)).status_code == 200
    assert login(code_of(secret)).json()["code"] == "invalid_credentials"
    assert login(code_of(secret, -1)).status_code == 401


def test_the_code_that_confirmed_works_no_second_time(ada: Member) -> None:
    otp = code_of(enrol(ada).json()["secret"])
    assert ada.client.post("/auth/mfa/totp/confirm", {"otp": otp}).status_code == 200
    assert login(otp).status_code == 401


def test_takes_a_code_as_people_type_it(ada: Member) -> None:
    secret, codes = turn_on(ada)
    otp = code_of(secret)
    assert login(f" {otp[:3]} {otp[3:]} ").status_code == 200
    assert login(codes[0].upper().replace("-", " ")).status_code == 200


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


def test_the_person_sees_that_codes_were_guessed(ada: Member) -> None:
    secret, _ = turn_on(ada)
    login(wrong_code_of(secret))
    assert AuditEntry.objects.get(action="refuse_code").object_id == ada.user.pk


# Recovery codes


def test_a_recovery_code_works_once_and_is_told(ada: Member, deliver: Callable[[], list[Any]]) -> None:
    _, codes = turn_on(ada)
    deliver()
    assert login(codes[3]).status_code == 200
    assert login(codes[3]).status_code == 401
    assert ada.client.get("/auth/mfa").json()["recovery_codes_left"] == 9
    (mail,) = deliver()
    assert mail.subject == "A recovery code was used"
    assert "Codes that are left: 9." in mail.body


def test_new_recovery_codes_void_those_before(ada: Member) -> None:
    _, before = turn_on(ada)
    answer = ada.client.post("/auth/mfa/recovery-codes", {"password": PASSWORD})
    after = answer.json()["recovery_codes"]
    assert len(after) == 10
    assert login(before[0]).status_code == 401
    assert login(after[0]).status_code == 200


def test_a_recovery_code_is_of_one_person(ada: Member, stranger: Member) -> None:
    _, codes = turn_on(stranger)
    turn_on(ada)
    assert login(codes[0]).status_code == 401


def test_there_are_no_recovery_codes_without_a_factor(ada: Member) -> None:
    answer = ada.client.post("/auth/mfa/recovery-codes", {"password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_second_factor")


# Turning it off


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


def test_an_admin_turns_it_off_for_who_has_lost_it(
    admin: Member, ada: Member, stranger: Member, deliver: Callable[[], list[Any]]
) -> None:
    turn_on(ada)
    path = f"/users/{ada.user.pk}/mfa"
    assert stranger.client.delete(path).status_code == 403
    assert ApiClient().delete(path).status_code == 401
    assert admin.client.delete(path).status_code == 204
    assert admin.client.delete(path).status_code == 404
    assert login().status_code == 200
    assert "Your second factor was turned off" in [mail.subject for mail in deliver()]
    assert AuditEntry.objects.get(action="turn_off_second_factor").actor_id == admin.user.pk


def test_an_admin_needs_a_recent_sign_in_for_that(admin: Member, ada: Member) -> None:
    turn_on(ada)
    admin.session.auth_time = timezone.now() - timedelta(minutes=16)
    admin.session.save()
    answer = admin.client.delete(f"/users/{ada.user.pk}/mfa")
    assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")


# What else knows of it


def test_is_exported_without_its_secret_and_erased(ada: Member) -> None:
    secret, codes = turn_on(ada)
    body = ada.client.get("/users/me/export").json()
    assert [factor["kind"] for factor in body["factors"]] == ["totp"]
    stored = Factor.objects.get().secret
    assert not any(text in json.dumps(body) for text in (secret, stored, *codes))
    assert ada.client.delete("/users/me", {"password": PASSWORD}).status_code == 204
    assert not Factor.objects.exists()
    assert not RecoveryCode.objects.exists()


def test_an_unreadable_secret_is_an_outage_and_no_wrong_code(ada: Member) -> None:
    turn_on(ada)
    Factor.objects.update(secret="gAAAAA")
    assert login("123456").status_code == 503


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


def test_a_command_turns_it_off_for_an_admin_who_has_lost_all(ada: Member) -> None:
    turn_on(ada)
    out = StringIO()
    call_command("remove_second_factor", "--email", "ADA@example.org", stdout=out)
    assert out.getvalue() == "ada@example.org signs in by password alone now.\n"
    for email, sentence in (("ada@example.org", "no second factor"), ("nobody@example.org", "Nobody has the address")):
        with pytest.raises(CommandError, match=sentence):
            call_command("remove_second_factor", "--email", email)


# Demanded of admins


@pytest.fixture
def is_demanded(settings: Any) -> None:
    settings.MFA_REQUIRED_FOR_ADMINS = True


def roles_of(member: Member) -> list[str]:
    body = {"refresh": member.pair.refresh}
    access = ApiClient().post("/auth/refresh", body).json()["access"]
    payload = access.split(".")[1]
    roles: list[str] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["roles"]
    return roles


@pytest.mark.usefixtures("is_demanded")
def test_without_one_an_admin_has_no_role_and_is_told_what_to_do(admin: Member, ada: Member) -> None:
    assert roles_of(admin) == []
    for answer in (
        admin.client.get("/users/all"),
        admin.client.get(f"/users/{ada.user.pk}"),
        admin.client.post("/auth/admin", {"user_id": str(ada.user.pk)}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "mfa_required")
        assert "/auth/mfa/totp" in answer.json()["detail"]
    assert admin.client.get("/auth/mfa").json()["is_required"] is True
    assert admin.client.get("/users/me").json()["is_superuser"] is True
    assert ada.client.get("/users/all").json()["code"] == "forbidden"


@pytest.mark.usefixtures("is_demanded")
def test_with_one_an_admin_has_the_role_until_it_is_turned_off(admin: Member) -> None:
    secret, _ = turn_on(admin)
    assert admin.client.get("/users/all").status_code == 200
    answer = ApiClient().post(
        "/auth/login", {"email": "admin@example.org", "password": PASSWORD, "otp": code_of(secret)}
    )
    again = ApiClient().bearer(answer.json()["access"])
    assert again.get("/users/all").status_code == 200
    assert off_by_post(admin).status_code == 204
    assert again.get("/users/all").status_code in (401, 403)
    assert admin.row.is_superuser


@pytest.mark.usefixtures("is_demanded")
def test_the_last_superuser_stays_one_without_it(admin: Member) -> None:
    assert admin.client.delete("/users/me", {"password": PASSWORD}).json()["code"] == "last_superuser"


def test_codes_are_those_of_rfc_6238() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890" in base32
    for moment, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert next(totp.steps_of(code, secret, datetime.fromtimestamp(moment, UTC))) == moment // 30
