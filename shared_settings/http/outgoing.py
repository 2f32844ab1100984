"""Calls of another service, each within a deadline and with an answer of bounded size."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx

FAULTS = (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, RecursionError, TimeoutError)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@cache
def _trust() -> ssl.SSLContext:
    """Whom an https address is believed; read once, which takes longer than a call."""
    return httpx.create_ssl_context(trust_env=False)


async def _answer(method: str, url: str, seconds: float, most_bytes: int, **sent: Any) -> Answer:
    async with (
        httpx.AsyncClient(timeout=seconds, follow_redirects=False, trust_env=False, verify=_trust()) as client,
        client.stream(method, url, **sent) as response,
    ):
        body = b""
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > most_bytes:
                raise ValueError(f"it has more than {most_bytes:,} bytes")
        return Answer(response.status_code, response.headers, body)


def send(
    method: str,
    url: str,
    *,
    seconds: float,
    most_bytes: int,
    headers: Mapping[str, str] | None = None,
    json: Any = None,
    form: Mapping[str, str] | None = None,
) -> Answer:
    """The answer, whatever its status; raises one of `FAULTS` without one.

    `seconds` is for the whole, however slowly a name is looked up or the bytes drip; httpx's own deadline is for each
    step.
    """
    named = {"Accept": "application/json", **(headers or {})}
    encoded = {name: value.encode("latin-1", "replace") for name, value in named.items()}
    answer = _answer(method, url, seconds, most_bytes, headers=encoded, json=json, data=form)
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(asyncio.wait_for(answer, seconds))
    finally:
        # `asyncio.run` would also wait for the thread that looks up a name, which nothing can end.
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def download(url: str, *, seconds: float, most_bytes: int, headers: Mapping[str, str] | None = None) -> bytes:
    """The body of a 200 answer; raises one of `FAULTS` for any other, and without one."""
    answer = send("GET", url, seconds=seconds, most_bytes=most_bytes, headers=headers)
    if answer.status != httpx.codes.OK:
        raise ValueError(f"the answer is {answer.status}")
    return answer.body


def reason_of(error: Exception) -> str:
    return str(error) or type(error).__name__
