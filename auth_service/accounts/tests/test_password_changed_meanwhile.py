"""Whatever needs the password: it is replaced while a call that gave the old one waits for its turn to hash."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection, connections

from auth_service.accounts import actions, links
from auth_service.accounts.hash_lane import lane
from auth_service.accounts.models import Factor, Purpose, RecoveryCode, User
from auth_service.accounts.problems import TooBusy
from auth_service.accounts.tests.factors import enrol, off_by_delete, off_by_post, turn_on
from auth_service.tests.cast import OTHER_PASSWORD, PASSWORD, Member, codes_of
from shared_settings.ids import uuid7
from tests.services import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def reset_password(user: User) -> None:
    row = actions.issue_one_time_token(token_id=uuid7(), user_id=user.pk, purpose=Purpose.RESET_PASSWORD)
    assert row is not None
    actions.reset_password(token=links.token_of(row), hashed_password=make_password(OTHER_PASSWORD))


def is_full() -> bool:
    try:
        lane.refuse_if_full()
    except TooBusy:
        return True
    return False


def answer_after_reset(call: Callable[[], Any], user: User, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the call is answered whose caller was let in before the password was reset, and is verified after it."""

    def in_own_thread() -> Any:
        try:
            return call()
        finally:
            connections.close_all()

    connection.close()
    monkeypatch.setattr(lane, "most_waiting", 1)
    may_go_on = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        pool.submit(lane.run, may_go_on.wait)
        try:
            waiting = pool.submit(in_own_thread)
            wait_until(is_full, "somebody who comes to hash")
            reset_password(user)
        finally:
            may_go_on.set()
        return waiting.result()


def state_of(user: User) -> list[Any]:
    own = {"user_id": user.pk}
    return [
        *User.objects.filter(pk=user.pk).values_list("email", "pending_email", "has_second_factor"),
        *Factor.objects.filter(**own).order_by("pk").values_list("pk", "secret"),
        *RecoveryCode.objects.filter(**own).order_by("hash").values_list("hash"),
    ]


CALLS: dict[str, tuple[str, Callable[[Member], Any]]] = {
    "erase": ("password", lambda ada: ada.client.post("/users/me/erase", {"password": PASSWORD})),
    "erase once": (
        "password",
        lambda ada: ada.client.post(
            "/users/me/erase", {"password": PASSWORD}, headers={"Idempotency-Key": "once-1234"}
        ),
    ),
    "delete": ("password", lambda ada: ada.client.delete("/users/me", {"password": PASSWORD})),
    "begin a factor": ("password", enrol),
    "turn off a factor": ("password", off_by_post),
    "delete a factor": ("password", off_by_delete),
    "renew recovery codes": (
        "password",
        lambda ada: ada.client.post("/auth/mfa/recovery-codes", {"password": PASSWORD}),
    ),
    "change the email": (
        "current_password",
        lambda ada: ada.client.patch("/users/me", {"email": "thief@example.org", "current_password": PASSWORD}),
    ),
}


@pytest.mark.asvs("7.5.1", "7.5.3")
@pytest.mark.parametrize("name", CALLS)
def test_the_old_password_is_worth_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    field, call = CALLS[name]
    ada = Member.joins("ada@example.org")
    if name != "begin a factor":
        turn_on(ada)
    before = state_of(ada.user)
    answer = answer_after_reset(lambda: call(ada), ada.user, monkeypatch)
    assert (answer.status_code, codes_of(answer)) == (400, {f"/{field}": "wrong_password"})
    assert state_of(ada.user) == before
