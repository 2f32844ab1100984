"""Requests that no client library would write, over a socket."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from typing import Any

import pytest

from tests.services import PATIENCE_SECONDS, Platform, Service

pytestmark = pytest.mark.one_database  # no row is written


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: dict[str, Any]


def send(service: Service, path: str, body: bytes, length: int | None = None, **headers: str) -> Answer:
    """The answer to a POST after which nothing more is sent."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE_SECONDS) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as stream:
            told = stream.read()
    head, _, content = told.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    return Answer(
        status=int(first.split()[1]),
        headers={name.lower(): value for name, _, value in (line.partition(": ") for line in rest)},
        body=json.loads(content),
    )


def call_of(name: str) -> tuple[str, bytes]:
    """A call, and a body that it refuses."""
    return ("/api/v1/auth/register", b'{"email": 1}') if name == "auth" else ("/api/v1/courses/", b'{"title": 1}')


@pytest.mark.parametrize("name", ["auth", "core"])
@pytest.mark.parametrize(
    ("content_type", "code"),
    [
        ("application/json; x*=foo'en'abc", "invalid"),
        ("application/json; charset*=idna''a%00", "invalid"),
        ("application/json; charset*=hex''a", "invalid"),
        ("text/plain; x*=foo'en'abc", "unsupported_media_type"),
    ],
)
def test_parameters_of_a_content_type_that_mean_nothing_change_nothing(
    platform: Platform, admin_token: str, name: str, content_type: str, code: str
) -> None:
    service: Service = getattr(platform, name)
    path, body = call_of(name)
    told_before = len(service.log.read_text())
    answer = send(service, path, body, Content_Type=content_type, Authorization=f"Bearer {admin_token}")
    assert (answer.status, answer.body["code"]) == (400 if code == "invalid" else 415, code)
    assert answer.headers["x-request-id"] == answer.body["request_id"]
    assert "Traceback" not in service.log.read_text()[told_before:]


def test_a_form_whose_boundary_cannot_be_read_is_refused(platform: Platform, admin_token: str) -> None:
    answer = send(
        platform.core,
        "/api/v1/media/",
        b"--abc--\r\n",
        Content_Type="multipart/form-data; boundary*=foo'en'abc",
        Authorization=f"Bearer {admin_token}",
    )
    assert (answer.status, answer.body["code"]) == (400, "parse_error")


@pytest.mark.parametrize("name", ["auth", "core"])
@pytest.mark.parametrize("body", [b"", b'{"title": "a"}', b'{"title": "a", '])
def test_a_body_that_ends_before_its_length_is_refused(
    platform: Platform, admin_token: str, name: str, body: bytes
) -> None:
    path, _ = call_of(name)
    answer = send(
        getattr(platform, name),
        path,
        body,
        length=100,
        Content_Type="application/json",
        Authorization=f"Bearer {admin_token}",
    )
    assert (answer.status, answer.body["code"]) == (400, "parse_error")
    assert "cut off" in answer.body["detail"]


def test_a_form_that_ends_before_its_length_is_refused_in_the_admin_too(platform: Platform) -> None:
    """Half of a form may look like a whole one with less in it."""
    answer = send(
        platform.auth,
        "/admin/login/",
        b"email=a",
        length=100,
        Content_Type="application/x-www-form-urlencoded",
        Cookie=f"auth_csrf={'a' * 32}",
    )
    assert (answer.status, answer.body["code"]) == (400, "parse_error")
