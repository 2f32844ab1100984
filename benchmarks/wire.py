"""A client of HTTP that costs little, so that the machine's cores are left to what is measured."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any

ANSWERS_WITHIN_SECONDS = 120.0


class Void(Exception):
    """Something answered otherwise than it must, so that no figure of this run counts."""


@dataclass(frozen=True)
class Answer:
    status: int
    content: bytes
    seconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.content)


async def call(
    port: int,
    method: str,
    path: str,
    body: dict[str, Any] | None = None,
    *,
    token: str = "",
    address: str = "",
    since: float | None = None,
) -> Answer:
    """One request on a connection of its own; `since` is when it was due, for a client that must not fall behind."""
    began = time.perf_counter() if since is None else since
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", "Accept: application/json"]
    lines += [f"Authorization: Bearer {token}"] * bool(token)
    lines += [f"X-Forwarded-For: {address}"] * bool(address)
    lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"] * (body is not None)
    async with asyncio.timeout(ANSWERS_WITHIN_SECONDS):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write("\r\n".join([*lines, "", ""]).encode() + content)
            head, _, received = (await reader.read()).partition(b"\r\n\r\n")
        finally:
            writer.close()
    if not head:
        raise Void(f"{method} {path} got no answer")
    return Answer(int(head.split(b" ", 2)[1]), received, time.perf_counter() - began)


def expect(answer: Answer, *statuses: int) -> Answer:
    """The answer, if it is one of these."""
    if answer.status not in statuses:
        raise Void(f"an answer was {answer.status}: {answer.content[:300]!r}")
    return answer
