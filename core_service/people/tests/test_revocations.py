"""What Auth has revoked: how Core hears of it, and what it does while it does not."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import pytest
from rest_framework.test import APIClient

from core_service.people.keys import auth_keys
from core_service.people.revocations import auth_revocations
from core_service.people.tests.signing import JWKS, KEY, SigningKey, claims_for, feed_of, token_for
from core_service.people.tests.stand_in import Answer, Asked, StandIn, running
from shared_settings.http import revocations
from shared_settings.http.jwks import RemoteKeySet
from shared_settings.http.revocations import RemoteRevocations, RevocationsUnknown, Revoked
from shared_settings.http.tokens import FEED_TYPE
from tests.services import wait_until

pytestmark = pytest.mark.urls("core_service.people.tests.urls")

ADA = uuid.UUID("0190a0a0-0000-7000-8000-000000000001")
SID = "0190a0a0-0000-7000-8000-0000000000aa"


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def whoami(token: str) -> Any:
    return APIClient().get("/api/v1/whoami", headers={"Authorization": f"Bearer {token}"})


# Requests


def test_a_token_of_an_ended_session_is_refused_although_it_was_good_before() -> None:
    token, other = token_for(ADA, sid=SID), token_for(ADA)
    assert whoami(token).status_code == 200
    auth_revocations.take(feed_of(sessions=[SID]))
    assert whoami(token).status_code == 401
    assert whoami(other).status_code == 200
    auth_revocations.take(feed_of())
    assert whoami(token).status_code == 200


def test_tokens_of_before_a_change_are_refused_and_those_of_after_are_not() -> None:
    now = int(time.time())
    auth_revocations.take(feed_of(users={str(ADA): now}))
    assert whoami(token_for(ADA, iat=now - 1)).status_code == 401
    assert whoami(token_for(ADA, iat=now)).status_code == 200
    assert whoami(token_for(uuid.uuid4(), iat=now - 1)).status_code == 200


def test_a_revoked_key_counts_no_more_although_it_is_still_published() -> None:
    token, next_key = token_for(ADA), SigningKey("next")
    auth_keys.take({"keys": [KEY.jwk, next_key.jwk]})
    assert whoami(token).status_code == 200
    claims = jwt.decode(feed_of(keys=[KEY.kid]), options={"verify_signature": False})
    auth_revocations.take(next_key.sign(claims, typ=FEED_TYPE))
    assert whoami(token).status_code == 401
    assert whoami(next_key.sign(claims_for(ADA))).status_code == 200


def test_only_admins_are_refused_when_nothing_was_heard_for_long(monkeypatch: Any, settings: Any) -> None:
    monkeypatch.setattr(auth_revocations, "_credential", "a credential")
    monkeypatch.setattr(auth_revocations, "start", lambda: None)
    long_ago = int(time.time()) - settings.REVOCATIONS_MAX_AGE_SECONDS - 1
    monkeypatch.setattr(auth_revocations, "_revoked", Revoked(iat=long_ago))
    answer = whoami(token_for(ADA, ["admin"]))
    assert (answer.status_code, answer.json()["code"]) == (503, "revocations_unknown")
    assert answer.headers["Retry-After"]
    assert whoami(token_for(ADA)).status_code == 200
    monkeypatch.setattr(auth_revocations, "_revoked", Revoked(iat=long_ago + 60))
    assert whoami(token_for(ADA, ["admin"])).status_code == 200


def test_a_feed_of_a_clock_that_is_a_little_behind_makes_the_news_no_older() -> None:
    now = int(time.time())
    auth_revocations.take(feed_of(iat=now))
    auth_revocations.take(feed_of(iat=now - 1, users={str(ADA): now}))
    assert (auth_revocations.present().iat, auth_revocations.present().users) == (now, {str(ADA): now})


def test_an_access_token_is_no_feed_and_a_feed_no_access_token() -> None:
    assert whoami(feed_of()).status_code == 401
    with pytest.raises(ValueError, match="no feed"):
        auth_revocations.take(token_for(ADA))


# The poll


@pytest.fixture
def auth() -> Iterator[StandIn]:
    with running() as stand_in:
        stand_in.answer = like_auth
        yield stand_in


def like_auth(asked: Asked, feed: str | None = None) -> Answer:
    if "jwks" in asked.path:
        return Answer.of(JWKS)
    return Answer.of({"feed": feed or feed_of(sessions=[SID]), "cursor": "c"})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "revocations.json"


def remote(auth: StandIn, file: Path, **kwargs: Any) -> RemoteRevocations:
    keys = RemoteKeySet(f"{auth.url}/jwks.json", file.with_name("jwks.json"))
    made = RemoteRevocations(f"{auth.url}/revocations", "a-credential", keys, file, **kwargs)
    made._polling_process = -1  # no thread: the tests poll
    made.start = lambda: None  # type: ignore[method-assign]
    return made


def restarted(auth: StandIn, file: Path, **kwargs: Any) -> RemoteRevocations:
    made = remote(auth, file, **kwargs)
    made._read_file()
    return made


def test_asks_with_its_credential_and_says_what_it_knows(auth: StandIn, file: Path) -> None:
    known = remote(auth, file)
    assert known.poll()
    assert known.present().sessions == {SID}
    unchanged = feed_of(sessions=None, users=None, keys=None, cursor=known.present().cursor)
    auth.answer = lambda asked: like_auth(asked, unchanged)
    assert known.poll()
    assert known.present().sessions == {SID}
    asked = [request for request in auth.asked if "revocations" in request.path]
    assert [request.headers["Authorization"] for request in asked] == ["Bearer a-credential"] * 2
    assert asked[0].path == "/revocations"
    assert asked[1].path.startswith("/revocations?after=")


def test_asks_for_all_of_it_once_its_cursor_is_refused(auth: StandIn, file: Path) -> None:
    known = remote(auth, file)
    known.poll()
    auth.answer = lambda asked: Answer(status=400) if "after=" in asked.path else like_auth(asked)
    assert [known.poll(), known.poll()] == [False, True]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<html>Welcome to the proxy</html>", content_type="text/html"),
        Answer(b""),
        Answer(b"[]"),
        Answer(b"{}"),
        Answer(b'{"feed": 1}'),
        Answer(b'{"feed": "a.b.c"}'),
        Answer(b'{"feed": ' + b"[" * 20_000),
        Answer(status=500),
        Answer(status=302, headers={"Location": "/elsewhere"}),
    ],
)
def test_a_wrong_answer_leaves_what_is_known(auth: StandIn, file: Path, answer: Answer) -> None:
    known = remote(auth, file)
    known.poll()
    before, stored = known.present(), file.read_bytes()
    auth.answer = lambda asked: answer
    assert not known.poll()
    assert known.present() is before
    assert file.read_bytes() == stored


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "http://evil.example"},
        {"aud": "another"},
        {"exp": 1_000_000},
        {"iat": int(time.time()) - 30},
        {"iat": 2**33},
        {"cursor": None},
        {"cursor": 1},
        {"sessions": "all"},
        {"sessions": [1]},
        {"users": {"a": "b"}},
        {"users": []},
        {"keys": None},
        {"sessions": None, "users": None, "keys": None, "cursor": "what is not known here"},
    ],
)
def test_a_feed_with_wrong_claims_changes_nothing(auth: StandIn, file: Path, changed: dict[str, Any]) -> None:
    known = remote(auth, file)
    known.poll()
    before = known.present()
    auth.answer = lambda asked: like_auth(asked, feed_of(**changed))
    assert not known.poll()
    assert known.present() is before


def test_a_forged_feed_changes_nothing(auth: StandIn, file: Path) -> None:
    known = remote(auth, file)
    known.poll()
    before = known.present()
    claims = jwt.decode(feed_of(), options={"verify_signature": False})
    forged = [
        SigningKey(KEY.kid).sign(claims, typ=FEED_TYPE),
        SigningKey("another").sign(claims, typ=FEED_TYPE),
        KEY.sign(claims, typ="at+jwt"),
        KEY.sign(claims, typ=FEED_TYPE, crit=["x"]),
        KEY.sign(claims | {"keys": [KEY.kid]}, typ=FEED_TYPE),
        jwt.encode(claims, "", algorithm="none", headers={"typ": FEED_TYPE, "kid": KEY.kid}),
    ]
    for feed in forged:
        auth.answer = lambda asked, feed=feed: like_auth(asked, feed)  # type: ignore[misc]
        assert not known.poll()
        assert known.present() is before


def test_a_feed_signed_with_a_new_key_is_read_at_once(auth: StandIn, file: Path) -> None:
    known = remote(auth, file)
    known.poll()
    next_key = SigningKey("the-next-key")
    feed = next_key.sign(jwt.decode(feed_of(), options={"verify_signature": False}), typ=FEED_TYPE)
    auth.answer = lambda asked: Answer.of({"keys": [next_key.jwk]}) if "jwks" in asked.path else like_auth(asked, feed)
    assert known.poll()  # although the keys were asked for this very second
    assert known.present().sessions == set()


def test_a_slow_answer_is_given_up(auth: StandIn, file: Path, monkeypatch: Any) -> None:
    known = remote(auth, file)
    assert known.poll()
    slow = replace(Answer.of({"feed": feed_of(), "cursor": "c"}), pause=0.01)
    auth.answer = lambda asked: slow
    monkeypatch.setattr(revocations, "TIMEOUT_SECONDS", 0.5)
    assert not known.poll()
    assert known.present().sessions == {SID}


def test_a_restart_while_auth_is_away_goes_on_with_what_was_stored(file: Path) -> None:
    with running() as auth:
        auth.answer = like_auth
        remote(auth, file).poll()
    again = restarted(auth, file)
    assert again.present().sessions == {SID}
    assert not again.poll()
    assert again.present().sessions == {SID}
    assert again.age() < 3600
    with pytest.raises(ValueError, match="older"):
        again.take(feed_of(iat=int(time.time()) - 30))


def test_how_long_nothing_was_heard_is_known_over_a_restart(auth: StandIn, file: Path) -> None:
    remote(auth, file).poll()
    clock = Clock()
    clock.now = time.time() + 7200
    again = restarted(auth, file, clock=clock)
    with pytest.raises(RevocationsUnknown):
        again.require(3600)
    again.require(10_000)


def test_a_first_start_without_auth_has_time_to_hear_of_it(auth: StandIn, file: Path) -> None:
    clock = Clock()
    known = remote(auth, file, clock=clock)
    known.require(3600)
    clock.now += 3601
    with pytest.raises(RevocationsUnknown):
        known.require(3600)


@pytest.mark.parametrize("stored", [b"", b"{", b"[]", b'{"url": 1}', b"\xff"])
def test_a_broken_file_is_as_good_as_none(auth: StandIn, file: Path, stored: bytes) -> None:
    file.write_bytes(stored)
    known = restarted(auth, file)
    assert known.poll()
    assert json.loads(file.read_bytes())["sessions"] == [SID]


def test_asks_by_itself_once_a_process(auth: StandIn, file: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(revocations, "POLL_SECONDS", 0.05)
    keys = RemoteKeySet(f"{auth.url}/jwks.json", file.with_name("jwks.json"))
    known = RemoteRevocations(f"{auth.url}/revocations", "a-credential", keys, file)
    for _ in range(3):
        known.present()
    wait_until(lambda: bool(known.present().sessions), "a poll")
    known.stop()
    assert known.present().sessions == {SID}


def test_without_a_credential_nothing_is_asked(auth: StandIn, file: Path) -> None:
    keys = RemoteKeySet(f"{auth.url}/jwks.json", file.with_name("jwks.json"))
    known = RemoteRevocations(f"{auth.url}/revocations", "", keys, file)
    assert known.present() == Revoked()
    known.require(0)
    assert auth.asked == []
