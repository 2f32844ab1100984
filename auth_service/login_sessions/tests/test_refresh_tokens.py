"""Refresh tokens as text."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from auth_service.login_sessions.refresh_tokens import RefreshToken

numbers = st.integers(min_value=0, max_value=2**32 - 2)
ids = st.uuids()


@given(ids, numbers)
def test_reads_what_it_wrote(session_id: uuid.UUID, number: int) -> None:
    token = RefreshToken.new(session_id, number)
    assert RefreshToken.read(token.text) == token


@given(ids, numbers, st.integers(min_value=0, max_value=111), st.sampled_from("ABCxyz019-_+/="))
def test_refuses_a_token_with_one_letter_changed(session_id: uuid.UUID, number: int, place: int, letter: str) -> None:
    text = RefreshToken.new(session_id, number).text
    changed = text[:place] + letter + text[place + 1 :]
    assert changed == text or RefreshToken.read(changed) is None


@given(st.text(max_size=200))
def test_refuses_any_other_text(text: str) -> None:
    assert RefreshToken.read(text) is None


def test_has_one_successor() -> None:
    token = RefreshToken.new(uuid.uuid4())
    assert token.successor() == token.successor()
    assert token.successor().number == 1
    assert len({token.hash, token.successor().hash, token.successor().successor().hash}) == 3


def test_another_secret_key_reads_nothing(settings: object) -> None:
    text = RefreshToken.new(uuid.uuid4()).text
    settings.SECRET_KEY = "another-secret-key-0123456789-abcdef"  # type: ignore[attr-defined]
    assert RefreshToken.read(text) is None
