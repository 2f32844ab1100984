"""No call of Auth asks the database more often among 30 people, sessions and entries than among few."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from auth_service.accounts.tests.factors import code_of, enrol, turn_on
from auth_service.tests.cast import OTHER_PASSWORD, PASSWORD, ApiClient, Member
from shared_settings.testing import SERVICE_TOKEN
from shared_settings.tests.calls import FORM, calls_of

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Cast:
    member: Member
    admin: Member
    deliver: Callable[[], list[Any]]

    @property
    def client(self) -> ApiClient:
        return self.member.client

    @property
    def person(self) -> str:
        return f"/users/{self.member.user.pk}"

    @property
    def service(self) -> ApiClient:
        return ApiClient().bearer(SERVICE_TOKEN)

    def mailed_token(self) -> str:
        found = re.search(r"token=([\w.~-]+)", self.deliver()[-1].body)
        assert found is not None
        return found[1]


def a_new_address() -> str:
    return f"p{secrets.token_hex(6)}@example.org"


# Prepares what a call needs, and returns the call.
Prepared = Callable[[Cast], Callable[[], Any]]


def sent(method: str, path: str, body: dict[str, Any] | None = None, *, by: str = "client") -> Prepared:
    """A call that needs nothing; `{person}` in its path is the member's."""
    return lambda cast: lambda: getattr(getattr(cast, by), method)(path.replace("{person}", cast.person), body)


def by_admin(method: str, path: str, body: dict[str, Any] | None = None) -> Prepared:
    return lambda cast: lambda: getattr(cast.admin.client, method)(path.replace("{person}", cast.person), body)


def another_session_ended(cast: Cast) -> Callable[[], Any]:
    path = f"/auth/sessions/{cast.member.again().session.pk}"
    return lambda: cast.client.delete(path)


def password_reset(cast: Cast) -> Callable[[], Any]:
    ApiClient().post("/auth/forgot-password", {"email": cast.member.user.email})
    body = {"token": cast.mailed_token(), "new_password": OTHER_PASSWORD}
    return lambda: ApiClient().post("/auth/reset-password", body)


def address_verified(cast: Cast) -> Callable[[], Any]:
    ApiClient().post("/auth/verify-email/resend", {"email": cast.member.user.email})
    body = {"token": cast.mailed_token()}
    return lambda: ApiClient().post("/auth/verify-email", body)


def factor_confirmed(cast: Cast) -> Callable[[], Any]:
    body = {"otp": code_of(enrol(cast.member).json()["secret"])}
    return lambda: cast.client.post("/auth/mfa/totp/confirm", body)


def with_factor(called: Prepared) -> Prepared:
    def prepared(cast: Cast) -> Callable[[], Any]:
        turn_on(cast.member)
        return called(cast)

    return prepared


def names_asked_for(cast: Cast) -> Callable[[], Any]:
    people = [Member.joins() for _ in range(2)]
    query = "&".join(f"id={person.user.pk}" for person in people)
    return lambda: cast.client.get(f"/users/profiles?{query}")


CALLS: dict[str, Prepared] = {
    "post /auth/register": lambda cast: (
        lambda: ApiClient().post("/auth/register", {"email": a_new_address(), "password": PASSWORD})
    ),
    "post /auth/login": lambda cast: (
        lambda: ApiClient().post("/auth/login", {"email": cast.member.user.email, "password": PASSWORD})
    ),
    "post /auth/refresh": lambda cast: lambda: ApiClient().post("/auth/refresh", {"refresh": cast.member.pair.refresh}),
    "post /auth/logout": lambda cast: lambda: ApiClient().post("/auth/logout", {"refresh": cast.member.pair.refresh}),
    "post /auth/logout-all": sent("post", "/auth/logout-all", {}),
    "post /auth/logout-all: but here": sent("post", "/auth/logout-all", {"keep_current": True}),
    "get /auth/sessions": sent("get", "/auth/sessions?page_size=100"),
    "delete /auth/sessions/{session_id}": another_session_ended,
    "post /auth/change-password": sent(
        "post", "/auth/change-password", {"current_password": PASSWORD, "new_password": OTHER_PASSWORD}
    ),
    "post /auth/forgot-password": lambda cast: (
        lambda: ApiClient().post("/auth/forgot-password", {"email": cast.member.user.email})
    ),
    "post /auth/reset-password": password_reset,
    "post /auth/verify-email": address_verified,
    "post /auth/verify-email/resend": lambda cast: (
        lambda: ApiClient().post("/auth/verify-email/resend", {"email": cast.member.user.email})
    ),
    "post /auth/admin": lambda cast: (
        lambda: cast.admin.client.post("/auth/admin", {"user_id": str(cast.member.user.pk)})
    ),
    "get /users/me": sent("get", "/users/me"),
    "patch /users/me": sent("patch", "/users/me", {"full_name": "Ada"}),
    "patch /users/me: a new email": lambda cast: (
        lambda: cast.client.patch("/users/me", {"email": a_new_address(), "current_password": PASSWORD})
    ),
    "post /users/me/erase": sent("post", "/users/me/erase", {"password": PASSWORD}),
    "delete /users/me": sent("delete", "/users/me", {"password": PASSWORD}),
    "get /users/me/export": sent("get", "/users/me/export"),
    "get /users/me/security-events": sent("get", "/users/me/security-events?page_size=100"),
    "get /users/profiles": names_asked_for,
    "get /users/all": by_admin("get", "/users/all?page_size=100"),
    "get /users/{user_id}": by_admin("get", "{person}"),
    "patch /users/{user_id}": lambda cast: (
        lambda: cast.admin.client.patch(cast.person, {"email": a_new_address(), "is_active": False})
    ),
    "delete /users/{user_id}": by_admin("delete", "{person}"),
    "delete /users/{user_id}/sessions": by_admin("delete", "{person}/sessions"),
    "delete /users/{user_id}/mfa": with_factor(by_admin("delete", "{person}/mfa")),
    "get /auth/audit": by_admin("get", "/auth/audit?page_size=100"),
    "get /auth/mfa": with_factor(sent("get", "/auth/mfa")),
    "post /auth/mfa/totp": sent("post", "/auth/mfa/totp", {"password": PASSWORD}),
    "post /auth/mfa/totp/confirm": factor_confirmed,
    "post /auth/mfa/totp/disable": with_factor(sent("post", "/auth/mfa/totp/disable", {"password": PASSWORD})),
    "delete /auth/mfa/totp": with_factor(sent("delete", "/auth/mfa/totp", {"password": PASSWORD})),
    "post /auth/mfa/recovery-codes": with_factor(sent("post", "/auth/mfa/recovery-codes", {"password": PASSWORD})),
    "post /auth/introspect": lambda cast: (
        lambda: cast.service.post("/auth/introspect", f"token={cast.member.pair.access}", content_type=FORM)
    ),
    "get /auth/revocations": sent("get", "/auth/revocations", by="service"),
    "get /auth/events": sent("get", "/auth/events", by="service"),
    "get /.well-known/jwks.json": lambda cast: lambda: ApiClient().get("http://testserver/.well-known/jwks.json"),
}


def test_knows_every_call() -> None:
    assert {str(call) for call in calls_of("auth")} - {name.partition(":")[0] for name in CALLS} == set()


def cost(prepared: Prepared, cast: Cast) -> list[str]:
    """What the call asks; nothing of it stays."""
    with transaction.atomic():
        call = prepared(cast)
        with CaptureQueriesContext(connection) as asked:
            answer = call()
        transaction.set_rollback(True)
    assert answer.status_code < 300, answer.content
    return [re.sub(r"\s+", " ", query["sql"])[:200] for query in asked.captured_queries]


def lived(rows: int) -> Member:
    """Somebody with so many more sessions, changes and neighbours."""
    member = Member.joins()
    for _ in range(rows):
        Member.joins()
        member.again()
        member.client.patch("/users/me", {"full_name": secrets.token_hex(4)})
    return member


def test_no_call_costs_more_among_many_than_among_few(
    admin: Member, deliver: Callable[[], list[Any]], mailoutbox: list[Any]
) -> None:
    cast = Cast(lived(1), admin, deliver)
    few = {name: cost(prepared, cast) for name, prepared in CALLS.items()}
    cast = Cast(lived(30), admin, deliver)
    for name, prepared in CALLS.items():
        many = cost(prepared, cast)
        assert len(few[name]) == len(many), "\n".join([name, *few[name], "and among many:", *many])
