"""The keys of Auth: what happens while Auth is there, away, slow or wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core_service.people.tests.signing import JWKS, KEY, SigningKey
from core_service.people.tests.stand_in import Answer, StandIn, running
from shared_settings.http import jwks
from shared_settings.http.jwks import NoKeys, RemoteKeySet

NEXT_KEY = SigningKey("the-next-key")
BOTH = {"keys": [KEY.jwk, NEXT_KEY.jwk]}


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def auth() -> Iterator[StandIn]:
    with running() as stand_in:
        stand_in.answer = lambda asked: Answer.of(JWKS)
        yield stand_in


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "jwks.json"


@pytest.fixture
def keys(auth: StandIn, file: Path, clock: Clock) -> RemoteKeySet:
    return RemoteKeySet(f"{auth.url}/jwks.json", file, clock=clock)


def settle() -> None:
    """Wait for the refresh that runs in the background, if any."""
    for thread in threading.enumerate():
        if thread.name == jwks.THREAD:
            thread.join(120)


def test_asks_once_and_then_knows(keys: RemoteKeySet, auth: StandIn, clock: Clock) -> None:
    assert keys.find(KEY.kid) is not None
    clock.now += jwks.SOFT_AGE_SECONDS - 1
    for _ in range(100):
        assert keys.find(KEY.kid) is not None
    settle()
    assert len(auth.asked) == 1


def test_refreshes_in_the_background_past_the_soft_age(keys: RemoteKeySet, auth: StandIn, clock: Clock) -> None:
    before = keys.find(KEY.kid)
    may_answer = threading.Event()
    auth.answer = lambda asked: Answer.of(BOTH if may_answer.wait(60) else JWKS)
    clock.now += jwks.SOFT_AGE_SECONDS
    for _ in range(100):
        assert keys.find(KEY.kid) is before
    may_answer.set()
    settle()
    assert len(auth.asked) == 2
    assert keys.find(NEXT_KEY.kid) is not None


def test_keeps_the_very_keys_when_a_refresh_brings_the_same(keys: RemoteKeySet, auth: StandIn, clock: Clock) -> None:
    before = keys.find(KEY.kid)
    clock.now += jwks.SOFT_AGE_SECONDS
    keys.find(KEY.kid)
    settle()
    assert len(auth.asked) == 2
    assert keys.find(KEY.kid) is before


def test_forgets_a_key_that_auth_no_longer_publishes(keys: RemoteKeySet, auth: StandIn, clock: Clock) -> None:
    keys.find(KEY.kid)
    auth.answer = lambda asked: Answer.of({"keys": [NEXT_KEY.jwk]})
    clock.now += jwks.SOFT_AGE_SECONDS
    keys.find(KEY.kid)
    settle()
    assert keys.find(KEY.kid) is None


def test_asks_at_most_once_in_a_cooldown_for_unknown_keys(keys: RemoteKeySet, auth: StandIn, clock: Clock) -> None:
    keys.find(KEY.kid)
    clock.now += jwks.COOLDOWN_SECONDS
    assert [keys.find(f"unknown-{number}") for number in range(50)] == [None] * 50
    assert len(auth.asked) == 2
    for seconds, asked in ((9, 2), (1, 3)):
        clock.now += seconds
        keys.find("unknown")
        assert len(auth.asked) == asked


def test_finds_a_new_key_at_its_first_token(keys: RemoteKeySet, auth: StandIn, clock: Clock) -> None:
    keys.find(KEY.kid)
    auth.answer = lambda asked: Answer.of(BOTH)
    clock.now += jwks.COOLDOWN_SECONDS
    assert keys.find(NEXT_KEY.kid) is not None


def test_never_asks_for_a_malformed_key_id(keys: RemoteKeySet, auth: StandIn, clock: Clock) -> None:
    keys.find(KEY.kid)
    clock.now += jwks.COOLDOWN_SECONDS
    for kid in ("../../etc/passwd", "http://evil.example/", "", "x" * 129, "a\nb"):
        assert keys.find(kid) is None
    assert len(auth.asked) == 1


@pytest.mark.asvs("16.5.2")
@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<html><body>Welcome to the proxy</body></html>", content_type="text/html"),
        Answer(b""),
        Answer(b"{}"),
        Answer(b"[]"),
        Answer(b"null"),
        Answer(b'{"keys": []}'),
        Answer(b'{"keys": {}}'),
        Answer(b'{"keys": [null, 1, "x", [], {}]}'),
        Answer(b'{"keys": ' + b"[" * 20_000),
        Answer(b"\xff\xfe"),
        Answer(json.dumps(JWKS).encode()[:-20]),
        Answer(json.dumps(JWKS).encode()[:-20], announced=len(json.dumps(JWKS))),
        Answer(json.dumps(JWKS).encode() + b" " * jwks.MOST_BYTES),
        Answer.of({"keys": [KEY.jwk | {"kid": f"key-{number}"} for number in range(jwks.MOST_KEYS + 1)]}),
        Answer.of({"keys": [KEY.jwk | {"alg": "HS256"}]}),
        Answer.of({"keys": [KEY.jwk | {"use": "enc"}]}),
        Answer.of({"keys": [KEY.jwk | {"x": KEY.jwk["y"]}]}),
        Answer.of({"keys": [KEY.jwk | {"x": "!!!"}]}),
        Answer.of({"keys": [KEY.jwk | {"d": "AA"}]}),
        Answer.of({"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": KEY.kid}]}),
        Answer.of(JWKS, status=500),
        Answer.of(JWKS, status=302, headers={"Location": "/elsewhere"}),
    ],
)
def test_a_wrong_answer_harms_nothing(
    keys: RemoteKeySet, auth: StandIn, clock: Clock, file: Path, answer: Answer
) -> None:
    before, stored = keys.find(KEY.kid), file.read_bytes()
    auth.answer = lambda asked: answer
    clock.now += jwks.SOFT_AGE_SECONDS
    keys.find(KEY.kid)
    settle()
    assert len(auth.asked) == 2
    assert keys.find(KEY.kid) is before
    assert file.read_bytes() == stored


@pytest.mark.asvs("16.5.2")
@pytest.mark.parametrize("answer", [Answer.of(JWKS, delay=30), Answer.of(JWKS, pause=0.1)])
def test_a_slow_answer_is_given_up(
    keys: RemoteKeySet, auth: StandIn, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jwks, "TIMEOUT_SECONDS", 0.5)
    auth.answer = lambda asked: answer
    with pytest.raises(NoKeys) as refusal:
        keys.find(KEY.kid)
    assert refusal.value.status == 503
    assert refusal.value.headers["Retry-After"]
    settle()


def test_says_unavailable_while_there_are_no_keys_and_asks_again_later(
    keys: RemoteKeySet, auth: StandIn, clock: Clock
) -> None:
    auth.answer = lambda asked: Answer(status=502)
    for _ in range(5):
        with pytest.raises(NoKeys):
            keys.find(KEY.kid)
    assert len(auth.asked) == 1
    clock.now += 9
    with pytest.raises(NoKeys):
        keys.find(KEY.kid)
    assert len(auth.asked) == 1
    auth.answer = lambda asked: Answer.of(JWKS)
    clock.now += 1
    assert keys.find(KEY.kid) is not None


def test_many_that_come_to_a_fresh_start_share_one_request(keys: RemoteKeySet, auth: StandIn) -> None:
    auth.answer = lambda asked: Answer.of(JWKS, delay=0.3)
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(keys.find(KEY.kid))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    assert None not in found
    assert len(auth.asked) == 1


@pytest.mark.asvs("16.5.2")
@pytest.mark.parametrize(
    "answer",
    [
        Answer.of(JWKS, delay=30),
        Answer(b"<html><body>Welcome to the proxy</body></html>", content_type="text/html"),
        Answer(b""),
        Answer(json.dumps(JWKS).encode()[:-20], announced=len(json.dumps(JWKS))),
        Answer(status=502),
        None,
    ],
    ids=["slow", "HTML", "empty", "truncated", "failing", "away"],
)
def test_a_restart_while_auth_is_broken_or_away_goes_on_with_the_stored_keys(
    file: Path, clock: Clock, answer: Answer | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running() as auth:
        auth.answer = lambda asked: Answer.of(JWKS)
        url = f"{auth.url}/jwks.json"
        RemoteKeySet(url, file, clock=clock).find(KEY.kid)
        if answer is not None:
            auth.answer = lambda asked: answer
            if answer.delay:
                monkeypatch.setattr(jwks, "TIMEOUT_SECONDS", 0.5)
            assert_goes_on(RemoteKeySet(url, file, clock=clock))
            assert answer.delay or len(auth.asked) == 2
    assert_goes_on(RemoteKeySet(url, file, clock=clock))


def assert_goes_on(restarted: RemoteKeySet) -> None:
    assert restarted.find(KEY.kid) is not None
    settle()
    assert restarted.find(KEY.kid) is not None
    restarted.require()


def test_stored_keys_of_another_address_do_not_count(keys: RemoteKeySet, file: Path, clock: Clock) -> None:
    keys.find(KEY.kid)
    with pytest.raises(NoKeys):
        RemoteKeySet("http://127.0.0.1:9/jwks.json", file, clock=clock).find(KEY.kid)


@pytest.mark.parametrize("stored", [b"", b"{", b"[]", b'{"url": 1}', b"\xff", b'{"keys": []}'])
def test_a_broken_file_is_as_good_as_none(keys: RemoteKeySet, file: Path, stored: bytes) -> None:
    file.write_bytes(stored)
    assert keys.find(KEY.kid) is not None
    assert json.loads(file.read_bytes())["keys"][0]["kid"] == KEY.kid


def test_a_folder_that_cannot_be_written_harms_nothing(auth: StandIn, clock: Clock, file: Path) -> None:
    file.write_text("a file where a folder should be")
    assert RemoteKeySet(auth.url, file / "jwks.json", clock=clock).find(KEY.kid) is not None


def test_what_is_stored_is_public_and_of_one_piece(keys: RemoteKeySet, file: Path) -> None:
    keys.find(KEY.kid)
    assert set(json.loads(file.read_bytes())["keys"][0]) == {"kty", "crv", "kid", "x", "y"}
    assert [path.name for path in file.parent.iterdir()] == ["jwks.json"]
