"""GET /auth/audit and GET /users/me/security-events, and what is written there."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from auth_service.journal.models import AuditEntry
from auth_service.tests.cast import NOBODY, OTHER_PASSWORD, PASSWORD, ApiClient, Member, codes_of
from shared_settings import journal
from shared_settings.ids import uuid7

pytestmark = pytest.mark.django_db


def audit(action: str, actor: uuid.UUID | None, whom: uuid.UUID, *, minutes_ago: int = 0, kind: str = "user") -> None:
    AuditEntry.objects.create(
        id=uuid7(),
        action=action,
        actor_id=actor,
        kind=kind,
        object_id=whom,
        at=timezone.now() - timedelta(minutes=minutes_ago),
    )


def actions_of(answer: Any) -> list[str]:
    assert answer.status_code == 200
    return [row["action"] for row in answer.json()["results"]]


def test_shows_admins_who_did_what_to_whom(admin: Member, ada: Member) -> None:
    admin.client.post("/auth/admin", {"user_id": str(ada.user.pk)}, headers={"X-Request-ID": "asked-by-a-test"})
    (row,) = admin.client.get("/auth/audit").json()["results"]
    assert (row["action"], row["kind"]) == ("user.admin_granted", "user")
    assert (row["actor_id"], row["object_id"]) == (str(admin.user.pk), str(ada.user.pk))
    assert (row["details"], row["request_id"]) == ({}, "asked-by-a-test")


def test_narrows_by_every_filter(admin: Member, ada: Member, stranger: Member) -> None:
    audit("oldest", None, ada.user.pk, minutes_ago=30)
    audit("older", admin.user.pk, ada.user.pk, minutes_ago=20)
    audit("newest", admin.user.pk, stranger.user.pk, minutes_ago=10, kind="signing_key")

    def found(**query: Any) -> list[str]:
        return actions_of(admin.client.get("/auth/audit", query))

    assert found() == ["newest", "older", "oldest"]
    assert found(ordering="at") == ["oldest", "older", "newest"]
    assert found(actor_id=admin.user.pk) == ["newest", "older"]
    assert found(object_id=ada.user.pk) == ["older", "oldest"]
    assert found(kind="signing_key") == ["newest"]
    assert found(action="older") == ["older"]
    moment = AuditEntry.objects.get(action="older").at
    assert found(**{"from": moment.isoformat()}) == ["newest", "older"]
    assert found(to=moment.isoformat()) == ["oldest"]
    assert found(**{"from": moment.isoformat(), "to": moment.isoformat()}) == []


def test_turns_pages(admin: Member, ada: Member) -> None:
    for number in range(5):
        audit(f"act_{number}", None, ada.user.pk)
    seen, url = [], "/auth/audit?page_size=2"
    while url:
        answer = admin.client.get(url)
        seen += actions_of(answer)
        url = answer.json()["next"]
    assert seen == [f"act_{number}" for number in reversed(range(5))]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("actor_id=x", "?actor_id"),
        ("from=yesterday", "?from"),
        ("to=0001-01-01T00:00:00%2B23:00", "?to"),
        ("ordering=action", "?ordering"),
        ("since=2026-01-01", "?since"),
        ("action=a%00b", "?action"),
    ],
)
def test_refuses_a_bad_query(admin: Member, query: str, name: str) -> None:
    answer = admin.client.get(f"/auth/audit?{query}")
    assert answer.status_code == 400
    assert name in codes_of(answer)


@pytest.mark.asvs("8.2.1")
def test_is_for_admins(ada: Member, anonymous: ApiClient) -> None:
    assert ada.client.get("/auth/audit").status_code == 403
    assert anonymous.get("/auth/audit").status_code == 401
    assert anonymous.get("/users/me/security-events").status_code == 401


def test_can_only_be_read(admin: Member) -> None:
    for path in ("/auth/audit", "/users/me/security-events"):
        for method in (admin.client.post, admin.client.patch, admin.client.delete):
            assert method(path, {}).status_code == 405


@pytest.mark.parametrize("path", ["/auth/audit", "/users/me/security-events"])
def test_costs_the_same_with_30_entries_as_with_one(admin: Member, path: str, django_assert_num_queries: Any) -> None:
    admin.client.get(path)  # reads the keys
    for count in (1, 29):
        for _ in range(count):
            audit("act", None, admin.user.pk)
        with django_assert_num_queries(2):
            admin.client.get(path, {"page_size": 100})


# One's own


def test_everybody_sees_what_happened_to_their_account(ada: Member, stranger: Member, admin: Member) -> None:
    stranger.client.post("/auth/change-password", {"current_password": PASSWORD, "new_password": OTHER_PASSWORD})
    answer = ApiClient().post("/auth/login", {"email": "ada@example.org", "password": PASSWORD})
    ApiClient().post("/auth/logout", {"refresh": answer.json()["refresh"]})
    admin.client.delete(f"/users/{ada.user.pk}/sessions")
    audit("second_factor.code_refused", None, ada.user.pk)
    rows = Member.signs_in(ada.user).client.get("/users/me/security-events").json()["results"]
    assert [(row["action"], row["by"]) for row in rows] == [
        ("second_factor.code_refused", "system"),
        ("user.signed_out_everywhere", "admin"),
        ("session.signed_out", "self"),
        ("user.signed_in", "self"),
    ]
    assert set(rows[0]) == {"id", "at", "action", "by", "details", "request_id"}


def test_narrows_ones_own_by_action_and_time(ada: Member) -> None:
    audit("user.signed_in", ada.user.pk, ada.user.pk, minutes_ago=10)
    audit("session.signed_out", ada.user.pk, ada.user.pk)
    assert actions_of(ada.client.get("/users/me/security-events?action=user.signed_in")) == ["user.signed_in"]
    since = (timezone.now() - timedelta(minutes=5)).isoformat()
    assert actions_of(ada.client.get("/users/me/security-events", {"from": since})) == ["session.signed_out"]
    assert codes_of(ada.client.get(f"/users/me/security-events?actor_id={NOBODY}")) == {"?actor_id": "unknown_field"}


def test_every_act_upon_an_account_is_written_down(ada: Member, admin: Member) -> None:
    client, own = ada.client, str(ada.user.pk)
    refresh = ada.pair.refresh
    phone, tablet = ada.again(), ada.again()
    client.delete(f"/auth/sessions/{phone.session.pk}")
    client.post("/auth/logout-all", {"keep_current": True})
    client.patch("/users/me", {"email": "next@example.org", "current_password": PASSWORD})
    pair = client.post("/auth/change-password", {"current_password": PASSWORD, "new_password": OTHER_PASSWORD}).json()
    ApiClient().post("/auth/refresh", {"refresh": pair["refresh"]})
    ApiClient().post("/auth/logout", {"refresh": pair["refresh"]})
    admin.client.patch(f"/users/{own}", {"is_verified": True})
    written = list(
        AuditEntry.objects.filter(kind="user", object_id=own).order_by("at").values_list("action", flat=True)
    )
    assert written == [
        "session.ended",
        "user.signed_out_everywhere",
        "email_change.requested",
        "user.password_changed",
        "session.signed_out",
        "user.changed",
    ]
    assert refresh != pair["refresh"]
    assert tablet.client.get("/users/me").status_code == 401


def test_a_reused_refresh_token_is_written_down(ada: Member, settings: Any) -> None:
    settings.REFRESH_LEEWAY_SECONDS = 0
    for _ in range(2):
        ApiClient().post("/auth/refresh", {"refresh": ada.pair.refresh})
    entry = AuditEntry.objects.get(action="session.refresh_token_reused")
    assert (entry.actor_id, entry.object_id) == (None, ada.user.pk)
    assert entry.details == {"session_id": str(ada.session.pk)}


def test_outlives_the_person_and_holds_nothing_personal(ada: Member, admin: Member) -> None:
    ApiClient().post("/auth/login", {"email": "ada@example.org", "password": PASSWORD})
    ada.client.patch("/users/me", {"email": "next@example.org", "current_password": PASSWORD})
    assert ada.client.delete("/users/me", {"password": PASSWORD}).status_code == 204
    rows = admin.client.get("/auth/audit", {"object_id": str(ada.user.pk)}).json()["results"]
    assert [row["action"] for row in rows] == ["user.erased", "email_change.requested", "user.signed_in"]
    text = json.dumps(rows)
    assert not any(trace in text for trace in ("example.org", "Lovelace", "192.0.2.7", "browser"))


def test_an_act_that_is_refused_is_not_written_down(admin: Member) -> None:
    admin.client.post("/auth/admin", {"user_id": str(admin.user.pk), "is_superuser": False})
    assert not journal.journal_model("AuditEntry").objects.exists()
