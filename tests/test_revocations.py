"""What Auth takes back reaches Core, which asks it nothing per request; with both services running.

How soon, a busy machine cannot measure: it follows from the intervals that `shared_settings/tests/test_promises.py`
holds.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import jwt
import pytest

from tests.services import PASSWORD, PATIENCE_SECONDS, PLAIN_HTTP, Platform, wait_until

LOOKS = 12
TURN_KEYS = """
from django.db import connection
from auth_service.login_sessions.tasks import turn_signing_keys

long_ago = "UPDATE login_sessions_signingkey SET created_at = '2020-01-01 00:00:00+00:00'"
connection.cursor().execute(f"{long_ago} WHERE state = 'standby'")
turn_signing_keys()
"""


def me(platform: Platform, person: dict[str, Any]) -> int:
    with platform.auth.client(person["access"]) as auth:
        return auth.get("/users/me").status_code


def kid_of(person: dict[str, Any]) -> str:
    kid: str = jwt.get_unverified_header(person["access"])["kid"]
    return kid


@pytest.fixture(scope="module")
def people(platform: Platform) -> list[dict[str, Any]]:
    addresses = [f"revoked.{number}@example.org" for number in range(5)]
    with ThreadPoolExecutor(2) as threads:  # each waits for a mail; more at once are too many for the lane of hashes
        found = list(threads.map(platform.register, addresses))
    for person in found:
        assert platform.core_status(person["access"]) == 200
    return found


def set_admin(platform: Platform, admin_token: str, person: dict[str, Any], is_superuser: bool) -> None:
    with platform.auth.client(admin_token) as auth:
        body = {"user_id": person["user"]["id"], "is_superuser": is_superuser}
        answer = auth.post("/auth/admin", json=body)
        assert answer.status_code == 200, answer.text


def refreshed(platform: Platform, person: dict[str, Any]) -> dict[str, Any]:
    with platform.auth.client() as auth:
        answer = auth.post("/auth/refresh", json={"refresh": person["refresh"]})
    assert answer.status_code == 200, answer.text
    return {**person, **answer.json()}


@pytest.mark.asvs("7.4.1", "7.4.2")
def test_a_logout_a_ban_and_a_demotion_reach_core(
    platform: Platform, admin_token: str, people: list[dict[str, Any]]
) -> None:
    banned, demoted, stays = people[:3]
    leaver = platform.sign_in(stays["user"]["email"])
    set_admin(platform, admin_token, demoted, True)
    demoted = refreshed(platform, demoted)  # at once, in the very second
    assert platform.core_status(demoted["access"], path="/courses/?status=draft") == 200
    with platform.auth.client(admin_token) as auth:
        banned_path = f"/users/{banned['user']['id']}"
        assert auth.patch(banned_path, json={"is_active": False}).status_code == 200
        assert auth.post("/auth/logout", json={"refresh": leaver["refresh"]}).status_code == 204
    set_admin(platform, admin_token, demoted, False)
    platform.wait_until_core_refuses(leaver, banned, demoted)
    for person in (refreshed(platform, demoted), stays):
        assert platform.core_statuses(person["access"]) == {200}
    assert platform.core_statuses(admin_token) == {200}


@pytest.mark.asvs("7.4.1")
def test_a_reused_refresh_token_and_a_changed_password_reach_core(
    platform: Platform, people: list[dict[str, Any]]
) -> None:
    changes, other = people[3:]
    robbed = platform.sign_in(other["user"]["email"])
    laptop = platform.sign_in(changes["user"]["email"])
    present = refreshed(platform, refreshed(platform, robbed))
    for person in (present, changes, laptop):
        assert platform.core_status(person["access"]) == 200
    with platform.auth.client(laptop["access"]) as auth:
        assert auth.post("/auth/refresh", json={"refresh": robbed["refresh"]}).status_code == 401
        body = {"current_password": PASSWORD, "new_password": f"{PASSWORD}-anew"}
        answer = auth.post("/auth/change-password", json=body)
        assert answer.status_code == 200, answer.text
    platform.wait_until_core_refuses(robbed, present, changes)
    for kept in (laptop, answer.json(), other):
        assert platform.core_statuses(kept["access"]) == {200}


@pytest.mark.asvs("7.4.2")
def test_an_erasure_reaches_cores_rows_and_an_old_token_brings_nothing_back(
    platform: Platform, people: list[dict[str, Any]], admin_token: str
) -> None:
    author, learner = people[2], people[4]
    with platform.core.client(author["access"]) as core:
        course = core.post("/courses/", json={"title": "Remembered", "status": "published"}).json()
        module = core.post("/modules/", json={"course_id": course["id"], "title": "One"}).json()
        lesson = core.post("/lessons/", json={"module_id": module["id"], "title": "One"}).json()
    mark = {"lesson_id": lesson["id"], "completed": True}
    assert platform.core_status(learner["access"], "POST", "/progress/", json=mark) == 201

    def rows_of_learner() -> int:
        with platform.core.client(author["access"]) as core:
            answer = core.get(f"/progress/?course_id={course['id']}&user_id={learner['user']['id']}")
        assert answer.status_code == 200, answer.text
        return int(answer.json()["count"])

    assert rows_of_learner() == 1
    with platform.auth.client(admin_token) as auth:
        assert auth.delete(f"/users/{learner['user']['id']}").status_code == 204
    wait_until(lambda: rows_of_learner() == 0, "the erasure to reach Core")
    platform.wait_until_core_refuses(learner)
    assert platform.core_status(learner["access"], "POST", "/progress/", json=mark) == 401
    assert rows_of_learner() == 0
    assert me(platform, author) == 200


def test_a_rotation_refuses_no_token_and_a_revoked_key_counts_nowhere(
    platform: Platform, people: list[dict[str, Any]]
) -> None:
    person = old = people[2]
    assert platform.core_statuses(old["access"]) == {200}
    platform.auth.manage("rotate_signing_key")
    # In place of ten minutes: Auth publishes the key at once, and Core, which may just have asked for the keys, asks
    # again after ten seconds.
    time.sleep(11)
    platform.auth.manage("shell", "-c", TURN_KEYS)
    signed_anew: list[bool] = []

    def is_signed_anew() -> bool:
        """By every process of Auth: each reads the keys anew within five seconds."""
        nonlocal person
        person = refreshed(platform, person)
        signed_anew.append(kid_of(person) != kid_of(old))
        assert {platform.core_status(one["access"]) for one in (person, old)} == {200}
        assert me(platform, person) == 200
        return signed_anew[-LOOKS:] == [True] * LOOKS

    wait_until(is_signed_anew, "Auth to sign with the new key")
    platform.auth.manage("revoke_signing_key", kid_of(old))
    platform.wait_until_core_refuses(old)
    assert platform.core_statuses(person["access"]) == {200}
    wait_until(lambda: me(platform, old) == 401, "Auth to refuse the key")
    keys = httpx.get(f"{platform.auth.url}/.well-known/jwks.json", timeout=PATIENCE_SECONDS, **PLAIN_HTTP).json()[
        "keys"
    ]
    assert kid_of(old) not in {key["kid"] for key in keys}


def test_revoking_the_active_key_reaches_core_with_a_new_key_that_it_has_not_seen(
    platform: Platform, people: list[dict[str, Any]]
) -> None:
    person = platform.sign_in(people[2]["user"]["email"])
    kid = kid_of(person)
    platform.auth.manage("revoke_signing_key", kid)
    platform.wait_until_core_refuses(person)

    def is_signed_anew() -> bool:
        nonlocal person
        person = refreshed(platform, person)
        return kid_of(person) != kid

    wait_until(is_signed_anew, "Auth to sign with the new key")
    assert platform.core_statuses(person["access"]) == {200}
