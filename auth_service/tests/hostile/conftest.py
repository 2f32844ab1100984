"""A running Auth to attack: gunicorn behind a socket, on the database of the tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import httpx
import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from auth_service.login_sessions.models import SigningKey
from auth_service.tests.cast import Member
from auth_service.tests.hostile.target import Target
from tests.services import PLAIN_HTTP, Service, free_port


@pytest.fixture(scope="session")
def running(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Target]:
    """One for all tests of a process; the database is emptied after each, but the key that it signs with is kept."""
    log = tmp_path_factory.mktemp("hostile") / "auth.log"
    service = Service("auth", free_port(), os.environ | {"ALLOWED_HOSTS": "127.0.0.1"}, log)
    try:
        with django_db_blocker.unblock():
            service.start(with_worker=False, web_processes=1)  # a second one could start late, and make another key
            key = SigningKey.objects.get()
            key.delete()
            connection.close()
        with httpx.Client(base_url=f"{service.url}/api/v1", timeout=30, **PLAIN_HTTP) as client:
            yield Target(service, client, key)
    finally:
        service.stop()


@pytest.fixture(autouse=True)
def auth(transactional_db: None, running: Target) -> Iterator[Target]:
    """Whatever a test sends, Auth never logs an error."""
    SigningKey(**{field.attname: getattr(running.key, field.attname) for field in SigningKey._meta.fields}).save()
    before = running.service.log.stat().st_size
    yield running
    with running.service.log.open() as log:
        log.seek(before)
        assert '"level": "ERROR"' not in log.read()


@pytest.fixture
def ada(auth: Target) -> Member:
    return Member.joins("ada@example.org", full_name="Ada Lovelace", is_verified=True)
