"""LIKE on SQLite: as it is there for A to Z, and the same for the letters of all languages."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared_settings import like

LETTERS = "aAbB%_\\.*[( \n"


@pytest.fixture(scope="module")
def sqlite() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    like.add_to(connection)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def plain_sqlite() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    yield connection
    connection.close()


def asked(connection: sqlite3.Connection, text: Any, pattern: Any, escape: Any = "\\") -> Any:
    return connection.execute("SELECT ? LIKE ? ESCAPE ?", (text, pattern, escape)).fetchone()[0]


@given(
    text=st.text(LETTERS, max_size=12),
    pattern=st.text(LETTERS, max_size=10).filter(lambda pattern: not pattern.replace("\\\\", "").endswith("\\")),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400)
def test_answers_as_sqlite_does(
    sqlite: sqlite3.Connection, plain_sqlite: sqlite3.Connection, text: str, pattern: str
) -> None:
    assert asked(sqlite, text, pattern) == asked(plain_sqlite, text, pattern)
    without_escape = "SELECT ? LIKE ?"
    assert (
        sqlite.execute(without_escape, (text, pattern)).fetchone()
        == plain_sqlite.execute(without_escape, (text, pattern)).fetchone()
    )


@pytest.mark.parametrize("value", ["7", None, 7, -7, 1.5, 7.0, ""], ids=repr)
@pytest.mark.parametrize("pattern", ["%7%", "7", None, 7, ""], ids=repr)
def test_takes_numbers_and_null_as_sqlite_does(
    sqlite: sqlite3.Connection, plain_sqlite: sqlite3.Connection, value: Any, pattern: Any
) -> None:
    assert asked(sqlite, value, pattern) == asked(plain_sqlite, value, pattern)
    assert asked(sqlite, value, pattern, None) == asked(plain_sqlite, value, pattern, None)


def test_takes_bytes_for_text(sqlite: sqlite3.Connection) -> None:
    """SQLite's own does or not, as it was compiled."""
    assert asked(sqlite, b"\xffa7", "%A7") == 1
    assert asked(sqlite, "a7", b"%7") == 1
    assert asked(sqlite, b"", None) is None


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("Ärger", "%ärger%"),
        ("ÜBER Žofie", "%ber žof%"),
        ("Основы", "%ОСНОВЫ"),
        ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
        ("Große Straße", "%STRASSE%"),
        ("Ä%Z", "ä!%z"),
        ("Äpfel", "_PFEL"),
    ],
)
def test_ignores_case_in_all_languages(sqlite: sqlite3.Connection, text: str, pattern: str) -> None:
    assert asked(sqlite, text, pattern, "!") == 1
    assert asked(sqlite, f"{text}x", pattern.rstrip("%"), "!") == 0


def test_no_pattern_makes_it_slow(sqlite: sqlite3.Connection) -> None:
    began = time.thread_time()  # on a busy machine no more than on an idle one
    assert asked(sqlite, "a" * 5_000, "%a_" * 200 + "b") == 0
    assert time.thread_time() - began < 5
