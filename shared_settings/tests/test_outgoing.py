"""Calls of another service end in time, whatever is slow."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

from shared_settings.http import outgoing


def test_a_name_that_is_never_found_holds_nobody_beyond_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    may_end, has_ended = threading.Event(), threading.Event()

    def look_up(*args: Any, **kwargs: Any) -> list[Any]:
        may_end.wait(10)
        has_ended.set()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(TimeoutError):
        outgoing.send("GET", "http://auth.example.org/", seconds=0.1, most_bytes=1)
    assert not has_ended.is_set()
    may_end.set()
