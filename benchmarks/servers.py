"""The services that are measured: gunicorn as in production, on a database of their own."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tools import postgres
from tools.environment import ROOT

DATABASES = ("postgres", "sqlite")
WORKERS, THREADS = 2, 12
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")
_READY_SECONDS = 60.0


@contextmanager
def environment(database: str) -> Iterator[dict[str, str]]:
    """What a service reads: a new folder and a new database, both gone afterwards."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="course-platform-benchmark-"))
        url = f"sqlite:///{folder}/auth.db"
        if database == "postgres":
            url = stack.enter_context(_new_database(stack.enter_context(postgres.server())))
        kept = {name: value for name, value in os.environ.items() if name in _KEPT}
        own = {"VAR_DIR": folder, "DATABASE_URL": url, "SECRET_KEY": secrets.token_urlsafe(48)}
        yield kept | own | {"TRUSTED_PROXIES": "127.0.0.1/32", "LOG_LEVEL": "WARNING"}


@contextmanager
def _new_database(server: str) -> Iterator[str]:
    name = f"benchmark_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def prepare(env: dict[str, str], people: int) -> None:
    """Make the tables of Auth, and people p0@example.org, p1@example.org, … with one password; the last is an admin."""
    for command in (["manage_auth.py", "migrate", "-v", "0"], ["-m", "benchmarks.people", str(people)]):
        subprocess.run([sys.executable, *command], cwd=ROOT, env=env, check=True)


@contextmanager
def served(env: dict[str, str], application: str) -> Iterator[int]:
    """The port of a server that is ready."""
    port = postgres.free_port()
    flags = ["--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS), "--threads", str(THREADS)]
    log = Path(env["VAR_DIR"], f"{application}-{port}.log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *flags, application],
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        _wait_until_ready(port, log)
        yield port
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        process.wait()


def _wait_until_ready(port: int, log: Path) -> None:
    end = time.monotonic() + _READY_SECONDS
    while time.monotonic() < end:
        with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz"):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the server is not ready; its log ends: {log.read_text()[-2000:]}")
