"""Passwords that other services cut off, fold, or fall over."""

from __future__ import annotations

import json
import unicodedata
import uuid
from typing import Any

import pytest

from auth_service.accounts import actions, links
from auth_service.accounts.models import Purpose, User
from auth_service.tests.cast import PASSWORD, Member
from auth_service.tests.hostile.target import Target, bearer, nothing_changes, pointers_of

EVE = "eve@example.org"
OF_73_BYTES = "Copper-lantern-river-47/" * 3 + "x"
OF_64_EMOJI = "🦊🐙🌵🎈🧭🪁🍉🚲" * 8
CASED = "Stra\u00dfe-Caf\u00e9-Ladder-19 "


def sign_in(auth: Target, password: str) -> int:
    return auth.post("/auth/login", {"email": EVE, "password": password}).status_code


@pytest.mark.asvs("6.2.5", "6.2.8", "6.2.9", "11.4.2")
@pytest.mark.parametrize(
    ("password", "others"),
    [
        (OF_73_BYTES, [OF_73_BYTES[:-1] + "y", OF_73_BYTES[:-1]]),
        (OF_64_EMOJI, [OF_64_EMOJI[:-1] + "🚀"]),
        (CASED, [CASED.swapcase(), CASED.strip(), unicodedata.normalize("NFD", CASED)]),
    ],
    ids=["73 bytes", "64 emoji", "case, blanks and accents"],
)
def test_every_byte_of_a_password_counts(auth: Target, password: str, others: list[str]) -> None:
    assert auth.post("/auth/register", {"email": EVE, "password": password}).status_code == 201
    assert User.objects.get().password.startswith("bcrypt_sha256$$2b$12$")
    assert sign_in(auth, password) == 200
    with nothing_changes():
        assert [sign_in(auth, other) for other in others] == [401] * len(others)


BAD: dict[str, Any] = {
    "a million characters": "x7" * 500_000,
    "1,025 characters": "x7" * 512 + "x",
    "1,025 emoji": "🦊" * 1025,
    "NUL inside": "copper\0lantern-river",
    "NUL at the end": "copper-lantern-river\0",
    "empty": "",
    "number": 12345678901,
    "null": None,
    "list": [PASSWORD],
    "object": {"$ne": ""},
    "flag": True,
}


def places(ada: Member) -> dict[str, tuple[str, dict[str, Any], str, dict[str, str]]]:
    """Where a password is sent: path, body, the name of the password in it, and headers."""
    row = actions.issue_one_time_token(token_id=uuid.uuid4(), user_id=ada.user.pk, purpose=Purpose.RESET_PASSWORD)
    assert row is not None
    mine = bearer(ada.pair.access)
    return {
        "registering": ("/auth/register", {"email": EVE}, "password", {}),
        "signing in": ("/auth/login", {"email": "ada@example.org"}, "password", {}),
        "the present one": ("/auth/change-password", {"new_password": OF_64_EMOJI}, "current_password", mine),
        "a new one": ("/auth/change-password", {"current_password": PASSWORD}, "new_password", mine),
        "a reset": ("/auth/reset-password", {"token": links.token_of(row)}, "new_password", {}),
        "erasing": ("/users/me/erase", {}, "password", mine),
        "a second factor": ("/auth/mfa/totp", {}, "password", mine),
    }


@pytest.mark.asvs("2.2.1", "15.3.5")
def test_refuses_what_is_no_password_wherever_it_is_sent(auth: Target, ada: Member) -> None:
    for place, (path, body, name, headers) in places(ada).items():
        with nothing_changes():
            for kind, password in BAD.items():
                answer = auth.post(path, body | {name: password}, **headers)
                assert (place, kind, answer.status_code, pointers_of(answer)) == (place, kind, 400, [f"/{name}"])
    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.asvs("2.2.1")
def test_refuses_a_password_that_is_no_text_or_larger_than_any_body(auth: Target, ada: Member) -> None:
    for place, (path, body, name, headers) in places(ada).items():
        text = json.dumps(body | {name: "..."})
        with nothing_changes():
            for sent, code in (
                (text.replace('"..."', '"copper-lantern-\\ud800-river"').encode(), (400, "parse_error")),
                (text.encode().replace(b"...", b"copper-lantern-\xff-river"), (400, "parse_error")),
                (text.replace("...", "x" * 1024 * 1024).encode(), (413, "body_too_large")),
            ):
                answer = auth.client.post(path, content=sent, headers={"Content-Type": "application/json"} | headers)
                assert (place, answer.status_code, answer.json()["code"]) == (place, *code)
