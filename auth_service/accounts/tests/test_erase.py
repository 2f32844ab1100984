"""POST /users/me/erase, DELETE /users/me, DELETE /users/{id}, and GET /users/me/export."""

from __future__ import annotations

import json
import smtplib
import uuid
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.management import CommandError, call_command
from django.utils import timezone

from auth_service.accounts.models import PersonEvent, Tombstone, User
from auth_service.journal.models import Event
from auth_service.login_sessions.models import EndedSession, Session
from auth_service.tests.cast import (
    NOBODY,
    OTHER_PASSWORD,
    PASSWORD,
    ApiClient,
    Member,
    at_once,
    codes_of,
    everything_stored,
)
from shared_settings import journal
from shared_settings.tests.traces import columns_with

pytestmark = pytest.mark.django_db


def erase(member: Member, way: str, password: Any = PASSWORD, **extra: Any) -> Any:
    if way == "DELETE":
        return member.client.delete("/users/me", {"password": password}, **extra)
    return member.client.post("/users/me/erase", {"password": password}, **extra)


@pytest.mark.asvs("14.2.7")
@pytest.mark.parametrize("way", ["DELETE", "POST"])
def test_leaves_no_personal_data_and_the_id_as_a_tombstone(way: str, deliver: Callable[[], list[Any]]) -> None:
    body = {"email": "wilhelmina@example.org", "password": PASSWORD, "full_name": "Wilhelmina Quartz"}
    ApiClient().post("/auth/register", body, headers={"Idempotency-Key": "once-1234"})
    member = Member.signs_in(User.objects.get())
    member.client.patch("/users/me", {"email": "next.quartz@example.org", "current_password": PASSWORD})
    ApiClient().post("/auth/forgot-password", {"email": "wilhelmina@example.org"})
    deliver()
    assert "Quartz" in everything_stored()

    answer = erase(member, way)
    assert (answer.status_code, answer.content) == (204, b"")
    left = everything_stored().lower()
    for trace in ("wilhelmina", "quartz", "192.0.2.7", "a browser"):
        assert trace not in left
    assert Tombstone.objects.get().pk == member.user.pk
    assert Event.objects.filter(name="user.erased").get().payload == {"user_id": str(member.user.pk)}
    assert deliver() == []


def test_a_command_erases_again_who_came_back_with_a_backup(ada: Member, stranger: Member) -> None:
    out = StringIO()
    call_command("erase_people", str(ada.user.pk), NOBODY, stdout=out)
    assert out.getvalue() == "Erased: 1. Unknown: 1.\n"
    assert (Tombstone.objects.get().pk, User.objects.get().pk) == (ada.user.pk, stranger.user.pk)
    assert PersonEvent.objects.get().name == "user.erased"


def test_the_command_erases_all_but_the_last_superuser(admin: Member, ada: Member) -> None:
    ids = [str(admin.user.pk), str(ada.user.pk)]
    out = StringIO()
    with pytest.raises(CommandError, match=f"{admin.user.pk} stays, as the last active superuser"):
        call_command("erase_people", *ids, stdout=out)
    assert (out.getvalue(), User.objects.get().pk) == ("Erased: 1. Unknown: 0.\n", admin.user.pk)


def test_leaves_nothing_of_sign_ins_of_mails_that_failed_and_of_what_an_admin_did(
    admin: Member, deliver: Callable[[], list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Any, *args: Any, **kwargs: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({self.to[0]: (550, b"there is no Wilhelmina here")})

    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)
    member = Member.joins("wilhelmina@example.org", full_name="Wilhelmina Quartz")
    browser: dict[str, Any] = {"REMOTE_ADDR": "198.51.100.77", "HTTP_USER_AGENT": "Netscape"}
    body = {"email": "wilhelmina@example.org", "password": PASSWORD}
    assert ApiClient().post("/auth/login", body, **browser).status_code == 200
    ApiClient().post("/auth/login", body | {"password": OTHER_PASSWORD}, **browser)
    for path in ("/auth/forgot-password", "/auth/verify-email/resend"):
        ApiClient().post(path, {"email": "wilhelmina@example.org"}, headers={"Idempotency-Key": "once-1234"}, **browser)
    admin.client.patch(f"/users/{member.user.pk}", {"email": "quartz@example.org", "full_name": "W. Quartz"})
    deliver()
    stored = everything_stored()
    for trace in ("Wilhelmina", "Quartz", "198.51.100.77", "Netscape"):
        assert trace in stored

    assert admin.client.delete(f"/users/{member.user.pk}").status_code == 204
    left = everything_stored().lower()
    for trace in ("wilhelmina", "quartz", "198.51.100.77", "netscape"):
        assert trace not in left


def test_the_id_stays_only_where_it_names_nobody(lived: Member) -> None:
    goes = {"accounts_user.id", "accounts_factor.user_id", "accounts_onetimetoken.user_id"}
    goes |= {"accounts_formeraddress.user_id"}
    goes |= {"login_sessions_session.user_id", "journal_idempotencykey.caller"}
    stays = {"accounts_personevent.user_id", "journal_auditentry.actor_id", "journal_auditentry.object_id"}
    stays |= {"journal_event.payload", "journal_event.user_id", "login_sessions_outdatedtokens.id"}
    assert columns_with(lived.user.pk) == goes | stays
    assert erase(lived, "POST").status_code == 204
    assert columns_with(lived.user.pk) == stays | {"accounts_tombstone.id"}


def test_is_told_in_the_transaction_of_the_erasure(ada: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the last statement of the transaction")

    with monkeypatch.context() as patched:
        patched.setattr(journal, "audit", fail)
        assert erase(ada, "POST").status_code == 500
    assert ada.row.email == "ada@example.org"
    assert not PersonEvent.objects.exists()
    assert not EndedSession.objects.exists()
    erase(ada, "POST")
    assert PersonEvent.objects.get().name == "user.erased"
    assert EndedSession.objects.get().pk == ada.session.pk


def test_a_retry_finds_nobody(ada: Member) -> None:
    answers = [erase(ada, "POST", headers={"Idempotency-Key": "once-1234"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 401]


@pytest.mark.parametrize("way", ["DELETE", "POST"])
def test_nothing_of_the_person_works_any_more(ada: Member, admin: Member, way: str) -> None:
    erase(ada, way)
    assert ada.client.get("/users/me").status_code == 401
    assert ApiClient().post("/auth/refresh", {"refresh": ada.pair.refresh}).status_code == 401
    assert ApiClient().post("/auth/login", {"email": "ada@example.org", "password": PASSWORD}).status_code == 401
    assert admin.client.get(f"/users/{ada.user.pk}").status_code == 404


def test_the_address_may_register_again_and_gets_a_new_id(ada: Member) -> None:
    erase(ada, "DELETE")
    answer = ApiClient().post("/auth/register", {"email": "ada@example.org", "password": OTHER_PASSWORD})
    assert answer.status_code == 201
    assert answer.json()["id"] != str(ada.user.pk)
    assert ada.client.get("/users/me").status_code == 401


@pytest.mark.asvs("7.5.3")
@pytest.mark.parametrize("way", ["DELETE", "POST"])
@pytest.mark.parametrize(
    ("password", "code"), [(OTHER_PASSWORD, "wrong_password"), ("", "blank"), (None, "null"), (["x"], "invalid")]
)
def test_erases_nobody_without_the_password(ada: Member, way: str, password: Any, code: str) -> None:
    answer = erase(ada, way, password)
    assert answer.status_code == 400
    assert codes_of(answer) == {"/password": code}
    assert ada.row.email == "ada@example.org"


def test_erases_nobody_without_a_body(ada: Member) -> None:
    assert codes_of(ada.client.delete("/users/me")) == {"/password": "required"}


def test_erases_nobody_by_a_stale_tag(ada: Member) -> None:
    tag = ada.client.get("/users/me").headers["ETag"]
    ada.client.patch("/users/me", {"full_name": "Changed"})
    for password in (PASSWORD, OTHER_PASSWORD, None):  # whose tag is stale hears of that first
        assert erase(ada, "DELETE", password, headers={"If-Match": tag}).status_code == 412
    assert User.objects.filter(pk=ada.user.pk).exists()


@pytest.mark.parametrize("way", ["DELETE", "POST"])
def test_the_last_superuser_stays(admin: Member, way: str) -> None:
    answer = erase(admin, way)
    assert (answer.status_code, answer.json()["code"]) == (409, "last_superuser")
    assert admin.client.get("/users/me").status_code == 200


def test_an_admin_erases_somebody(admin: Member, ada: Member) -> None:
    assert admin.client.delete(f"/users/{ada.user.pk}").status_code == 204
    assert Tombstone.objects.get().pk == ada.user.pk
    assert admin.client.delete(f"/users/{ada.user.pk}").status_code == 404
    assert admin.client.delete(f"/users/{uuid.uuid4()}").status_code == 404


@pytest.mark.asvs("7.5.3")
def test_an_admin_erases_nobody_without_a_recent_sign_in(admin: Member, ada: Member) -> None:
    Session.objects.update(auth_time=timezone.now() - timedelta(minutes=16))
    answer = admin.client.delete(f"/users/{ada.user.pk}")
    assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")
    assert ada.row.email == "ada@example.org"


def test_only_admins_erase_others(ada: Member, stranger: Member, anonymous: ApiClient) -> None:
    assert stranger.client.delete(f"/users/{ada.user.pk}").status_code == 403
    assert anonymous.delete(f"/users/{ada.user.pk}").status_code == 401


def test_exports_all_that_is_stored_and_no_secret(
    ada: Member, stranger: Member, deliver: Callable[[], list[Any]]
) -> None:
    ada.again()
    ApiClient().post("/auth/verify-email/resend", {"email": "ada@example.org"})
    deliver()
    answer = ada.client.get("/users/me/export")
    assert answer.status_code == 200
    body = answer.json()
    assert body["user"] == ada.client.get("/users/me").json()
    assert [row["ip"] for row in body["sessions"]] == ["192.0.2.7"] * 2
    assert [row["purpose"] for row in body["mailed_links"]] == ["verify_email"]
    text = json.dumps(body)
    for secret in (ada.row.password, ada.pair.refresh, ada.session.refresh_token, "stranger@example.org"):
        assert secret not in text


def test_exports_to_nobody_without_a_token(anonymous: ApiClient) -> None:
    assert anonymous.get("/users/me/export").status_code == 401
    assert anonymous.post("/users/me/erase", {"password": PASSWORD}).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_erasing_oneself_four_times_at_once_erases_once() -> None:
    ada = Member.joins()
    statuses = [
        answer.status_code
        for answer in at_once(
            *[lambda: ApiClient().bearer(ada.pair.access).delete("/users/me", {"password": PASSWORD})] * 4
        )
    ]
    assert statuses.count(204) == 1
    assert set(statuses) <= {204, 401, 404}


@pytest.mark.django_db(transaction=True)
def test_of_two_superusers_who_erase_themselves_at_once_one_remains() -> None:
    first, second = Member.joins(is_superuser=True), Member.joins(is_superuser=True)
    answers = at_once(lambda: erase(first, "DELETE"), lambda: erase(second, "POST"))
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    assert User.objects.filter(is_superuser=True, is_active=True).count() == 1
