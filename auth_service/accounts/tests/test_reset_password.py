"""POST /auth/forgot-password and /auth/reset-password."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from auth_service.accounts import links
from auth_service.accounts.models import OneTimeToken, User
from auth_service.accounts.tests.factors import code_of, login, turn_on
from auth_service.journal.models import Event
from auth_service.tests.cast import OTHER_PASSWORD, PASSWORD, ApiClient, Member, at_once, codes_of

pytestmark = pytest.mark.django_db

Deliver = Callable[[], list[Any]]


def forgot(email: str = "ada@example.org") -> Any:
    return ApiClient().post("/auth/forgot-password", {"email": email})


def reset(token: str, password: str = OTHER_PASSWORD) -> Any:
    return ApiClient().post("/auth/reset-password", {"token": token, "new_password": password})


def signs_in(password: str, email: str = "ada@example.org") -> bool:
    return bool(ApiClient().post("/auth/login", {"email": email, "password": password}).status_code == 200)


def link_in(mail: Any) -> str:
    return str(mail.body.split("token=")[1].split()[0])


def token(deliver: Deliver) -> str:
    forgot()
    return link_in(deliver()[-1])


def assert_refused(answer: Any) -> None:
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_token")
    assert codes_of(answer) == {"/token": "invalid_token"}


@pytest.mark.asvs("7.4.3")
def test_a_mailed_link_sets_the_password_and_ends_every_session(ada: Member, deliver: Deliver) -> None:
    answer = reset(token(deliver))
    assert (answer.status_code, answer.content) == (204, b"")
    assert (signs_in(PASSWORD), signs_in(OTHER_PASSWORD)) == (False, True)
    assert ada.client.get("/users/me").status_code == 401
    assert deliver()[0].subject == "Your password was changed"


@pytest.mark.asvs("6.3.8")
def test_everybody_gets_the_same_answer_and_the_same_rows(ada: Member, stranger: Member) -> None:
    stranger.user.is_active = False
    stranger.user.save()
    answers = [forgot(email) for email in ("ada@example.org", "stranger@example.org", "nobody@example.org")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, answers[0].content)}
    assert Event.objects.filter(name="password_reset.requested").count() == 3


def test_mails_nobody_who_is_unknown_or_inactive(stranger: Member, deliver: Deliver) -> None:
    stranger.user.is_active = False
    stranger.user.save()
    forgot("nobody@example.org")
    forgot("stranger@example.org")
    assert deliver() == []


def test_the_link_goes_to_the_stored_address_and_leads_to_the_front_end(
    ada: Member, deliver: Deliver, settings: Any
) -> None:
    settings.FRONTEND_URL = "https://learn.example.org"
    ApiClient().post("/auth/forgot-password", {"email": "ADA@EXAMPLE.ORG"}, HTTP_HOST="localhost")
    (mail,) = deliver()
    assert mail.to == ["ada@example.org"]
    assert "https://learn.example.org/reset-password?token=" in mail.body
    assert "https://learn.example.org/reset-password?token=" in mail.alternatives[0].content


@pytest.mark.asvs("6.4.1")
def test_a_link_works_once(ada: Member, deliver: Deliver) -> None:
    used = token(deliver)
    reset(used)
    assert_refused(reset(used, "copper-Meadow-63-anchor"))
    assert signs_in(OTHER_PASSWORD)


def test_a_used_link_voids_the_others(ada: Member, deliver: Deliver) -> None:
    first, second = token(deliver), token(deliver)
    assert reset(second).status_code == 204
    assert_refused(reset(first))


def test_asking_again_does_not_void_the_earlier_link(ada: Member, deliver: Deliver) -> None:
    first = token(deliver)
    token(deliver)
    assert reset(first).status_code == 204


def test_a_weak_password_leaves_the_link_good(ada: Member, deliver: Deliver) -> None:
    good = token(deliver)
    for weak in ("short", "ada@example.org"):
        assert set(codes_of(reset(good, weak))) == {"/new_password"}
    assert reset(good).status_code == 204


@pytest.mark.asvs("6.4.1")
def test_a_late_link_is_refused(ada: Member, deliver: Deliver) -> None:
    late = token(deliver)
    moment = OneTimeToken.objects.get().expires_at
    assert timedelta(minutes=59) < moment - timezone.now() <= timedelta(minutes=60)
    OneTimeToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert_refused(reset(late))


@pytest.mark.asvs("6.4.3")
def test_a_link_is_bound_to_its_row(ada: Member, stranger: Member, deliver: Deliver) -> None:
    """Neither another person's row nor another address can be put under a link, even by writing to the database."""
    good = token(deliver)
    OneTimeToken.objects.update(user=stranger.user, address=stranger.user.email)
    assert_refused(reset(good))
    assert signs_in(PASSWORD, stranger.user.email)


@pytest.mark.asvs("6.4.3")
def test_a_link_dies_with_the_address_that_it_was_sent_to(ada: Member, admin: Member, deliver: Deliver) -> None:
    good = token(deliver)
    admin.client.patch(f"/users/{ada.user.pk}", {"email": "moved@example.org"})
    assert_refused(reset(good))


@pytest.mark.asvs("6.4.3")
def test_a_link_leaves_the_second_factor_on(ada: Member, deliver: Deliver) -> None:
    secret, _ = turn_on(ada)
    assert reset(token(deliver)).status_code == 204
    assert login(password=OTHER_PASSWORD).json()["code"] == "otp_required"
    assert login(code_of(secret), OTHER_PASSWORD).status_code == 200


def test_an_inactive_person_sets_no_password(ada: Member, deliver: Deliver) -> None:
    good = token(deliver)
    User.objects.update(is_active=False)
    assert_refused(reset(good))


def test_mails_at_most_three_in_fifteen_minutes(ada: Member, deliver: Deliver) -> None:
    for _ in range(6):
        assert forgot().status_code == 202
    assert len(deliver()) == 3
    OneTimeToken.objects.update(created_at=timezone.now() - timedelta(minutes=16))
    forgot()
    assert len(deliver()) == 1


@pytest.mark.asvs("6.4.3")
def test_nothing_in_the_database_is_a_link(ada: Member, deliver: Deliver) -> None:
    good = token(deliver)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            assert good not in str(cursor.fetchall())
    row = OneTimeToken.objects.get()
    assert links.token_of(row) == good


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/auth/forgot-password", {}, "/email"),
        ("/auth/forgot-password", {"email": "nonsense"}, "/email"),
        ("/auth/reset-password", {"new_password": OTHER_PASSWORD}, "/token"),
        ("/auth/reset-password", {"token": "x"}, "/new_password"),
        ("/auth/reset-password", {"token": ["x"], "new_password": OTHER_PASSWORD}, "/token"),
        ("/auth/reset-password", {"token": "x", "new_password": OTHER_PASSWORD, "email": "a@example.org"}, "/email"),
    ],
    ids=str,
)
def test_refuses_a_bad_body(path: str, body: dict[str, Any], pointer: str) -> None:
    answer = ApiClient().post(path, body)
    assert answer.status_code == 400
    assert pointer in codes_of(answer)


@pytest.mark.asvs("6.4.1")
@pytest.mark.django_db(transaction=True)
def test_of_five_at_once_one_succeeds(deliver: Deliver) -> None:
    Member.joins("ada@example.org")
    good = token(deliver)
    answers = at_once(*[lambda n=n: reset(good, f"copper-Meadow-6{n}-anchor") for n in range(5)])
    statuses = [answer.status_code for answer in answers]
    assert sorted(statuses) == [204, 400, 400, 400, 400]
    assert signs_in(f"copper-Meadow-6{statuses.index(204)}-anchor")
