from __future__ import annotations

import runpy
import socket

import pytest
from gunicorn import util

from tools.environment import ROOT


def test_a_client_that_does_not_close_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(util, "close_graceful", None)
    close = runpy.run_path(str(ROOT / "gunicorn.conf.py"))["close_without_waiting"]
    assert util.close_graceful is close
    ours, clients = socket.socketpair()
    with clients:
        ours.sendall(b"the answer")
        clients.sendall(b"something that nobody reads")
        ours.settimeout(None)  # reading would now wait for ever
        close(ours)
        assert ours.fileno() == -1
        assert (clients.recv(100), clients.recv(100)) == (b"the answer", b"")
