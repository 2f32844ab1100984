"""People for tests: rows with a real session and a real signed token, so that a test walks the whole path."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.auth.hashers import BCryptSHA256PasswordHasher, make_password
from django.db import connection, connections, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from auth_service.accounts import rules
from auth_service.accounts.models import User
from auth_service.login_sessions import actions, tokens
from auth_service.login_sessions.devices import Device
from auth_service.login_sessions.models import Session

PASSWORD = "violet-Harbour-41-lantern"
OTHER_PASSWORD = "amber-Glacier-77-compass"
DEVICE = Device("192.0.2.7", "A browser")
FROM_DEVICE = {"REMOTE_ADDR": "192.0.2.7", "HTTP_USER_AGENT": "A browser"}
NOBODY = "01890000-0000-7000-8000-000000000000"  # an id that nobody has; the same for every process of a test run


class QuickHasher(BCryptSHA256PasswordHasher):
    """The same hash at the lowest cost."""

    rounds = 4


@cache
def hash_of(password: str) -> str:
    """With one salt for everybody: another hash costs as much as the rest of a person."""
    return make_password(password)


class ApiClient(APIClient):
    """Sends JSON from one and the same device; paths without the prefix."""

    default_format = "json"

    def __init__(self, **defaults: Any) -> None:
        super().__init__(**(FROM_DEVICE | defaults))

    def generic(self, method: str, path: str, *args: Any, **kwargs: Any) -> Any:
        return super().generic(method, path if path.startswith("http") else f"/api/v1{path}", *args, **kwargs)

    def bearer(self, access: str) -> ApiClient:
        self.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
        return self


@dataclass
class Member:
    """Somebody who is signed in."""

    user: User
    session: Session
    pair: tokens.TokenPair
    client: ApiClient

    @classmethod
    def joins(cls, email: str | None = None, **fields: Any) -> Member:
        email = email or f"p{secrets.token_hex(6)}@example.org"
        user = User.objects.create(email=email, email_key=rules.email_key(email), password=hash_of(PASSWORD), **fields)
        return cls.signs_in(user)

    @classmethod
    def signs_in(cls, user: User) -> Member:
        with transaction.atomic():
            opened = actions.start_session(user=user, device=DEVICE)
        pair = tokens.pair_of(opened.session, opened.refresh_token, timezone.now())
        return cls(user, opened.session, pair, ApiClient().bearer(pair.access))

    def again(self) -> Member:
        """The same person on one more device."""
        return self.signs_in(self.user)

    @property
    def row(self) -> User:
        """The person as the database has them now."""
        user: User = User.objects.get(pk=self.user.pk)
        return user


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """The answers of all calls, made by a thread each that all begin together. Needs a test with real transactions."""
    barrier = threading.Barrier(len(calls))

    def one(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return call()
        finally:
            connections.close_all()

    connection.close()
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(one, call) for call in calls]]


def codes_of(response: Any) -> dict[str, str]:
    """What is wrong, by where: `{"/email": "email"}`."""
    return {error["pointer"]: error["code"] for error in response.json()["errors"]}


def everything_stored(*, but: str = "no table") -> str:
    """All rows of all tables, as text; without tables whose name begins so."""
    with connection.cursor() as cursor:
        texts = []
        for table in connection.introspection.table_names(cursor):
            if not table.startswith(but):
                cursor.execute(f'SELECT * FROM "{table}"')
                texts.append(f"{table} {cursor.fetchall()}\n")
    return "".join(texts)
