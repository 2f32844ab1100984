"""GET and PATCH /users/me, and a new email."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from auth_service.accounts.models import User
from auth_service.journal.models import Delivery, Event
from auth_service.tests.cast import OTHER_PASSWORD, PASSWORD, ApiClient, Member, at_once, codes_of

pytestmark = pytest.mark.django_db

Deliver = Callable[[], list[Any]]
NEW = "new@example.org"


def ask(member: Member, email: str = NEW, password: str | None = PASSWORD) -> Any:
    body = {"email": email} | ({"current_password": password} if password is not None else {})
    return member.client.patch("/users/me", body)


def confirm(mails: list[Any], address: str = NEW) -> Any:
    mail = next(mail for mail in mails if mail.to == [address] and "token=" in mail.body)
    token = mail.body.split("token=")[1].split()[0]
    return ApiClient().post("/auth/verify-email", {"token": token})


def signs_in(email: str) -> bool:
    return bool(ApiClient().post("/auth/login", {"email": email, "password": PASSWORD}).status_code == 200)


def test_shows_the_caller(ada: Member) -> None:
    answer = ada.client.get("/users/me")
    assert answer.status_code == 200
    assert answer.json() | {"created_at": "", "updated_at": ""} == {
        "id": str(ada.user.pk),
        "email": "ada@example.org",
        "full_name": "Ada Lovelace",
        "is_active": True,
        "is_superuser": False,
        "is_verified": False,
        "created_at": "",
        "updated_at": "",
        "pending_email": None,
    }


def test_costs_one_query(ada: Member, django_assert_num_queries: Any) -> None:
    ada.client.get("/users/me")
    with django_assert_num_queries(1):
        ada.client.get("/users/me")


def test_asks_for_a_token(anonymous: ApiClient) -> None:
    for method in ("get", "patch", "delete"):
        assert getattr(anonymous, method)("/users/me").status_code == 401


def test_changes_and_removes_the_name(ada: Member) -> None:
    for name in ("Ada Łowicz", None):
        answer = ada.client.patch("/users/me", {"full_name": name})
        assert (answer.status_code, answer.json()["full_name"], ada.row.full_name) == (200, name, name)
    assert Event.objects.filter(name="user.renamed").count() == 2


def test_an_empty_change_changes_nothing(ada: Member) -> None:
    before = ada.client.get("/users/me").json()
    assert ada.client.patch("/users/me", {}).json() == before
    assert not Event.objects.exists()


def test_takes_the_row_back_as_it_was_read(ada: Member) -> None:
    read = ada.client.get("/users/me").json()
    answer = ada.client.patch("/users/me", read | {"full_name": "Ada"})
    assert (answer.status_code, answer.json()["full_name"]) == (200, "Ada")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"full_name": ["x"]}, {"/full_name": "invalid"}),
        ({"full_name": "x" * 201}, {"/full_name": "max_length"}),
        ({"email": "nonsense"}, {"/email": "email"}),
        ({"email": None}, {"/email": "null"}),
        ({"is_superuser": True}, {"/is_superuser": "read_only"}),
        ({"is_verified": True}, {"/is_verified": "read_only"}),
        ({"pending_email": "x@example.org"}, {"/pending_email": "read_only"}),
        ({"password": OTHER_PASSWORD}, {"/password": "unknown_field"}),
    ],
    ids=str,
)
def test_says_what_is_wrong_and_changes_nothing(ada: Member, body: dict[str, Any], wrong: dict[str, str]) -> None:
    answer = ada.client.patch("/users/me", {"full_name": "Changed"} | body)
    assert answer.status_code == 400
    assert codes_of(answer) == wrong
    assert ada.row.full_name == "Ada Lovelace"


def test_honours_entity_tags(ada: Member) -> None:
    tag = ada.client.get("/users/me").headers["ETag"]
    assert ada.client.get("/users/me", headers={"If-None-Match": tag}).status_code == 304
    first = ada.client.patch("/users/me", {"full_name": "First"}, headers={"If-Match": tag})
    second = ada.client.patch("/users/me", {"full_name": "Second"}, headers={"If-Match": tag})
    assert (first.status_code, second.status_code, ada.row.full_name) == (200, 412, "First")
    assert ada.client.patch("/users/me", {"full_name": 7}, headers={"If-Match": tag}).status_code == 412
    assert first.headers["ETag"] == ada.client.get("/users/me").headers["ETag"]


def test_a_new_email_counts_once_it_is_confirmed(ada: Member, deliver: Deliver) -> None:
    answer = ask(ada)
    assert answer.status_code == 200
    assert (answer.json()["email"], answer.json()["pending_email"]) == ("ada@example.org", NEW)
    assert (signs_in("ada@example.org"), signs_in(NEW)) == (True, False)
    mails = deliver()
    assert sorted(mail.to[0] for mail in mails) == ["ada@example.org", NEW]
    assert confirm(mails).json()["email"] == NEW
    assert (signs_in("ada@example.org"), signs_in(NEW)) == (False, True)
    assert (ada.row.is_verified, ada.row.pending_email) == (True, None)


@pytest.mark.asvs("6.3.7")
def test_the_old_address_is_told_and_gets_no_link(ada: Member, deliver: Deliver) -> None:
    ask(ada)
    notice = next(mail for mail in deliver() if mail.to == ["ada@example.org"])
    assert notice.subject == "Your email address is about to change"
    assert "token=" not in notice.body
    assert NEW not in notice.body


@pytest.mark.asvs("6.3.7")
def test_the_old_address_is_told_also_when_its_server_answers_only_after_the_new_one_is_confirmed(
    ada: Member, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = EmailMultiAlternatives.send

    def send_to_others(message: EmailMultiAlternatives) -> int:
        if message.to == ["ada@example.org"]:
            raise smtplib.SMTPServerDisconnected
        return send(message)

    with monkeypatch.context() as patched:
        patched.setattr(EmailMultiAlternatives, "send", send_to_others)
        ask(ada)
        assert confirm(deliver()).status_code == 200
    Delivery.objects.filter(state="pending").update(due_at=timezone.now())
    assert [mail.to for mail in deliver()] == [["ada@example.org"]]


@pytest.mark.asvs("7.5.1")
@pytest.mark.parametrize(
    ("password", "code"), [(None, "required"), (OTHER_PASSWORD, "wrong_password")], ids=["missing", "wrong"]
)
def test_a_new_email_needs_the_password(ada: Member, password: str | None, code: str, deliver: Deliver) -> None:
    answer = ask(ada, password=password)
    assert answer.status_code == 400
    assert codes_of(answer) == {"/current_password": code}
    assert deliver() == []
    assert ada.row.pending_email is None


def test_ones_present_address_cancels_the_pending_one(ada: Member, deliver: Deliver) -> None:
    ask(ada)
    mails = deliver()
    answer = ada.client.patch("/users/me", {"email": "ADA@example.org"})
    assert (answer.status_code, answer.json()["pending_email"]) == (200, None)
    assert confirm(mails).status_code == 400
    assert ada.row.email == "ada@example.org"


def test_the_row_with_a_pending_email_as_it_was_read_cancels_nothing(ada: Member, deliver: Deliver) -> None:
    ask(ada)
    row = ada.client.get("/users/me").json()
    answer = ada.client.patch("/users/me", row | {"full_name": "Ada King", "current_password": None})
    assert (answer.status_code, answer.json()["full_name"], answer.json()["pending_email"]) == (200, "Ada King", NEW)
    assert confirm(deliver()).json()["email"] == NEW


def change_password(member: Member, deliver: Deliver) -> Any:
    body = {"current_password": PASSWORD, "new_password": OTHER_PASSWORD}
    return member.client.post("/auth/change-password", body)


def reset_password(member: Member, deliver: Deliver) -> Any:
    ApiClient().post("/auth/forgot-password", {"email": member.row.email})
    (mail,) = deliver()
    token = mail.body.split("token=")[1].split()[0]
    return ApiClient().post("/auth/reset-password", {"token": token, "new_password": OTHER_PASSWORD})


@pytest.mark.parametrize("renew", [change_password, reset_password])
def test_a_new_password_cancels_what_was_asked_for_with_the_old_one(
    ada: Member, renew: Callable[[Member, Deliver], Any], deliver: Deliver
) -> None:
    """Else who has stolen the password gets the account, although its owner has noticed and changed it."""
    ask(ada)
    mails = deliver()
    assert renew(ada, deliver).status_code in (200, 204)
    assert ada.row.pending_email is None
    assert confirm(mails).status_code == 400
    assert ada.row.email == "ada@example.org"


def test_a_cancelled_change_mails_no_link(ada: Member, deliver: Deliver) -> None:
    ask(ada)
    ada.client.patch("/users/me", {"email": "ada@example.org"})
    assert [mail.to for mail in deliver()] == [["ada@example.org"]]


def test_the_link_for_an_address_that_was_replaced_is_refused(ada: Member, deliver: Deliver) -> None:
    ask(ada)
    mails = deliver()
    ask(ada, "newer@example.org")
    assert confirm(mails).status_code == 400


def test_the_address_of_another_is_refused(ada: Member, stranger: Member) -> None:
    answer = ask(ada, "Stranger@example.org")
    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")


def test_an_address_that_was_taken_meanwhile_is_not_confirmed(ada: Member, deliver: Deliver) -> None:
    ask(ada)
    mails = deliver()
    Member.joins(NEW)
    answer = confirm(mails)
    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
    assert ada.row.email == "ada@example.org"


def test_where_accounts_are_hidden_another_address_is_refused_by_mail_only(
    ada: Member, stranger: Member, settings: Any, deliver: Deliver
) -> None:
    settings.REGISTRATION_HIDES_ACCOUNTS = True
    assert ask(ada, "stranger@example.org").status_code == 200
    assert confirm(deliver(), "stranger@example.org").status_code == 409
    assert ada.row.email == "ada@example.org"


@pytest.mark.django_db(transaction=True)
def test_of_six_changes_of_one_reading_one_counts() -> None:
    ada = Member.joins()
    tag = ada.client.get("/users/me").headers["ETag"]

    def change(number: int) -> int:
        client = ApiClient().bearer(ada.pair.access)
        body = {"full_name": f"Name {number}"}
        return int(client.patch("/users/me", body, headers={"If-Match": tag}).status_code)

    statuses = at_once(*[lambda n=n: change(n) for n in range(6)])
    assert sorted(statuses) == [200] + [412] * 5
    assert ada.row.full_name == f"Name {statuses.index(200)}"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_confirm_one_address_at_once_one_gets_it(deliver: Deliver) -> None:
    ada, bob = Member.joins(), Member.joins()
    ask(ada)
    first = deliver()
    ask(bob)
    second = deliver()
    answers = at_once(lambda: confirm(first), lambda: confirm(second))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert User.objects.filter(email=NEW).count() == 1
