"""How often one may try, as clients see it, with counts in the database and in Redis."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.test import Client
from django.utils import timezone

from auth_service.accounts.hash_lane import lane
from auth_service.accounts.models import User
from auth_service.limits import rules as limits
from auth_service.limits.tests.stores import already_made
from auth_service.login_sessions.models import Session
from auth_service.tests.cast import OTHER_PASSWORD, PASSWORD, ApiClient, Member, at_once
from auth_service.tests.clock import Clock
from shared_settings.testing import SERVICE_TOKEN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]

HOME, ELSEWHERE = "192.0.2.1", "198.51.100.1"
HOME_NETWORK = f"{HOME}/32"


def post(path: str, body: dict[str, Any], address: str = HOME, **extra: Any) -> Any:
    return ApiClient().post(path, body, REMOTE_ADDR=address, **extra)


def login(email: str = "ada@example.org", password: str = PASSWORD, address: str = HOME) -> Any:
    return post("/auth/login", {"email": email, "password": password}, address)


def guess(number: int, email: str = "ada@example.org", address: str = HOME) -> list[int]:
    return [login(email, OTHER_PASSWORD, address).status_code for _ in range(number)]


def other_address(number: int) -> str:
    return f"10.{number // 250}.{number % 250}.7"


@pytest.fixture
def failed(clock: Clock) -> Callable[..., None]:
    """`failed(9, limits.SIGN_IN, *subject)`: so many attempts have failed by now."""
    return lambda number, limit, *subject: already_made(limit.of(*subject), number, clock.now())


@pytest.mark.asvs("6.3.1")
def test_after_ten_wrong_passwords_one_waits(ada: Member, clock: Clock) -> None:
    assert guess(12) == [401] * 10 + [429] * 2
    answer = login()
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")
    assert answer.headers["Retry-After"] == "30"
    assert answer.json()["detail"] == "Try again in 30 seconds."
    assert answer.headers["Content-Type"] == "application/problem+json"
    clock.passes(29)
    assert guess(1) == [429]
    clock.passes(1)
    assert guess(2) == [401, 429]
    clock.passes(60)
    assert login().status_code == 200


def test_failures_before_a_success_are_forgotten(ada: Member, clock: Clock, failed: Callable[..., None]) -> None:
    failed(8, limits.SIGN_IN, "ada@example.org", HOME_NETWORK)
    for _ in range(3):
        assert guess(1) == [401]
        assert login().status_code == 200
        clock.passes(80_000)
    assert guess(11) == [401] * 10 + [429]


@pytest.mark.asvs("6.3.1")
def test_a_success_frees_neither_its_network_nor_the_account_elsewhere(
    ada: Member, stranger: Member, failed: Callable[..., None]
) -> None:
    failed(98, limits.SIGN_IN_FROM_NETWORK, HOME_NETWORK)
    guess(1, "p@example.org")
    assert login(stranger.user.email).status_code == 200
    assert [guess(1, f"q{number}@example.org")[0] for number in range(2)] == [401, 429]
    failed(48, limits.SIGN_IN_TO_ACCOUNT, "ada@example.org", "elsewhere")
    guess(1, address=other_address(0))
    assert login(address=ELSEWHERE).status_code == 200
    assert [guess(1, address=other_address(number))[0] for number in (1, 2)] == [401, 429]


def test_a_stranger_is_told_the_same_as_of_an_account(ada: Member) -> None:
    for email in ("ada@example.org", "nobody@example.org", "no address"):
        assert guess(11, email) == [401] * 10 + [429]
    bodies = [login(email).json() for email in ("ada@example.org", "nobody@example.org", "no address")]
    assert all(bodies[0] | {"request_id": ""} == body | {"request_id": ""} for body in bodies)
    assert "in 30 seconds" in bodies[0]["detail"]


def test_all_spellings_of_an_address_are_one(ada: Member) -> None:
    spellings = ("ada@example.org", " ADA@example.org", "Ada@EXAMPLE.ORG", "ａda@example.org")
    statuses = [guess(1, spellings[number % 4])[0] for number in range(12)]
    assert statuses == [401] * 10 + [429] * 2


@pytest.mark.asvs("6.3.1")
def test_a_stranger_cannot_lock_the_owner_out(ada: Member, failed: Callable[..., None]) -> None:
    assert login().status_code == 200
    failed(49, limits.SIGN_IN_TO_ACCOUNT, "ada@example.org", "elsewhere")
    assert [guess(1, address=other_address(number))[0] for number in range(2)] == [401, 429]
    assert guess(1, address=ELSEWHERE) == [429]
    assert login(address=ELSEWHERE).status_code == 429
    assert login(address="192.0.2.250").status_code == 200  # the provider has moved the owner


@pytest.mark.parametrize(("days", "status"), [(100, 200), (200, 429)], ids=["in use", "unused"])
def test_a_place_stays_known_while_it_is_used(
    ada: Member, clock: Clock, failed: Callable[..., None], days: int, status: int
) -> None:
    for _ in range(4):
        assert login().status_code == 200
        clock.passes(days * 24 * 3600)
    failed(50, limits.SIGN_IN_TO_ACCOUNT, "ada@example.org", "elsewhere")
    assert login().status_code == status


@pytest.mark.asvs("6.3.1")
def test_from_everywhere_an_account_is_tried_fifty_times_an_hour(
    ada: Member, clock: Clock, failed: Callable[..., None]
) -> None:
    failed(45, limits.SIGN_IN_TO_ACCOUNT, "ada@example.org", "elsewhere")
    assert [guess(1, address=other_address(number))[0] for number in range(7)] == [401] * 5 + [429] * 2
    clock.passes(3600)
    assert guess(1, address=ELSEWHERE) == [401]


@pytest.mark.asvs("6.3.1")
def test_one_network_fails_a_hundred_times_in_ten_minutes(
    ada: Member, clock: Clock, failed: Callable[..., None]
) -> None:
    failed(95, limits.SIGN_IN_FROM_NETWORK, HOME_NETWORK)
    assert [guess(1, f"p{number}@example.org")[0] for number in range(7)] == [401] * 5 + [429] * 2
    assert login(address=ELSEWHERE).status_code == 200
    clock.passes(600)
    assert login().status_code == 200


def test_two_hundred_honest_sign_ins_from_one_address_pass(ada: Member, stranger: Member) -> None:
    for _ in range(100):
        assert [login(person.user.email).status_code for person in (ada, stranger)] == [200, 200]


@pytest.mark.asvs("6.3.1")
@pytest.mark.django_db(transaction=True)
def test_fifty_wrong_guesses_at_once_verify_no_more_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    Member.joins("ada@example.org")
    verified: list[str] = []
    check = hashers.check_password

    def counted(password: str, *rest: Any) -> bool:
        verified.append(password)
        return check(password, *rest)

    monkeypatch.setattr(hashers, "check_password", counted)
    statuses = sorted(call[0] for call in at_once(*[lambda: guess(1)] * 50))
    assert statuses == [401] * 10 + [429] * 40
    assert len(verified) == 10


@pytest.mark.asvs("4.1.3", "15.3.4")
def test_a_forwarded_address_counts_only_from_a_trusted_proxy(ada: Member) -> None:
    for number in range(11):
        answer = ApiClient().post(
            "/auth/login",
            {"email": "ada@example.org", "password": OTHER_PASSWORD},
            REMOTE_ADDR=HOME,
            HTTP_X_FORWARDED_FOR=other_address(number),
        )
    assert answer.status_code == 429


@pytest.mark.asvs("15.3.4")
def test_behind_a_trusted_proxy_everybody_counts_alone(ada: Member, settings: Any) -> None:
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("192.0.2.0/24")]
    body = {"email": "ada@example.org", "password": OTHER_PASSWORD}

    def attempt(forwarded: str) -> int:
        answer = ApiClient().post("/auth/login", body, REMOTE_ADDR=HOME, HTTP_X_FORWARDED_FOR=forwarded)
        return int(answer.status_code)

    # What stands left of the address that the proxy saw is the client's own invention.
    assert [attempt(f"{other_address(number)}, 203.0.113.5") for number in range(11)] == [401] * 10 + [429]
    assert attempt("203.0.113.6") == 401


def test_wrong_service_tokens_are_limited_and_right_ones_pass() -> None:
    def ask(token: str) -> int:
        form = "application/x-www-form-urlencoded"
        headers = {"Authorization": f"Bearer {token}"}
        return int(ApiClient().post("/auth/introspect", "token=x", content_type=form, headers=headers).status_code)

    assert [ask("x" * 40) for _ in range(31)] == [401] * 30 + [429]
    assert ask(SERVICE_TOKEN) == 200


def test_what_fails_on_our_side_is_not_counted(ada: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "_inside", 1000)
    answers = [login() for _ in range(12)]
    assert {answer.status_code for answer in answers} == {503}
    assert (answers[0].json()["code"], answers[0].headers["Retry-After"]) == ("too_busy", "2")
    monkeypatch.setattr(lane, "_inside", 0)
    assert guess(10) == [401] * 10


def test_the_admin_pages_share_the_limits(admin: Member) -> None:
    form = {"email": "admin@example.org", "password": OTHER_PASSWORD}
    for _ in range(10):
        Client().post("/admin/login/", form, REMOTE_ADDR=HOME)
    page = Client().post("/admin/login/", form | {"password": PASSWORD}, REMOTE_ADDR=HOME)
    assert "There were too many attempts. Try again in" in page.content.decode()
    assert login("admin@example.org").status_code == 429
    assert Session.objects.live(timezone.now()).count() == 1


def wrong_current(member: Member) -> list[Any]:
    """Each call that asks for one's own password, with a wrong one."""
    client, wrong = member.client, OTHER_PASSWORD
    return [
        client.post("/auth/change-password", {"current_password": wrong, "new_password": "copper-Meadow-63-anchor"}),
        client.patch("/users/me", {"email": "new@example.org", "current_password": wrong}),
        client.post("/users/me/erase", {"password": wrong}),
        client.delete("/users/me", {"password": wrong}),
    ]


@pytest.mark.asvs("6.3.1")
def test_a_stolen_token_is_no_way_to_guess_the_password(ada: Member) -> None:
    statuses = [answer.status_code for _ in range(3) for answer in wrong_current(ada)]
    assert statuses == [400] * 10 + [429] * 2
    assert ada.client.post("/users/me/erase", {"password": PASSWORD}).status_code == 429
    assert login().status_code == 200
    assert User.objects.exists()


def test_changing_the_password_often_is_free(ada: Member) -> None:
    present, new = PASSWORD, OTHER_PASSWORD
    for _ in range(12):
        body = {"current_password": present, "new_password": new}
        answer = ada.client.post("/auth/change-password", body)
        assert answer.status_code == 200
        ada.client.bearer(answer.json()["access"])
        present, new = new, present


def test_wrong_passwords_before_the_right_one_are_forgotten(ada: Member) -> None:
    for _ in range(6):
        for body in ({"password": OTHER_PASSWORD}, {"password": OTHER_PASSWORD}, {"password": PASSWORD}):
            status = ada.client.post("/auth/mfa/totp", body).status_code
    assert status == 200


@pytest.mark.parametrize(
    ("path", "body", "limit", "status"),
    [
        ("/auth/forgot-password", {"email": "ada@example.org"}, limits.MAIL_REQUEST, 202),
        ("/auth/verify-email/resend", {"email": "nobody@example.org"}, limits.MAIL_REQUEST, 202),
        ("/auth/verify-email", {"token": "x" * 64}, limits.MAILED_LINK, 400),
        ("/auth/reset-password", {"token": "x" * 64, "new_password": PASSWORD}, limits.MAILED_LINK, 400),
        ("/auth/register", {"email": "ada@example.org", "password": PASSWORD}, limits.REGISTRATION, 409),
    ],
    ids=["forgot-password", "resend", "verify-email", "reset-password", "register"],
)
def test_each_call_has_a_limit_by_network(
    ada: Member,
    clock: Clock,
    failed: Callable[..., None],
    path: str,
    body: dict[str, str],
    limit: limits.Limit,
    status: int,
) -> None:
    failed(limit.free - 2, limit, HOME_NETWORK)
    assert [post(path, body).status_code for _ in range(3)] == [status] * 2 + [429]
    assert post(path, body, ELSEWHERE).status_code == status
    clock.passes(limit.period)
    assert post(path, body).status_code == status


def test_exports_have_a_limit_by_person(
    ada: Member, stranger: Member, clock: Clock, failed: Callable[..., None]
) -> None:
    failed(limits.EXPORT.free - 2, limits.EXPORT, ada.user.pk)
    assert [ada.client.get("/users/me/export").status_code for _ in range(3)] == [200] * 2 + [429]
    assert stranger.client.get("/users/me/export").status_code == 200
    clock.passes(limits.EXPORT.period)
    assert ada.client.get("/users/me/export").status_code == 200


def test_links_that_are_good_cost_nothing(deliver: Callable[[], list[Any]], failed: Callable[..., None]) -> None:
    post("/auth/register", {"email": "new@example.org", "password": PASSWORD})
    token = deliver()[0].body.split("token=")[1].split()[0]
    failed(limits.MAILED_LINK.free - 2, limits.MAILED_LINK, HOME_NETWORK)
    assert post("/auth/verify-email", {"token": "x"}).status_code == 400
    assert post("/auth/verify-email", {"token": token}).status_code == 200
    assert [post("/auth/verify-email", {"token": "x"}).status_code for _ in range(2)] == [400, 429]


def test_a_retry_after_the_wait_is_not_answered_from_memory(
    ada: Member, clock: Clock, failed: Callable[..., None]
) -> None:
    body, key = {"email": "ada@example.org"}, {"HTTP_IDEMPOTENCY_KEY": "one"}
    failed(limits.MAIL_REQUEST.free, limits.MAIL_REQUEST, HOME_NETWORK)
    assert post("/auth/forgot-password", body, **key).status_code == 429
    clock.passes(3600)
    assert post("/auth/forgot-password", body, **key).status_code == 202


def test_bad_bodies_are_not_counted(failed: Callable[..., None]) -> None:
    failed(limits.REGISTRATION.free - 1, limits.REGISTRATION, HOME_NETWORK)
    for _ in range(3):
        assert post("/auth/register", {"email": "x", "password": PASSWORD}).status_code == 400
    assert post("/auth/register", {"email": "new@example.org", "password": PASSWORD}).status_code == 201
