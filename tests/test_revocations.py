"""What Auth takes back reaches Core, which asks it nothing per request; with both services running."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import jwt
import pytest

from tests.services import ADMIN_EMAIL, PASSWORD, PLAIN_HTTP, Platform, wait_until

PROMISED_SECONDS = 10.0
LOOKS = 6  # several processes serve, and all must know


def status(
    platform: Platform, token: str, method: str = "GET", path: str = "/courses/?mine=true", **kwargs: Any
) -> int:
    with platform.core.client(token) as core:  # a new connection, so that any process may answer
        return core.request(method, path, **kwargs).status_code


def is_refused_everywhere(platform: Platform, token: str) -> bool:
    return all(status(platform, token) == 401 for _ in range(LOOKS))


def seconds_until(is_so: Callable[[], bool]) -> float:
    began = time.monotonic()
    wait_until(is_so, "what Auth took back to reach Core", PROMISED_SECONDS * 2)
    return time.monotonic() - began


@pytest.fixture(scope="module")
def admin(platform: Platform) -> dict[str, Any]:
    return platform.sign_in(ADMIN_EMAIL)


@pytest.fixture(scope="module")
def people(platform: Platform) -> list[dict[str, Any]]:
    addresses = [f"revoked.{number}@example.org" for number in range(5)]
    with ThreadPoolExecutor(2) as threads:  # each waits for a mail; more at once are too many for the lane of hashes
        found = list(threads.map(platform.register, addresses))
    for person in found:
        assert status(platform, person["access"]) == 200
    return found


def set_admin(platform: Platform, admin: dict[str, Any], person: dict[str, Any], is_superuser: bool) -> None:
    with platform.auth.client(admin["access"]) as auth:
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
    platform: Platform, admin: dict[str, Any], people: list[dict[str, Any]]
) -> None:
    leaver, banned, demoted, stays = people[:4]
    set_admin(platform, admin, demoted, True)
    demoted = refreshed(platform, demoted)  # at once, in the very second
    assert seconds_until(lambda: status(platform, demoted["access"], path="/courses/?status=draft") == 200) < 1
    with platform.auth.client(admin["access"]) as auth:
        banned_path = f"/users/{banned['user']['id']}"
        assert auth.patch(banned_path, json={"is_active": False}).status_code == 200
        assert auth.post("/auth/logout", json={"refresh": leaver["refresh"]}).status_code == 204
    set_admin(platform, admin, demoted, False)
    former = demoted
    assert (
        seconds_until(
            lambda: all(is_refused_everywhere(platform, person["access"]) for person in (leaver, banned, former))
        )
        < PROMISED_SECONDS
    )
    demoted = refreshed(platform, demoted)
    assert status(platform, demoted["access"]) == 200
    assert status(platform, stays["access"]) == 200
    assert status(platform, admin["access"]) == 200


@pytest.mark.asvs("7.4.1")
def test_a_reused_refresh_token_and_a_changed_password_reach_core(platform: Platform) -> None:
    robbed, changes = (platform.register(f"revoked.{name}@example.org") for name in ("robbed", "changes"))
    laptop = platform.sign_in("revoked.changes@example.org")
    present = refreshed(platform, refreshed(platform, robbed))
    for person in (present, changes, laptop):
        assert status(platform, person["access"]) == 200
    with platform.auth.client(laptop["access"]) as auth:
        assert auth.post("/auth/refresh", json={"refresh": robbed["refresh"]}).status_code == 401
        body = {"current_password": PASSWORD, "new_password": f"{PASSWORD}-anew"}
        answer = auth.post("/auth/change-password", json=body)
        assert answer.status_code == 200, answer.text
    ended = (robbed, present, changes)
    assert (
        seconds_until(lambda: all(is_refused_everywhere(platform, person["access"]) for person in ended))
        < PROMISED_SECONDS
    )
    for kept in (laptop, answer.json()):
        assert status(platform, kept["access"]) == 200


@pytest.mark.asvs("7.4.2")
def test_an_erasure_reaches_cores_rows_and_an_old_token_brings_nothing_back(
    platform: Platform, people: list[dict[str, Any]], admin: dict[str, Any]
) -> None:
    author, learner = people[3], people[4]
    with platform.core.client(author["access"]) as core:
        course = core.post("/courses/", json={"title": "Remembered", "status": "published"}).json()
        module = core.post("/modules/", json={"course_id": course["id"], "title": "One"}).json()
        lesson = core.post("/lessons/", json={"module_id": module["id"], "title": "One"}).json()
    mark = {"lesson_id": lesson["id"], "completed": True}
    assert status(platform, learner["access"], "POST", "/progress/", json=mark) == 201

    def rows_of_learner() -> int:
        with platform.core.client(author["access"]) as core:
            answer = core.get(f"/progress/?course_id={course['id']}&user_id={learner['user']['id']}")
        assert answer.status_code == 200, answer.text
        return int(answer.json()["count"])

    assert rows_of_learner() == 1
    with platform.auth.client(admin["access"]) as auth:
        assert auth.delete(f"/users/{learner['user']['id']}").status_code == 204
    assert seconds_until(lambda: rows_of_learner() == 0) < 2 * PROMISED_SECONDS
    wait_until(lambda: is_refused_everywhere(platform, learner["access"]), "the token to be refused", 10)
    assert status(platform, learner["access"], "POST", "/progress/", json=mark) == 401
    assert rows_of_learner() == 0
    with platform.auth.client(author["access"]) as auth:
        assert auth.get("/users/me").status_code == 200


def test_core_remembers_what_was_revoked_while_auth_is_down_also_over_a_restart(platform: Platform) -> None:
    leaver, stays = (platform.register(f"outage.{name}@example.org") for name in ("leaver", "stays"))
    with platform.auth.client() as auth:
        assert auth.post("/auth/logout", json={"refresh": leaver["refresh"]}).status_code == 204
    wait_until(lambda: is_refused_everywhere(platform, leaver["access"]), "the logout to reach Core", 10)
    platform.auth.stop()
    try:
        assert status(platform, stays["access"]) == 200
        platform.core.stop()
        platform.core.start()
        for _ in range(LOOKS):
            assert status(platform, leaver["access"]) == 401
            assert status(platform, stays["access"]) == 200
    finally:
        platform.auth.start()


def test_a_rotation_refuses_no_token_and_a_revoked_key_counts_nowhere(platform: Platform) -> None:
    person = platform.register("rotated@example.org")
    kid = jwt.get_unverified_header(person["access"])["kid"]
    old = person["access"]
    platform.auth.manage("rotate_signing_key")
    # In place of ten minutes: every process of Auth publishes the key within five seconds, and Core, which has just
    # been restarted and so has just asked for the keys, asks again after ten.
    time.sleep(11)
    backdate = "UPDATE login_sessions_signingkey SET created_at = '2020-01-01 00:00:00+00:00' WHERE state = 'standby'"
    platform.auth.manage("shell", "-c", f'from django.db import connection; connection.cursor().execute("{backdate}")')
    turn = "from auth_service.login_sessions.tasks import turn_signing_keys; turn_signing_keys()"
    platform.auth.manage("shell", "-c", turn)
    end = time.monotonic() + 7  # every process of Auth reads the keys anew within five seconds
    while time.monotonic() < end:
        person = refreshed(platform, person)
        assert status(platform, person["access"]) == 200
        assert status(platform, old) == 200
        with platform.auth.client(person["access"]) as auth:
            assert auth.get("/users/me").status_code == 200
        time.sleep(0.1)
    assert jwt.get_unverified_header(person["access"])["kid"] != kid
    platform.auth.manage("revoke_signing_key", kid)
    assert seconds_until(lambda: is_refused_everywhere(platform, old)) < PROMISED_SECONDS
    assert status(platform, person["access"]) == 200
    with platform.auth.client(old) as auth:
        wait_until(lambda: auth.get("/users/me").status_code == 401, "Auth to refuse the key", 6)
    keys = httpx.get(f"{platform.auth.url}/.well-known/jwks.json", **PLAIN_HTTP).json()["keys"]
    assert kid not in {key["kid"] for key in keys}


def test_revoking_the_active_key_reaches_core_with_a_new_key_that_it_has_not_seen(platform: Platform) -> None:
    person = platform.register("new.key@example.org")
    kid = jwt.get_unverified_header(person["access"])["kid"]
    platform.auth.manage("revoke_signing_key", kid)
    assert seconds_until(lambda: is_refused_everywhere(platform, person["access"])) < PROMISED_SECONDS
    wait_until(
        lambda: jwt.get_unverified_header(refreshed_in_place(platform, person)["access"])["kid"] != kid,
        "Auth to sign with the new key",
        6,
    )
    assert status(platform, person["access"]) == 200


def refreshed_in_place(platform: Platform, person: dict[str, Any]) -> dict[str, Any]:
    person.update(refreshed(platform, person))
    return person
