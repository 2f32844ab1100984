"""A LIKE for SQLite that ignores case in all languages; its own, of which `icontains` is made, knows A to Z."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.db.backends.signals import connection_created

_Value = str | bytes | int | float | None


def use_on_sqlite() -> None:
    connection_created.connect(_replace_on, dispatch_uid=__name__)


def _replace_on(connection: Any, **kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        add_to(connection.connection)


def add_to(database: Any) -> None:
    """Let this connection of `sqlite3` call `like` for LIKE, without and with ESCAPE."""
    for arguments in (2, 3):
        database.create_function("like", arguments, like, deterministic=True)


def like(pattern: _Value, text: _Value, escape: _Value = "") -> bool | None:
    """Whether the text is like the pattern, both case-folded; NULL when any of them is.

    Folding makes two letters of a few ("ß" is "ss"), of which `_` then stands for one.
    """
    if pattern is None or text is None or escape is None:
        return None
    return _matcher(_as_text(pattern), _as_text(escape))(_as_text(text).casefold())


def _as_text(value: str | bytes | float) -> str:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return value if isinstance(value, str) else str(value)


@lru_cache(64)  # a statement asks with the same pattern for every row
def _matcher(pattern: str, escape: str) -> Callable[[str], bool]:
    parts = _parts(pattern, escape)
    match parts:
        case [[], word, []] if None not in word:
            literal = "".join(letters for letters in word if letters)
            return lambda text: literal in text
    first, *rest = ("".join("." if letters is None else re.escape(letters) for letters in part) for part in parts)
    # Atomic: each part is taken where it comes first, and no pattern makes the search go back for another place.
    steps = [f"(?>.*?{part})" for part in rest[:-1]] + [f".*{part}" for part in rest[-1:]]
    whole = re.compile("".join([first, *steps]), re.DOTALL)
    return lambda text: whole.fullmatch(text) is not None


def _parts(pattern: str, escape: str) -> list[list[str | None]]:
    """What stands between the `%`: folded characters, and None for each `_`."""
    parts: list[list[str | None]] = [[]]
    characters = iter(pattern)
    for character in characters:
        if character == escape:
            parts[-1].append(next(characters, escape).casefold())
        elif character == "%":
            parts.append([])
        else:
            parts[-1].append(None if character == "_" else character.casefold())
    return parts
