"""GET /auth/events: what services hear of people, in one order and without loss."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from auth_service.accounts import actions, events
from auth_service.accounts.actions import person_events
from auth_service.accounts.models import PersonEvent
from auth_service.accounts.tasks import delete_old_person_events
from auth_service.accounts.views.events import EVENTS_A_PAGE
from auth_service.tests.cast import NOBODY, ApiClient, Member, at_once
from shared_settings.ids import uuid7
from shared_settings.testing import SERVICE_TOKEN

pytestmark = pytest.mark.django_db


def asked(after: object = None, bearer: str = SERVICE_TOKEN) -> Any:
    query = "" if after is None else f"?after={after}"
    return ApiClient().get(f"/auth/events{query}", headers={"Authorization": f"Bearer {bearer}"})


def all_after(cursor: str = "") -> list[tuple[str, str]]:
    """Name and person of all events, page after page."""
    found, has_more = [], True
    while has_more:
        body = asked(cursor).json()
        found += [(event["name"], event["user_id"]) for event in body["events"]]
        cursor, has_more = body["cursor"], body["has_more"]
    return found


def happen(count: int) -> list[str]:
    people = [uuid7() for _ in range(count)]
    with transaction.atomic():
        for person in people:
            person_events.tell(events.RENAMED, person)
    return [str(person) for person in people]


def test_tells_what_happened_in_order(admin: Member, ada: Member) -> None:
    ada.client.patch("/users/me", {"full_name": "Countess"})
    admin.client.patch(f"/users/{ada.user.pk}", {"is_active": False})
    admin.client.patch(f"/users/{ada.user.pk}", {"is_active": True})
    admin.client.delete(f"/users/{ada.user.pk}")
    answer = asked()
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.json()
    names = ["user.renamed", "user.deactivated", "user.reactivated", "user.erased"]
    assert [event["name"] for event in body["events"]] == names
    assert {event["user_id"] for event in body["events"]} == {str(ada.user.pk)}
    assert not body["has_more"]
    assert "Countess" not in str(body)
    assert asked(body["cursor"]).json() == {"events": [], "cursor": body["cursor"], "has_more": False}


def test_tells_nothing_before_anything_has_happened(db: None) -> None:
    for after in (None, ""):
        assert asked(after).json() == {"events": [], "cursor": "", "has_more": False}


def test_comes_in_pages(db: None) -> None:
    people = happen(EVENTS_A_PAGE * 2 + 5)
    first = asked().json()
    assert (len(first["events"]), first["has_more"]) == (EVENTS_A_PAGE, True)
    assert [person for _, person in all_after()] == people


def test_a_call_numbers_no_more_than_it_has_time_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(person_events, "NUMBERED_AT_ONCE", EVENTS_A_PAGE + 1)
    people = happen(EVENTS_A_PAGE * 2 + 5)
    asked()
    assert PersonEvent.objects.unnumbered().count() == EVENTS_A_PAGE + 4
    assert [person for _, person in all_after()] == people


@pytest.mark.parametrize("after", ["x", "x" * 36, "%00"])
def test_refuses_a_malformed_cursor(after: str) -> None:
    assert asked(after).status_code == 400


def test_is_for_services(admin: Member) -> None:
    for bearer in ("x", admin.pair.access):
        assert asked(bearer=bearer).status_code == 401
    assert ApiClient().get("/auth/events").status_code == 401


def test_begins_again_for_a_cursor_of_which_nothing_is_known() -> None:
    people = happen(2)
    assert [person for _, person in all_after(str(uuid7()))] == people


def test_begins_again_after_a_restore_also_when_as_much_has_happened_as_was_lost() -> None:
    before = happen(2)
    cursor = asked().json()["cursor"]
    happen(1)
    lost = asked(cursor).json()["cursor"]
    PersonEvent.objects.get(pk=lost).delete()
    since = happen(1)
    assert [person for _, person in all_after(lost)] == before + since
    assert [person for _, person in all_after(cursor)] == since


def test_keeps_erasures_for_good_others_for_a_month_and_the_count_for_ever(admin: Member, ada: Member) -> None:
    admin.client.delete(f"/users/{ada.user.pk}")
    happen(3)
    assert len(all_after()) == 4
    PersonEvent.objects.update(created_at=timezone.now() - timedelta(days=29))
    delete_old_person_events()
    assert len(all_after()) == 4
    PersonEvent.objects.update(created_at=timezone.now() - timedelta(days=36))
    delete_old_person_events()
    assert [name for name, _ in all_after()] == ["user.erased", "user.renamed"]
    cursor = asked().json()["cursor"]
    (person,) = happen(1)
    assert all_after(cursor) == [("user.renamed", person)]


def test_what_nobody_asks_for_goes_as_early(admin: Member, ada: Member) -> None:
    admin.client.delete(f"/users/{ada.user.pk}")
    happen(3)
    PersonEvent.objects.update(created_at=timezone.now() - timedelta(days=36))
    delete_old_person_events()
    assert all_after() == [("user.erased", str(ada.user.pk))]


@pytest.mark.django_db(transaction=True)
def test_an_event_that_is_committed_late_is_not_passed_over() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time.")
    is_written, may_commit = threading.Event(), threading.Event()
    late = uuid7()

    def slow_writer() -> None:
        try:
            with transaction.atomic():
                person_events.tell(events.ERASED, late)
                is_written.set()
                assert may_commit.wait(300)
        finally:
            connection.close()

    thread = threading.Thread(target=slow_writer)
    thread.start()
    assert is_written.wait(300)
    (early,) = happen(1)
    body = asked().json()
    assert [event["user_id"] for event in body["events"]] == [early]
    may_commit.set()
    thread.join()
    assert all_after(body["cursor"]) == [("user.erased", str(late))]


@pytest.mark.django_db(transaction=True)
def test_readers_and_writers_at_once_lose_nothing() -> None:
    followers: list[list[str]] = [[], [], []]
    is_over = threading.Event()
    people: list[str] = []

    def write() -> None:
        for _ in range(15):
            people.extend(happen(1))
        is_over.set()

    def follow(found: list[str]) -> None:
        cursor = ""
        while True:
            was_over = is_over.is_set()
            body = asked(cursor).json()
            found += [event["user_id"] for event in body["events"]]
            cursor = body["cursor"]
            if was_over and not body["events"]:
                return

    at_once(write, *[lambda found=found: follow(found) for found in followers])
    for found in followers:
        assert len(found) == len(set(found)) == 15
        assert set(found) == set(people)
    assert followers[0] == followers[1] == followers[2]


def test_numbering_twice_changes_nothing() -> None:
    happen(2)
    actions.number_person_events()
    before = list(PersonEvent.objects.order_by("pk").values_list("pk", "position"))
    actions.number_person_events()
    assert list(PersonEvent.objects.order_by("pk").values_list("pk", "position")) == before


def test_names_are_told_to_services(ada: Member) -> None:
    path = f"/users/profiles?id={ada.user.pk}&id={NOBODY}"
    answer = ApiClient().get(path, headers={"Authorization": f"Bearer {SERVICE_TOKEN}"})
    assert answer.json() == [{"id": str(ada.user.pk), "full_name": "Ada Lovelace"}]
    assert ada.client.get(path).json() == answer.json()
    assert ApiClient().get(path, headers={"Authorization": "Bearer x"}).status_code == 401
    assert ApiClient().get(path).status_code == 401
