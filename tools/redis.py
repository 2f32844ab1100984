"""A Redis server for tests: a new one without files, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import redis

from tools.postgres import free_port

_STARTS_WITHIN_SECONDS = 120.0


class NoRedis(Exception):
    """No server can be started here; the message says why."""


@contextmanager
def server() -> Iterator[str]:
    """The URL of TEST_REDIS_URL's database, else of a new server that lives as long as this context."""
    if url := os.environ.get("TEST_REDIS_URL"):
        yield url
        return
    program = shutil.which("redis-server")
    if program is None:
        raise NoRedis("Redis is not installed; install redis-server or set TEST_REDIS_URL")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", "/tmp"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_until_it_answers(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()


def _wait_until_it_answers(port: int) -> None:
    end = time.monotonic() + _STARTS_WITHIN_SECONDS
    with redis.Redis(port=port) as client:
        while time.monotonic() < end:
            with suppress(redis.ConnectionError):
                client.ping()
                return
            time.sleep(0.05)
    raise NoRedis(f"redis-server does not answer within {_STARTS_WITHIN_SECONDS:.0f} seconds")
