"""Bodies that are refused before they are read: the answer waits for nobody, and closes the connection."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pytest

from tests.services import PATIENCE_SECONDS, Platform, Service

pytestmark = pytest.mark.one_database  # no row is written
AUTH_PATH = "/api/v1/auth/verify-email/resend"
MEBIBYTE = 1024 * 1024


@contextmanager
def sent(
    service: Service, *headers: str, path: str = AUTH_PATH, body: bytes = b""
) -> Iterator[tuple[socket.socket, BinaryIO]]:
    """The connection after a POST that has not ended, and what comes from it."""
    head = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", *headers, "", ""]
    with (
        socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE_SECONDS) as connection,
        connection.makefile("rb") as stream,
    ):
        connection.sendall("\r\n".join(head).encode() + body)
        yield connection, stream


def head_of(stream: BinaryIO) -> tuple[int, str]:
    """Status and `Connection` of the next answer."""
    lines = list(iter(stream.readline, b"\r\n"))
    named = dict(line.decode().strip().lower().split(": ", 1) for line in lines[1:])
    return int(lines[0].split()[1]), named.get("connection", "")


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (413, [f"Content-Length: {200 * MEBIBYTE}"]),
        (413, [f"Content-Length: {200 * MEBIBYTE}", "Expect: 100-continue"]),
        (401, [f"Content-Length: {MEBIBYTE}", "Authorization: Bearer x"]),
        (401, ["Content-Length: 10", "Authorization: Bearer x", "Expect: 100-continue"]),
        (411, ["Transfer-Encoding: chunked"]),
        (415, [f"Content-Length: {MEBIBYTE}", "Content-Encoding: gzip"]),
    ],
)
def test_is_told_before_a_byte_of_it_is_sent(platform: Platform, status: int, headers: list[str]) -> None:
    with sent(platform.auth, *headers) as (_, stream):
        assert head_of(stream) == (status, "close")
        stream.read()  # ends


def test_a_client_that_writes_all_of_it_first_gets_the_answer(platform: Platform) -> None:
    body = b" " * (8 * MEBIBYTE)  # more than what lies between the two
    with sent(platform.auth, f"Content-Length: {len(body)}", body=body) as (_, stream):
        assert head_of(stream) == (413, "close")


def test_who_asks_first_is_told_to_send_what_will_be_read(platform: Platform) -> None:
    body = b'{"email": 1}'
    with sent(platform.auth, f"Content-Length: {len(body)}", "Expect: 100-continue") as (connection, stream):
        assert head_of(stream) == (100, "")
        connection.sendall(body)
        assert head_of(stream) == (400, "keep-alive")


def test_little_of_it_does_not_cost_the_connection(platform: Platform) -> None:
    headers = ("Content-Length: 2", "Authorization: Bearer x")
    with sent(platform.auth, *headers, body=b"{}") as (_, stream):
        assert head_of(stream) == (401, "keep-alive")
