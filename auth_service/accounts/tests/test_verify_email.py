"""POST /auth/verify-email and /auth/verify-email/resend."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from auth_service.accounts import links
from auth_service.accounts.models import OneTimeToken, User
from auth_service.accounts.tasks import delete_old_tokens
from auth_service.tests.cast import ApiClient, Member, at_once, codes_of
from shared_settings.deliveries import deliver_due

pytestmark = pytest.mark.django_db

Deliver = Callable[[], list[Any]]


def resend(email: str = "ada@example.org") -> Any:
    return ApiClient().post("/auth/verify-email/resend", {"email": email})


def verify(token: str) -> Any:
    return ApiClient().post("/auth/verify-email", {"token": token})


def token(deliver: Deliver) -> str:
    resend()
    return str(deliver()[-1].body.split("token=")[1].split()[0])


def test_a_mailed_link_verifies_the_address(ada: Member, deliver: Deliver) -> None:
    answer = verify(token(deliver))
    assert answer.status_code == 200
    assert (answer.json()["id"], answer.json()["is_verified"]) == (str(ada.user.pk), True)
    assert ada.row.is_verified
    assert ada.client.get("/users/me").status_code == 200


@pytest.mark.asvs("6.4.1")
def test_a_link_is_good_for_a_day(ada: Member, deliver: Deliver) -> None:
    late = token(deliver)
    life = OneTimeToken.objects.get().expires_at - timezone.now()
    assert timedelta(hours=23) < life <= timedelta(hours=24)
    OneTimeToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert verify(late).json()["code"] == "invalid_token"


@pytest.mark.asvs("6.4.1")
def test_a_link_works_once(ada: Member, deliver: Deliver) -> None:
    used = token(deliver)
    verify(used)
    assert codes_of(verify(used)) == {"/token": "invalid_token"}


def test_an_old_link_does_not_verify_another_address(ada: Member, admin: Member, deliver: Deliver) -> None:
    old = token(deliver)
    admin.client.patch(f"/users/{ada.user.pk}", {"email": "moved@example.org"})
    assert verify(old).status_code == 400
    assert not ada.row.is_verified


def test_does_not_wake_who_is_inactive(ada: Member, deliver: Deliver) -> None:
    good = token(deliver)
    User.objects.update(is_active=False)
    assert verify(good).status_code == 400


@pytest.mark.asvs("6.3.8")
def test_everybody_gets_the_same_answer(ada: Member, stranger: Member, deliver: Deliver) -> None:
    User.objects.filter(pk=stranger.user.pk).update(is_verified=True)
    answers = [resend(email) for email in ("ada@example.org", "stranger@example.org", "nobody@example.org")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, answers[0].content)}
    assert [mail.to for mail in deliver()] == [["ada@example.org"]]


def test_a_mail_that_failed_is_sent_by_the_next_attempt_with_the_same_link(
    ada: Member, deliver: Deliver, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any, **kwargs: Any) -> None:
        raise ConnectionRefusedError

    resend()
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMultiAlternatives.send", fails)
        assert deliver() == []
    (row,) = OneTimeToken.objects.all()
    deliver_due(lambda: timezone.now() + timedelta(hours=1))
    (mail,) = mailoutbox
    assert links.token_of(row) in mail.body
    assert OneTimeToken.objects.count() == 1


@pytest.mark.parametrize("body", [{}, {"token": None}, {"token": 7}, {"token": "x", "surprise": 1}], ids=str)
def test_refuses_a_bad_body(body: dict[str, Any]) -> None:
    assert ApiClient().post("/auth/verify-email", body).status_code == 400


def test_the_worker_deletes_links_that_have_served(ada: Member, deliver: Deliver) -> None:
    token(deliver)
    delete_old_tokens()
    assert OneTimeToken.objects.count() == 1
    OneTimeToken.objects.update(used_at=timezone.now() - timedelta(days=2))
    delete_old_tokens()
    assert not OneTimeToken.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_five_at_once_one_is_taken(deliver: Deliver) -> None:
    Member.joins("ada@example.org")
    good = token(deliver)
    answers = at_once(*[lambda: verify(good)] * 5)
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400, 400]
    assert User.objects.get().is_verified
