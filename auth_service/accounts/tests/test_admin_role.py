"""POST /auth/admin, the last superuser, and the command that makes the first one."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import jwt
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from auth_service.accounts.models import User
from auth_service.journal.models import AuditEntry, Event
from auth_service.login_sessions.models import Session
from auth_service.tests.cast import NOBODY, PASSWORD, ApiClient, Member, at_once, codes_of

pytestmark = pytest.mark.django_db


def set_role(member: Member, whom: Member, **body: Any) -> Any:
    return member.client.post("/auth/admin", {"user_id": str(whom.user.pk)} | body)


def test_makes_an_admin_and_an_ordinary_person_again(admin: Member, ada: Member) -> None:
    for body, expected in (({}, True), ({"is_superuser": True}, True), ({"is_superuser": False}, False)):
        answer = set_role(admin, ada, **body)
        assert (answer.status_code, answer.json()["is_superuser"]) == (200, expected)
        assert ada.client.get("/users/all").status_code == (200 if expected else 403)
    assert list(AuditEntry.objects.order_by("at").values_list("action", "actor_id", "object_id")) == [
        ("user.admin_granted", admin.user.pk, ada.user.pk),
        ("user.admin_taken", admin.user.pk, ada.user.pk),
    ]


@pytest.mark.parametrize("is_superuser", [True, False])
def test_a_token_that_follows_at_once_is_not_dated_ahead(admin: Member, ada: Member, is_superuser: bool) -> None:
    User.objects.filter(pk=ada.user.pk).update(is_superuser=not is_superuser)
    set_role(admin, ada, is_superuser=is_superuser)
    access = ApiClient().post("/auth/refresh", {"refresh": ada.pair.refresh}).json()["access"]
    claims = jwt.decode(access, options={"verify_signature": False})
    assert claims["iat"] <= time.time()
    assert claims["iat"] >= ada.row.tokens_not_before
    assert claims["roles"] == (["admin"] if is_superuser else [])


def test_tells_the_person_by_mail(admin: Member, ada: Member, deliver: Callable[[], list[Any]]) -> None:
    set_role(admin, ada)
    set_role(admin, ada, is_superuser=False)
    assert sorted(mail.subject for mail in deliver()) == [
        "You are an administrator now",
        "You are no longer an administrator",
    ]


@pytest.mark.asvs("7.5.3")
def test_needs_a_sign_in_of_the_last_fifteen_minutes(admin: Member, ada: Member) -> None:
    Session.objects.update(auth_time=timezone.now() - timedelta(minutes=16))
    answer = set_role(admin, ada)
    assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")
    assert not ada.row.is_superuser


@pytest.mark.asvs("7.5.3")
def test_refreshing_is_no_recent_sign_in(admin: Member, ada: Member) -> None:
    Session.objects.update(auth_time=timezone.now() - timedelta(minutes=16))
    pair = ApiClient().post("/auth/refresh", {"refresh": admin.pair.refresh}).json()
    admin.client.bearer(pair["access"])
    assert set_role(admin, ada).status_code == 403


@pytest.mark.asvs("8.2.1")
def test_is_for_admins(ada: Member, stranger: Member, anonymous: ApiClient) -> None:
    assert set_role(ada, ada).status_code == 403
    assert set_role(ada, stranger).status_code == 403
    assert anonymous.post("/auth/admin", {"user_id": str(ada.user.pk)}).status_code == 401


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/user_id"),
        ({"user_id": "x"}, "/user_id"),
        ({"user_id": 7}, "/user_id"),
        ({"user_id": NOBODY, "is_superuser": "perhaps"}, "/is_superuser"),
        ({"user_id": NOBODY, "is_superuser": 1}, "/is_superuser"),
        ({"user_id": NOBODY, "roles": []}, "/roles"),
    ],
    ids=str,
)
def test_refuses_a_bad_body(admin: Member, body: dict[str, Any], pointer: str) -> None:
    answer = admin.client.post("/auth/admin", body)
    assert answer.status_code == 400
    assert pointer in codes_of(answer)


def test_knows_nobody_under_another_id(admin: Member) -> None:
    assert admin.client.post("/auth/admin", {"user_id": NOBODY}).status_code == 404


def test_the_last_superuser_keeps_the_role_and_stays_active(admin: Member, ada: Member) -> None:
    set_role(admin, ada)
    admin.client.patch(f"/users/{ada.user.pk}", {"is_active": False})  # an inactive one does not count
    for answer in (
        set_role(admin, admin, is_superuser=False),
        admin.client.patch(f"/users/{admin.user.pk}", {"is_active": False}),
        admin.client.delete(f"/users/{admin.user.pk}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_superuser")
    assert admin.row.is_admin


ENDINGS: dict[str, Callable[[ApiClient, Member], Any]] = {
    "demote": lambda client, whom: client.post("/auth/admin", {"user_id": str(whom.user.pk), "is_superuser": False}),
    "deactivate": lambda client, whom: client.patch(f"/users/{whom.user.pk}", {"is_active": False}),
    "erase": lambda client, whom: client.delete(f"/users/{whom.user.pk}"),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ending", ENDINGS)
def test_of_two_admins_who_end_each_other_at_once_one_remains(ending: str) -> None:
    end = ENDINGS[ending]
    for _ in range(3):
        User.objects.filter(is_superuser=True, is_active=True).update(is_superuser=False)
        first, second = Member.joins(is_superuser=True), Member.joins(is_superuser=True)
        answers = at_once(lambda: end(first.client, second), lambda: end(second.client, first))  # noqa: B023
        assert {answer.status_code for answer in answers} <= {200, 204, 401, 403, 404, 409}
        assert User.objects.filter(is_superuser=True, is_active=True).count() >= 1


# The command


def make(email: str, monkeypatch: pytest.MonkeyPatch, password: str = PASSWORD, *options: str) -> str:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", password)
    out = StringIO()
    call_command("createsuperuser", "--noinput", "--email", email, *options, stdout=out)
    return out.getvalue()


def test_the_command_makes_a_verified_admin(monkeypatch: pytest.MonkeyPatch) -> None:
    said = make("first@example.org", monkeypatch, PASSWORD, "--full-name", "First Admin")
    assert said == "first@example.org is an admin.\n"
    user = User.objects.get()
    assert (user.is_admin, user.is_verified, user.full_name) == (True, True, "First Admin")
    answer = ApiClient().post("/auth/login", {"email": "first@example.org", "password": PASSWORD})
    assert answer.status_code == 200
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        ("ADA@example.org", PASSWORD, "has an account already"),
        ("nonsense", PASSWORD, "is not an email address"),
        ("first@example.org", "short", "too short"),
        ("first@example.org", "", "Set DJANGO_SUPERUSER_PASSWORD"),
    ],
)
def test_the_command_says_why_not(
    ada: Member, monkeypatch: pytest.MonkeyPatch, email: str, password: str, sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        make(email, monkeypatch, password)
    assert not User.objects.filter(is_superuser=True).exists()


def test_the_command_refuses_a_bad_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="At most 200 characters"):
        make("first@example.org", monkeypatch, PASSWORD, "--full-name", "x" * 201)
    assert not User.objects.exists()
