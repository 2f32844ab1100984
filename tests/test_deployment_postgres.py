"""What deploy/postgres-init.sql makes of an empty PostgreSQL server: a database and a role for each service."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parent.parent
PASSWORDS = {"auth": "the-password-of-auth", "core": "it's core's"}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a server of our own, since roles belong to a whole server."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    if not found:
        assert "CI" not in os.environ, "PostgreSQL's server is not installed."  # noqa: TID251
        pytest.skip("PostgreSQL's server is not installed here.")
    binaries = found[-1]
    owner = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="postgres-init-"))
    data = folder / "data"
    options = f"-c listen_addresses=127.0.0.1 -c port={number} -c unix_socket_directories={folder} -c fsync=off"

    def run(program: str, *arguments: str | Path, environment: dict[str, str] | None = None) -> None:
        subprocess.run(
            [binaries / program, *arguments],
            check=True,
            cwd=folder,
            user=owner,
            env={"PATH": os.defpath, **(environment or {})},
            stdout=subprocess.DEVNULL,
        )

    try:
        if owner:
            shutil.chown(folder, owner)
        run("initdb", "-U", "postgres", "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync", "-D", data)
        run("pg_ctl", "-w", "-D", data, "-o", options, "-l", folder / "log", "start")
        script = folder / "services.sql"
        script.write_text((ROOT / "deploy" / "postgres-init.sql").read_text())
        run(  # as the image does
            "psql", "-v", "ON_ERROR_STOP=1", "--no-password", "--no-psqlrc", "-h", folder, "-p", str(number),
            "-U", "postgres", "-f", script,
            environment={f"{name.upper()}_DATABASE_PASSWORD": word for name, word in PASSWORDS.items()},
        )  # fmt: skip
        yield number
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


def connect(port: int, role: str, database: str, password: str | None = None) -> psycopg.Connection:
    return psycopg.connect(
        host="127.0.0.1", port=port, user=role, dbname=database, password=password or PASSWORDS[role], autocommit=True
    )


@pytest.mark.parametrize("role", PASSWORDS)
def test_a_role_may_make_tables_in_its_own_database(port: int, role: str) -> None:
    with connect(port, role, role) as connection:
        connection.execute("CREATE TABLE things (id int)")
        connection.execute("DROP TABLE things")


@pytest.mark.parametrize(
    ("role", "database"),
    [("auth", "core"), ("core", "auth"), ("auth", "postgres"), ("core", "postgres"), ("auth", "template1")],
)
def test_a_role_may_open_no_other_database(port: int, role: str, database: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        connect(port, role, database)


def test_a_role_needs_its_own_password(port: int) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(port, "auth", "auth", PASSWORDS["core"])


@pytest.mark.parametrize("role", PASSWORDS)
def test_a_role_has_no_power_over_the_server(port: int, role: str) -> None:
    with connect(port, role, role) as connection:
        powers = "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
        row = connection.execute(f"{powers} FROM pg_roles WHERE rolname = current_user").fetchone()
    assert row == (False, False, False, False, False)
