"""What every test process needs: an environment of its own, and a database that is thrown away."""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from shared_settings.append_only import statements_to_protect, statements_to_release

# A developer's shell or `.env` must not reach the tests.
_SETTINGS = (
    "SECRET_KEY DATABASE_URL DATABASE_PREPARED_STATEMENTS ALLOWED_ORIGINS ALLOWED_HOSTS API_PREFIX CACHE_URL LOG_LEVEL "
    "VAR_DIR DEBUG TOKEN_ISSUER TOKEN_AUDIENCE TRUSTED_PROXIES ACCESS_TOKEN_EXPIRE_MINUTES REFRESH_LEEWAY_SECONDS "
    "PASSWORD_MIN_LENGTH MFA_REQUIRED_FOR_ADMINS REGISTRATION_HIDES_ACCOUNTS FRONTEND_URL EMAIL_URL "
    "KEY_ENCRYPTION_KEYS SERVICE_TOKENS AUTH_SERVICE_URL AUTH_SERVICE_TOKEN REVOCATIONS_MAX_AGE_SECONDS "
    "UPLOAD_MAX_BYTES S3_ENDPOINT_URL S3_PUBLIC_ENDPOINT_URL S3_BUCKET S3_ACCESS_KEY_ID S3_SECRET_ACCESS_KEY S3_REGION "
    "DJANGO_SETTINGS_MODULE "
)
SERVICE_TOKEN = "a-service-token-that-only-the-tests-know"
DATABASES = ("sqlite", "postgres")
_DATABASE_FIXTURES = {"db", "transactional_db", "new_database_url", "platform"}


def chosen_database() -> str:
    """TEST_DATABASE, else PostgreSQL where TEST_POSTGRES_URL names a server, else SQLite."""
    fallback = "postgres" if os.environ.get("TEST_POSTGRES_URL") else "sqlite"
    database = os.environ.get("TEST_DATABASE") or fallback
    if database not in DATABASES:
        raise pytest.UsageError(f"TEST_DATABASE must be sqlite or postgres, and is {database!r}.")
    return database


def use_environment() -> Path:
    """Set what the services' settings read, and return VAR_DIR: a new folder, or for a worker of xdist one inside."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    var_dir = Path(os.environ["VAR_DIR"], worker) if worker else Path(tempfile.mkdtemp(prefix="course-platform-test-"))
    var_dir.mkdir(exist_ok=True)
    for name in _SETTINGS.split():
        os.environ.pop(name, None)
    os.environ.update(
        VAR_DIR=str(var_dir),
        SECRET_KEY="0123456789-abcdefghijklmnopqrstuvwxyz-only-for-tests",
        SERVICE_TOKENS=SERVICE_TOKEN,
        AUTH_SERVICE_TOKEN=SERVICE_TOKEN,
        AUTH_SERVICE_URL="http://auth.invalid",  # never a server that happens to run on this machine
    )
    return var_dir


def use_settings(module: str) -> None:
    """Set Django up with a service's settings; a process can do this once."""
    os.environ["DJANGO_SETTINGS_MODULE"] = module
    if chosen_database() == "postgres":
        os.environ["DATABASE_URL"] = os.environ["TEST_POSTGRES_URL"]
    # Each client of a test makes the middleware anew, which would look for all static files.
    settings.WHITENOISE_AUTOREFRESH = True
    django.setup()


def uses_database(item: pytest.Item) -> bool:
    """Whether the outcome of this test may depend on which database there is."""
    if item.get_closest_marker("one_database"):
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or not fixtures.isdisjoint(_DATABASE_FIXTURES)


def remove_environment(var_dir: Path) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(var_dir, ignore_errors=True)


def _database_url(name: str) -> str:
    if chosen_database() == "sqlite":
        return f"sqlite:///{os.environ['VAR_DIR']}/{name}.db"
    return urlsplit(os.environ["TEST_POSTGRES_URL"])._replace(path=f"/{name}").geturl()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Name the test database: for SQLite a file, since threads and processes of a test share it as in production.

    A process that a test starts reads the same database from DATABASE_URL.
    """
    from django.db import connections

    settings = connections["default"].settings_dict
    name = f"test_{secrets.token_hex(4)}"
    is_sqlite = connections["default"].vendor == "sqlite"
    settings["TEST"]["NAME"] = f"{os.environ['VAR_DIR']}/{name}.db" if is_sqlite else name
    os.environ["DATABASE_URL"] = _database_url(name)
    _let_tests_empty_the_audit()


def _let_tests_empty_the_audit() -> None:
    """Between tests with real transactions all tables are emptied, also the one of which the database refuses it."""
    from django.apps import apps
    from django.db import connections

    journal = apps.get_app_config(settings.JOURNAL_APP)
    if not importlib.util.find_spec(f"{journal.name}.migrations"):
        return  # the tests of `shared_settings` have tables without migrations
    table, connection = journal.get_model("AuditEntry")._meta.db_table, connections["default"]
    empty = connection.ops.execute_sql_flush
    before = statements_to_release(connection.vendor, table)
    after = statements_to_protect(connection.vendor, table)

    def empty_all(sql_list: Iterable[str]) -> None:
        empty([*before, *sql_list, *after])

    connection.ops.execute_sql_flush = empty_all  # type: ignore[method-assign]


@contextmanager
def new_database_urls() -> Iterator[Callable[[], str]]:
    """Makes empty databases for services that a test starts as processes; they are gone afterwards."""
    made: list[str] = []

    def make() -> str:
        name = f"test_{secrets.token_hex(4)}"
        if chosen_database() == "postgres":
            _on_server(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            made.append(name)
        return _database_url(name)

    yield make
    for name in made:
        _on_server(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def new_database_url() -> Iterator[Callable[[], str]]:
    """As `new_database_urls`, for one test."""
    with new_database_urls() as make:
        yield make


def plan_of_bitmaps(rows: Any) -> str:
    """How PostgreSQL finds these rows when it may neither read a whole table nor walk along an index."""
    with transaction.atomic(), connection.cursor() as cursor:
        for way in ("seqscan", "indexscan"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        plan: str = rows.explain()
    return plan


def _on_server(statement: sql.Composed) -> None:
    with psycopg.connect(os.environ["TEST_POSTGRES_URL"], autocommit=True) as connection:
        connection.execute(statement)
