"""Tokens of the wrong kind in each place, and refresh tokens and mailed links that were tampered with."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from auth_service.accounts import actions, links
from auth_service.accounts.models import Purpose, User
from auth_service.login_sessions import tokens
from auth_service.tests.cast import OTHER_PASSWORD, Member
from auth_service.tests.hostile.forging import b64url, decoded
from auth_service.tests.hostile.target import Target, bearer, nothing_changes, pointers_of
from shared_settings.testing import SERVICE_TOKEN


def link(member: Member, purpose: Purpose) -> str:
    """The token of a mail that this person got."""
    row = actions.issue_one_time_token(token_id=uuid.uuid4(), user_id=member.user.pk, purpose=purpose)
    assert row is not None
    return links.token_of(row)


@pytest.fixture
def kinds(ada: Member) -> dict[str, str]:
    """One good token of every kind, all of the same person."""
    User.objects.update(is_verified=False, pending_email="new@example.org")
    return {
        "access": ada.pair.access,
        "refresh": ada.pair.refresh,
        "verification": link(ada, Purpose.VERIFY_EMAIL),
        "new address": link(ada, Purpose.CHANGE_EMAIL),
        "reset": link(ada, Purpose.RESET_PASSWORD),
        "feed": tokens.signed_feed({"sub": str(ada.user.pk), "sid": str(ada.session.pk), "jti": "x"}, timezone.now()),
        "service": SERVICE_TOKEN,
        "session id": str(ada.session.pk),
        "person id": str(ada.user.pk),
    }


Place = Callable[[Target, str], Any]
PLACES: dict[str, tuple[set[str], tuple[int, str], Place]] = {
    "who asks": ({"access"}, (401, "invalid_token"), lambda auth, token: auth.renames(token)),
    "refreshing": (
        {"refresh"},
        (401, "invalid_refresh_token"),
        lambda auth, token: auth.post("/auth/refresh", {"refresh": token}),
    ),
    "a new password": (
        {"reset"},
        (400, "invalid_token"),
        lambda auth, token: auth.post("/auth/reset-password", {"token": token, "new_password": OTHER_PASSWORD}),
    ),
    "verifying": (
        {"verification", "new address"},
        (400, "invalid_token"),
        lambda auth, token: auth.post("/auth/verify-email", {"token": token}),
    ),
    "a service that asks": (
        {"service"},
        (401, "invalid_token"),
        lambda auth, token: auth.client.post("/auth/introspect", data={"token": "x"}, headers=bearer(token)),
    ),
    "a service that listens": (
        {"service"},
        (401, "invalid_token"),
        lambda auth, token: auth.client.get("/auth/revocations", headers=bearer(token)),
    ),
    "a service that follows": (
        {"service"},
        (401, "invalid_token"),
        lambda auth, token: auth.client.get("/auth/events", headers=bearer(token)),
    ),
}


@pytest.mark.asvs("9.2.2")
@pytest.mark.parametrize("place", PLACES)
def test_takes_only_the_kind_that_belongs_there(auth: Target, kinds: dict[str, str], place: str) -> None:
    right, refusal, send = PLACES[place]
    with nothing_changes():
        for kind in kinds.keys() - right:
            answer = send(auth, kinds[kind])
            assert (kind, answer.status_code, answer.json()["code"]) == (kind, *refusal)
    for kind in sorted(right, reverse=True):  # a new address voids a link for the old one
        assert send(auth, kinds[kind]).is_success


@pytest.mark.asvs("9.2.2")
def test_signing_out_takes_anything_and_ends_only_by_a_refresh_token(auth: Target, kinds: dict[str, str]) -> None:
    with nothing_changes():
        for kind in kinds.keys() - {"refresh"}:
            assert auth.post("/auth/logout", {"refresh": kinds[kind]}).status_code == 204
        for strange in ("", " ", "A" * 100_000):
            assert auth.post("/auth/logout", {"refresh": strange}).status_code == 204
    assert auth.post("/auth/logout", {"refresh": kinds["refresh"]}).status_code == 204
    assert auth.refuses(kinds["access"])


@pytest.mark.asvs("9.2.2")
def test_a_service_is_told_of_access_tokens_and_of_refresh_tokens_where_it_asks_for_them(
    auth: Target, kinds: dict[str, str]
) -> None:
    with nothing_changes():
        assert {kind for kind in kinds if auth.is_active(kinds[kind])} == {"access"}
        asked_for = {"token_type_hint": "refresh_token"}
        assert {kind for kind in kinds if auth.is_active(kinds[kind], **asked_for)} == {"access", "refresh"}


@pytest.mark.asvs("9.2.2")
def test_a_token_of_a_service_opens_nothing_of_people(auth: Target) -> None:
    for path in ("/users/me", "/users/all", "/auth/sessions", "/auth/audit", "/users/me/export"):
        answer = auth.client.get(path, headers=bearer(SERVICE_TOKEN))
        assert (path, answer.status_code) == (path, 401)


def tampered(token: str, of_another: str) -> list[str]:
    """Ways to write one of our opaque tokens (an id, then a MAC) that we never would."""
    ours, others = decoded(token), decoded(of_another)
    spoilt = [others[:16] + ours[16:], ours[:16] + others[16:], ours[:-32] + bytes(32), bytes(16) + ours[16:]]
    spoilt += [ours[:index] + bytes([ours[index] ^ 1]) + ours[index + 1 :] for index in (0, 15, 16, 19, -33, -32, -1)]
    spoilt += [ours[:-1], ours + b"\0", ours * 2, ours[16:], b""]
    plain = base64.b64encode(ours).decode()
    written = [plain] if plain != token else []
    written += [token[:-1], token + "=", token + "A", f" {token[1:]}", token[:-1] + "é", ours.hex(), f"{token},{token}"]
    return [text for text in [*map(b64url, spoilt), *written, token.swapcase(), "x", "A" * 4096] if text]


@pytest.mark.asvs("10.4.5")
def test_a_refresh_token_that_was_tampered_with_neither_refreshes_nor_ends_the_session(auth: Target) -> None:
    # Most of our tokens, and not all, have a letter that plain Base64 writes in another way.
    ada = next(member for member in iter(Member.joins, None) if {"-", "_"} & set(member.pair.refresh))
    forged = tampered(ada.pair.refresh, ada.again().pair.refresh)
    with nothing_changes():
        for token in forged:
            answer = auth.post("/auth/refresh", {"refresh": token})
            assert (token, answer.status_code) == (token, 401)
            assert auth.post("/auth/logout", {"refresh": token}).status_code == 204
            assert not auth.is_active(token)
    assert auth.post("/auth/refresh", {"refresh": ada.pair.refresh}).status_code == 200


@pytest.mark.asvs("6.4.1", "6.4.3")
@pytest.mark.parametrize("purpose", [Purpose.RESET_PASSWORD, Purpose.VERIFY_EMAIL])
def test_a_link_that_was_tampered_with_does_nothing(auth: Target, purpose: Purpose) -> None:
    is_reset = purpose == Purpose.RESET_PASSWORD
    path, body = ("/auth/reset-password", {"new_password": OTHER_PASSWORD}) if is_reset else ("/auth/verify-email", {})
    good, of_another = link(Member.joins(), purpose), link(Member.joins(), purpose)
    with nothing_changes():
        for token in tampered(good, of_another):
            answer = auth.post(path, body | {"token": token})
            assert (token, answer.status_code, pointers_of(answer)) == (token, 400, ["/token"])
    assert auth.post(path, body | {"token": good}).is_success
