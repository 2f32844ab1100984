"""Addresses that break a line, end a text, are too long, or look like somebody else's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from auth_service.accounts.models import User
from auth_service.tests.cast import PASSWORD, Member
from auth_service.tests.hostile.target import Target, bearer, nothing_changes, pointers_of

MALFORMED: dict[str, Any] = {
    "CRLF and a header": "eve@example.org\r\nBcc: victim@example.net",
    "LF inside": "eve@exam\nple.org",
    "CR inside": "e\rve@example.org",
    "folded": "eve@example.org\r\n Bcc: victim@example.net",
    "line separator": "eve\u2028@example.org",
    "next line": "eve\u0085@example.org",
    "percent CRLF in the domain": "eve@example.org%0d%0aBcc:victim@example.net",
    "NUL inside": "e\0ve@example.org",
    "NUL at the end": "eve@example.org\0",
    "NUL and another domain": "eve@example.org\0.evil.example.net",
    "escape": "e\x1bve@example.org",
    "delete": "eve\x7f@example.org",
    "right-to-left override": "eve\u202e@example.org",
    "zero width": "e\u200bve@example.org",
    "soft hyphen": "e\u00adve@example.org",
    "byte order mark": "\ufeffeve@example.org",
    "255 characters": f"eve@{'a' * 60}.{'b' * 60}.{'c' * 60}.{'d' * 60}.example",
    "256 before the @": f"{'e' * 256}@example.org",
    "a million characters": f"{'e' * 1_000_000}@example.org",
    "label of 64": f"eve@{'a' * 64}.org",
    "two addresses": "eve@example.org,victim@example.net",
    "two @": "eve@evil.example@example.org",
    "with a name": "Eve <eve@example.org>",
    "source route": "@evil.example:eve@example.org",
    "blank inside": "e ve@example.org",
    "no domain": "eve@",
    "no name": "@example.org",
    "only @": "@",
    "empty": "",
    "blanks": "   ",
    "dots": "eve@example..org",
    "SQL": "' OR 1=1 --",
    "template": "{{7*7}}@{{settings.SECRET_KEY}}",
    "ideographic full stop": "eve@example。org",
    "Cyrillic name": "\u0430da@example.org",
    "fullwidth name": "\uff41da@example.org",
    "emoji": "🦊@example.org",
    "number": 7,
    "null": None,
    "list": ["eve@example.org"],
    "object": {"$ne": ""},
    "flag": True,
}

Place = Callable[[Target, Member, Any], Any]
PLACES: dict[str, Place] = {
    "registering": lambda auth, admin, email: auth.post("/auth/register", {"email": email, "password": PASSWORD}),
    "forgot": lambda auth, admin, email: auth.post("/auth/forgot-password", {"email": email}),
    "resend": lambda auth, admin, email: auth.post("/auth/verify-email/resend", {"email": email}),
    "oneself": lambda auth, admin, email: auth.client.patch(
        "/users/me", json={"email": email, "current_password": PASSWORD}, headers=bearer(admin.pair.access)
    ),
    "by an admin": lambda auth, admin, email: auth.client.patch(
        f"/users/{admin.user.pk}", json={"email": email}, headers=bearer(admin.pair.access)
    ),
}


@pytest.mark.asvs("1.3.11", "2.2.1")
def test_refuses_what_is_no_address_wherever_one_is_sent(auth: Target) -> None:
    admin = Member.joins("admin@example.org", is_superuser=True)
    for place, send in PLACES.items():
        with nothing_changes():
            for name, email in MALFORMED.items():
                answer = send(auth, admin, email)
                assert (place, name, answer.status_code, pointers_of(answer)) == (place, name, 400, ["/email"])


@pytest.mark.asvs("2.2.1")
def test_nobody_signs_in_by_what_is_no_address(auth: Target, ada: Member) -> None:
    """Also by none that is an address up to its NUL or its line break."""
    emails = {"ada@example.org\0": 400, "ada@example.org\r\nx": 401, "ada@example.org,eve@example.org": 401}
    with nothing_changes():
        for email, status in [*emails.items(), ("e" * 1_000_000, 400), (7, 400), (["ada@example.org"], 400)]:
            answer = auth.post("/auth/login", {"email": email, "password": PASSWORD})
            assert (email, answer.status_code) == (email, status)


CYRILLIC_E, DOTLESS_I, KELVIN, LONG_S, FULLWIDTH_D = "\u0435", "\u0131", "\u212a", "\u017f", "\uff44"
STORED = "ada@desk.info"
LOOK_ALIKES = [f"ada@d{CYRILLIC_E}sk.info", f"ADA@D{CYRILLIC_E.upper()}SK.INFO", f"ada@desk.{DOTLESS_I}nfo"]
# Letters that fold into plain ones: a mail server would find the same domain.
SPELLINGS = [
    f"ada@{FULLWIDTH_D}esk.info",
    f"ada@des{KELVIN}.info",
    f"ada@de{LONG_S}k.info",
    "ADA@DESK.INFO",
    f" {STORED} ",
]


@pytest.mark.asvs("2.2.1")
def test_a_look_alike_is_somebody_else(auth: Target, deliver: Callable[[], list[Any]]) -> None:
    """It gets nothing of whom it looks like: no session, no mail, no change."""
    ada = Member.joins(STORED)
    with nothing_changes():
        answer = auth.post("/auth/login", {"email": LOOK_ALIKES[0], "password": PASSWORD})
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")
    for email in LOOK_ALIKES:
        assert (email, auth.post("/auth/forgot-password", {"email": email}).status_code) == (email, 202)
    assert deliver() == []
    before = ada.row
    assert auth.post("/auth/register", {"email": LOOK_ALIKES[0], "password": PASSWORD}).status_code == 201
    assert (User.objects.count(), ada.row.updated_at) == (2, before.updated_at)


@pytest.mark.asvs("2.2.1")
def test_another_spelling_is_the_same_person_whose_mail_goes_to_the_stored_address(
    auth: Target, deliver: Callable[[], list[Any]]
) -> None:
    Member.joins(STORED)
    for email in SPELLINGS[:3]:
        assert (email, auth.post("/auth/forgot-password", {"email": email}).status_code) == (email, 202)
    assert [mail.to for mail in deliver()] == [[STORED]] * 3
    eve = Member.joins("eve@example.org")
    for email in SPELLINGS:
        with nothing_changes():
            answer = PLACES["oneself"](auth, eve, email)
        assert (email, answer.status_code, answer.json()["code"]) == (email, 409, "email_taken")
