"""GET /users/all, GET and PATCH /users/{id}, DELETE /users/{id}/sessions, GET /users/profiles."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from auth_service.accounts import tasks
from auth_service.accounts.models import FormerAddress, User
from auth_service.journal.models import AuditEntry, Event
from auth_service.login_sessions.models import Session
from auth_service.tests.cast import NOBODY, OTHER_PASSWORD, ApiClient, Member, codes_of
from shared_settings.testing import plan_of_bitmaps

pytestmark = pytest.mark.django_db


def ids(answer: Any) -> list[str]:
    return [row["id"] for row in answer.json()["results"]]


# The list


def test_lists_people_the_newest_first(admin: Member, ada: Member, stranger: Member) -> None:
    answer = admin.client.get("/users/all")
    assert answer.status_code == 200
    assert ids(answer) == [str(member.user.pk) for member in (stranger, ada, admin)]
    assert "pending_email" not in answer.json()["results"][0]
    assert "bcrypt" not in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"search": "LOVELACE"}, ["ada"]),
        ({"search": "ada example"}, ["ada"]),
        ({"search": "nobody"}, []),
        ({"search": "ce"}, []),
        ({"is_superuser": "true"}, ["admin"]),
        ({"is_active": "false"}, ["stranger"]),
        ({"is_verified": "true"}, []),
        ({"has_second_factor": "true"}, ["ada"]),
        ({"ordering": "email"}, ["ada", "admin", "stranger"]),
        ({"ordering": "-email"}, ["stranger", "admin", "ada"]),
        ({"ordering": "created_at"}, ["admin", "ada", "stranger"]),
    ],
    ids=str,
)
def test_searches_filters_and_orders(
    admin: Member, ada: Member, stranger: Member, query: dict[str, str], found: list[str]
) -> None:
    User.objects.filter(pk=stranger.user.pk).update(is_active=False)
    User.objects.filter(pk=ada.user.pk).update(has_second_factor=True)
    people = {"admin": admin, "ada": ada, "stranger": stranger}
    assert ids(admin.client.get("/users/all", query)) == [str(people[name].user.pk) for name in found]


def test_search_knows_the_letters_of_all_languages(admin: Member, ada: Member) -> None:
    User.objects.filter(pk=ada.user.pk).update(full_name="Žofie ÄRGER")
    assert ids(admin.client.get("/users/all", {"search": "žofie ärger"})) == [str(ada.user.pk)]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no index of words.")
def test_search_has_its_index() -> None:
    found = User.objects.filter(Q(email__icontains="ada") | Q(full_name__icontains="ada"))
    assert "accounts_user_search" in plan_of_bitmaps(found)


def test_those_who_may_not_sign_in_have_an_index(db: None) -> None:
    inactive = User.objects.filter(is_active=False)
    if connection.vendor == "postgresql":
        assert "user_inactive" in plan_of_bitmaps(inactive)
    else:
        assert "user_inactive" in inactive.order_by("-created_at", "-id").explain()


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"is_active": "maybe"}, "?is_active"),
        ({"ordering": "hashed_password"}, "?ordering"),
        ({"page_size": "0"}, "?page_size"),
        ({"cursor": "x"}, "?cursor"),
        ({"password": "x"}, "?password"),
        ({"email__startswith": "a"}, "?email__startswith"),
    ],
    ids=str,
)
def test_refuses_other_parameters(admin: Member, query: dict[str, str], pointer: str) -> None:
    answer = admin.client.get("/users/all", query)
    assert answer.status_code == 400
    assert pointer in codes_of(answer)


def test_pages_lead_to_everybody_once(admin: Member) -> None:
    people = {str(Member.joins().user.pk) for _ in range(7)} | {str(admin.user.pk)}
    found, address = [], "http://testserver/api/v1/users/all?page_size=3&ordering=email"
    while address:
        answer = admin.client.get(address)
        found += ids(answer)
        address = answer.json()["next"]
    assert len(found) == 8
    assert set(found) == people


def test_costs_the_same_with_30_people_as_with_one(admin: Member, django_assert_num_queries: Any) -> None:
    admin.client.get("/users/all")
    with django_assert_num_queries(2):
        admin.client.get("/users/all?page_size=100")
    for _ in range(29):
        Member.joins()
    with django_assert_num_queries(2):
        assert len(ids(admin.client.get("/users/all?page_size=100"))) == 30


# One person


def test_shows_one_person(admin: Member, ada: Member) -> None:
    answer = admin.client.get(f"/users/{ada.user.pk}")
    assert answer.json() == ada.client.get("/users/me").json()
    again = admin.client.get(f"/users/{ada.user.pk}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("user_id", [NOBODY, "not-a-uuid", "1"])
def test_knows_nobody_under_another_id(admin: Member, user_id: str) -> None:
    for method in ("get", "patch", "delete"):
        answer = getattr(admin.client, method)(f"/users/{user_id}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.asvs("8.2.1")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/users/all"),
        ("get", "/users/{id}"),
        ("patch", "/users/{id}"),
        ("delete", "/users/{id}/sessions"),
    ],
)
def test_is_for_admins(anonymous: ApiClient, ada: Member, method: str, path: str) -> None:
    path = path.format(id=ada.user.pk)
    assert getattr(anonymous, method)(path).status_code == 401
    assert getattr(ada.client, method)(path).status_code == 403


def test_changes_a_person_at_once(admin: Member, ada: Member) -> None:
    body = {"full_name": None, "email": "Moved@example.org", "is_verified": True}
    answer = admin.client.patch(f"/users/{ada.user.pk}", body)
    assert answer.status_code == 200
    row = ada.row
    assert (row.full_name, row.email, row.email_key, row.is_verified) == (
        *(None, "Moved@example.org", "moved@example.org"),
        True,
    )
    entry = AuditEntry.objects.get(action="user.changed")
    assert (entry.actor_id, entry.object_id) == (admin.user.pk, ada.user.pk)
    assert "moved" not in str(entry.details).lower()


def test_another_address_is_not_verified_and_gets_a_link(
    admin: Member, ada: Member, deliver: Callable[[], list[Any]]
) -> None:
    ada.user.is_verified = True
    ada.user.save()
    admin.client.patch(f"/users/{ada.user.pk}", {"email": "moved@example.org"})
    assert not ada.row.is_verified
    links = [mail.to for mail in deliver() if "token=" in mail.body]
    assert links == [["moved@example.org"]]


@pytest.mark.asvs("6.3.7")
@pytest.mark.parametrize("is_active", [True, False])
def test_the_address_before_is_told_once_and_then_forgotten(
    admin: Member, ada: Member, is_active: bool, deliver: Callable[[], list[Any]]
) -> None:
    admin.client.patch(f"/users/{ada.user.pk}", {"email": "moved@example.org", "is_active": is_active})
    assert FormerAddress.objects.get().address == "ada@example.org"
    (notice,) = [mail for mail in deliver() if mail.to == ["ada@example.org"]]
    assert notice.subject == "Your email address was changed"
    assert "token=" not in notice.body
    assert "moved@example.org" not in notice.body
    assert not FormerAddress.objects.exists()
    assert deliver() == []


def test_an_address_that_cannot_be_told_is_forgotten_after_a_week(admin: Member, ada: Member) -> None:
    admin.client.patch(f"/users/{ada.user.pk}", {"email": "moved@example.org"})
    tasks.delete_old_former_addresses()
    assert FormerAddress.objects.exists()
    FormerAddress.objects.update(created_at=timezone.now() - timedelta(days=8))
    tasks.delete_old_former_addresses()
    assert not FormerAddress.objects.exists()


def test_another_spelling_of_the_address_is_no_news(
    admin: Member, ada: Member, deliver: Callable[[], list[Any]]
) -> None:
    admin.client.patch(f"/users/{ada.user.pk}", {"email": "Ada@example.org"})
    assert deliver() == []


@pytest.mark.asvs("7.5.3")
def test_another_address_needs_a_recent_sign_in_and_nothing_else_does(admin: Member, ada: Member) -> None:
    path, read = f"/users/{ada.user.pk}", admin.client.get(f"/users/{ada.user.pk}").json()
    Session.objects.update(auth_time=timezone.now() - timedelta(minutes=16))
    answer = admin.client.patch(path, {"email": "moved@example.org", "full_name": "Changed"})
    assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")
    assert (ada.row.email, ada.row.full_name) == ("ada@example.org", "Ada Lovelace")
    assert admin.client.patch(path, read | {"full_name": "Changed"}).status_code == 200
    Session.objects.update(auth_time=timezone.now())
    assert admin.client.patch(path, {"email": "moved@example.org"}).status_code == 200


def test_takes_the_row_back_as_it_was_read(admin: Member, ada: Member) -> None:
    read = admin.client.get(f"/users/{ada.user.pk}").json()
    answer = admin.client.patch(f"/users/{ada.user.pk}", read | {"full_name": "Ada"})
    assert (answer.status_code, answer.json()["full_name"]) == (200, "Ada")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"is_active": "perhaps"}, {"/is_active": "invalid"}),
        ({"is_active": None}, {"/is_active": "null"}),
        ({"email": "nonsense"}, {"/email": "email"}),
        ({"is_superuser": True}, {"/is_superuser": "read_only"}),
        ({"password": OTHER_PASSWORD}, {"/password": "unknown_field"}),
    ],
    ids=str,
)
def test_says_what_is_wrong_and_changes_nothing(
    admin: Member, ada: Member, body: dict[str, Any], wrong: dict[str, str]
) -> None:
    answer = admin.client.patch(f"/users/{ada.user.pk}", {"full_name": "Half"} | body)
    assert answer.status_code == 400
    assert codes_of(answer) == wrong
    assert ada.row.full_name == "Ada Lovelace"


def test_refuses_the_address_of_another(admin: Member, ada: Member, stranger: Member) -> None:
    answer = admin.client.patch(f"/users/{ada.user.pk}", {"full_name": "Half", "email": "STRANGER@example.org"})
    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
    assert ada.row.full_name == "Ada Lovelace"
    assert not Event.objects.exists()


def test_refuses_a_stale_change(admin: Member, ada: Member) -> None:
    path = f"/users/{ada.user.pk}"
    tag = admin.client.get(path).headers["ETag"]
    admin.client.patch(path, {"full_name": "First"})
    assert admin.client.patch(path, {"full_name": "Second"}, headers={"If-Match": tag}).status_code == 412
    assert admin.client.delete(path, headers={"If-Match": tag}).status_code == 412
    assert ada.row.full_name == "First"


@pytest.mark.asvs("7.4.2")
def test_deactivating_ends_every_session(admin: Member, ada: Member) -> None:
    phone = ada.again()
    admin.client.patch(f"/users/{ada.user.pk}", {"is_active": False})
    for device in (ada, phone):
        assert device.client.get("/users/me").status_code == 401
        assert ApiClient().post("/auth/refresh", {"refresh": device.pair.refresh}).status_code == 401
    admin.client.patch(f"/users/{ada.user.pk}", {"is_active": True})
    assert ada.client.get("/users/me").status_code == 401
    assert Member.signs_in(ada.row).client.get("/users/me").status_code == 200


@pytest.mark.asvs("7.4.5")
def test_signs_somebody_out_everywhere(admin: Member, ada: Member) -> None:
    phone = ada.again()
    assert admin.client.delete(f"/users/{ada.user.pk}/sessions").status_code == 204
    assert [device.client.get("/users/me").status_code for device in (ada, phone)] == [401, 401]
    assert admin.client.delete(f"/users/{uuid.uuid4()}/sessions").status_code == 404
    assert AuditEntry.objects.get(action="user.signed_out_everywhere").actor_id == admin.user.pk


# Profiles


def test_shows_names_beside_ids_and_leaves_out_the_unknown(ada: Member, stranger: Member) -> None:
    asked = [stranger.user.pk, uuid.uuid4(), ada.user.pk]
    answer = stranger.client.get("/users/profiles", {"id": [str(user_id) for user_id in asked]})
    assert answer.status_code == 200
    assert {row["id"]: row for row in answer.json()} == {
        str(ada.user.pk): {"id": str(ada.user.pk), "full_name": "Ada Lovelace"},
        str(stranger.user.pk): {"id": str(stranger.user.pk), "full_name": None},
    }
    assert answer.headers["Cache-Control"] == "private, max-age=60"
    again = stranger.client.get(
        "/users/profiles",
        {"id": [str(user_id) for user_id in asked]},
        headers={"If-None-Match": answer.headers["ETag"]},
    )
    assert again.status_code == 304


def test_profiles_cost_the_same_for_30_people_as_for_one(ada: Member, django_assert_num_queries: Any) -> None:
    people = [str(Member.joins().user.pk) for _ in range(30)]
    ada.client.get("/users/me")
    for asked in (people[:1], people):
        with django_assert_num_queries(2):
            assert len(ada.client.get("/users/profiles", {"id": asked}).json()) == len(asked)


@pytest.mark.parametrize("query", ["", "?id=", "?id=x", "?name=ada", "?" + "&".join([f"id={NOBODY}"] * 101)])
def test_refuses_to_show_nobody_or_too_many(ada: Member, query: str) -> None:
    assert ada.client.get(f"/users/profiles{query}").status_code == 400


def test_names_the_parameter_of_a_malformed_id(ada: Member) -> None:
    assert codes_of(ada.client.get(f"/users/profiles?id={NOBODY}&id=x")) == {"?id": "invalid"}


def test_shows_profiles_to_who_is_signed_in(anonymous: ApiClient) -> None:
    assert anonymous.get(f"/users/profiles?id={uuid.uuid4()}").status_code == 401
