"""Short answers of another service, read within a deadline and a bound."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import httpx

FAULTS = (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, RecursionError, TimeoutError)


async def _read(url: str, headers: Mapping[str, str], seconds: float, most_bytes: int) -> bytes:
    async with (
        httpx.AsyncClient(timeout=seconds, follow_redirects=False, trust_env=False) as client,
        client.stream("GET", url, headers={"Accept": "application/json", **headers}) as response,
    ):
        if response.status_code != httpx.codes.OK:
            raise ValueError(f"the answer is {response.status_code}")
        body = b""
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > most_bytes:
                raise ValueError(f"it has more than {most_bytes:,} bytes")
        return body


def download(url: str, *, seconds: float, most_bytes: int, headers: Mapping[str, str] | None = None) -> bytes:
    """The body of a 200 answer of bounded size; raises one of `FAULTS`.

    `seconds` is for the whole, however slowly the bytes drip; httpx's own deadline is for each read.
    """
    return asyncio.run(asyncio.wait_for(_read(url, headers or {}, seconds, most_bytes), seconds))


def reason_of(error: Exception) -> str:
    return str(error) or type(error).__name__
