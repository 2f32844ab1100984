"""A PostgreSQL server for tests: a new cluster in a temporary folder, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "200"}
_taken_ports: list[socket.socket] = []


class NoPostgres(Exception):
    """No server can be started here; the message says why."""


@contextmanager
def server() -> Iterator[str]:
    """The URL of TEST_POSTGRES_URL's server, else of a new one that lives as long as this context."""
    if url := os.environ.get("TEST_POSTGRES_URL"):
        yield url
        return
    binaries, prefix = _binaries(), _as_other_user()
    folder = Path(tempfile.mkdtemp(prefix="course-platform-postgres-"))
    try:
        if prefix:
            shutil.chown(folder, "postgres")
        port = free_port()
        data, log = folder / "data", folder / "log"
        _run([*prefix, binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"])
        options = [f"-c {name}={value}" for name, value in _FAST.items()]
        options += [f"-p {port}", "-c listen_addresses=127.0.0.1", f"-k {folder}"]
        control: list[str | Path] = [*prefix, binaries / "pg_ctl", "-D", data, "-t", "300"]
        _run([*control, "-w", "-l", log, "-o", " ".join(options), "start"])
        try:
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
        finally:
            _run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parent.parent.name))
    if not versions:
        raise NoPostgres("PostgreSQL is not installed; install it or set TEST_POSTGRES_URL")
    return versions[-1].parent


def _as_other_user() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        raise NoPostgres("PostgreSQL does not run as root, and there is no user `postgres`") from None
    # A lean PATH leaves out the folder of administrators' commands.
    return [shutil.which("runuser") or "/usr/sbin/runuser", "-u", "postgres", "--"]


def free_port() -> int:
    """A port of this machine on which nothing listens; no other process is given it while this one runs."""
    taken = socket.socket()
    # A server that sets this, too, as all do, may bind the same port; whoever wants any port gets another.
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind(("127.0.0.1", 0))
    port: int = taken.getsockname()[1]
    if sys.platform == "linux":
        _taken_ports.append(taken)
    else:
        taken.close()
    return port


def _run(command: Sequence[str | Path]) -> None:
    # Its output goes to a file: the server would inherit a pipe, and reading that would never end.
    with tempfile.TemporaryFile("w+") as output:
        result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", check=False)
        if result.returncode:
            output.seek(0)
            raise NoPostgres(f"PostgreSQL does not start: {output.read().strip() or command[0]}")
