"""What is attacked, and what must be true after an attack."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx

from auth_service.login_sessions.models import SigningKey
from auth_service.tests.cast import everything_stored
from shared_settings.testing import SERVICE_TOKEN
from tests.services import Service


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@dataclass(frozen=True)
class Target:
    """`key` is the one that it signs with."""

    service: Service
    client: httpx.Client
    key: SigningKey

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return self.client.post(path, json=body, headers=headers)

    def renames(self, access: str) -> httpx.Response:
        """A write that only the bearer of a good access token may make."""
        return self.client.patch("/users/me", json={"full_name": "Mallory"}, headers=bearer(access))

    def is_active(self, token: str, **hint: str) -> bool:
        """What a service is told that asks about the token."""
        answer = self.client.post("/auth/introspect", data={"token": token, **hint}, headers=bearer(SERVICE_TOKEN))
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        assert told["active"] or told == {"active": False}
        return bool(told["active"])

    def refuses(self, access: str) -> bool:
        """Whether it is no access token, neither here nor for a service that asks."""
        answer = self.renames(access)
        is_refused = (answer.status_code, answer.json().get("code")) == (401, "invalid_token")
        assert not is_refused or answer.headers["WWW-Authenticate"].startswith("Bearer")
        return is_refused and not self.is_active(access)

    def status_of(self, request: bytes) -> int:
        """The status of a request that no client would write; 0 when the connection ends without an answer."""
        answer = b""
        with socket.create_connection(("127.0.0.1", self.service.port), timeout=30) as connection:
            with suppress(ConnectionError):
                connection.sendall(request)
            with suppress(ConnectionError):
                answer = connection.recv(1024)
        return int(answer.split(None, 2)[1]) if answer else 0


@contextmanager
def nothing_changes() -> Iterator[None]:
    """The database is afterwards as before; only how often somebody tried may be counted."""
    before = everything_stored(but="limits_").splitlines()
    yield
    changed = [table for table in everything_stored(but="limits_").splitlines() if table not in before]
    assert not changed, changed


def pointers_of(answer: httpx.Response) -> list[str]:
    return [error["pointer"] for error in answer.json().get("errors", [])]
