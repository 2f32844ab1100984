"""What deploy/postgres-init.sql makes of an empty PostgreSQL server: a database and a role for each service."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest

from tests.services import wait_until
from tools import postgres

SCRIPT = Path(__file__).resolve().parent.parent / "deploy" / "postgres-init.sql"
PASSWORDS = {"auth": "the-password-of-auth", "core": "it's core's"}
# As in the image: whoever comes over the network shows a password.
HOST_RULES = "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server of our own, since roles belong to a whole server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TEST_POSTGRES_URL", raising=False)
        server = postgres.server()
        try:
            found = server.__enter__()
        except postgres.NoPostgres as reason:
            pytest.skip(str(reason))
    try:
        before = asked(found, "SELECT pg_conf_load_time()")
        Path(asked(found, "SHOW hba_file")).write_text(HOST_RULES)
        asked(found, "SELECT pg_reload_conf()")
        wait_until(lambda: asked(found, "SELECT pg_conf_load_time()") > before, "the rules to count")
        passwords = {f"{role.upper()}_DATABASE_PASSWORD": password for role, password in PASSWORDS.items()}
        command = ["psql", "-v", "ON_ERROR_STOP=1", "--no-password", "--no-psqlrc", "--quiet", "-f", str(SCRIPT), found]
        subprocess.run(command, check=True, env={"PATH": os.defpath, **passwords})
        yield found
    finally:
        server.__exit__(None, None, None)


def asked(url: str, question: LiteralString) -> Any:
    """On a new connection, which is as the server was told last."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


def connect(url: str, role: str, database: str, password: str | None = None) -> psycopg.Connection:
    return psycopg.connect(
        url, user=role, dbname=database, password=password or PASSWORDS[role], autocommit=True, connect_timeout=60
    )


@pytest.mark.parametrize("role", PASSWORDS)
def test_a_role_may_make_all_that_it_needs_in_its_own_database(url: str, role: str) -> None:
    with connect(url, role, role) as connection:
        connection.execute("CREATE TABLE things (id int)")
        connection.execute("DROP TABLE things")
        connection.execute("CREATE EXTENSION pg_trgm")  # for searching


@pytest.mark.parametrize(
    ("role", "database"),
    [("auth", "core"), ("core", "auth"), ("auth", "postgres"), ("core", "postgres"), ("auth", "template1")],
)
def test_a_role_may_open_no_other_database(url: str, role: str, database: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        connect(url, role, database)


def test_a_role_needs_its_own_password(url: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(url, "auth", "auth", PASSWORDS["core"])


@pytest.mark.parametrize("role", PASSWORDS)
def test_a_role_has_no_power_over_the_server(url: str, role: str) -> None:
    powers = "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
    with connect(url, role, role) as connection:
        row = connection.execute(f"{powers} FROM pg_roles WHERE rolname = current_user").fetchone()
    assert row == (False, False, False, False, False)
