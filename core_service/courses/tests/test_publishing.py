"""Courses are published, deleted and audited."""

from __future__ import annotations

from typing import Any

import pytest

from core_service.conftest import ApiClient
from core_service.courses.models import Course
from core_service.courses.tests.desk import Desk, desk_of, url
from core_service.journal.models import AuditEntry, Event

pytestmark = pytest.mark.django_db


def test_publishing_opens_the_course_and_tells_it_once(desk: Desk, student: ApiClient) -> None:
    publish = url("courses", desk.course["id"], "/publish")
    for _ in range(2):
        answer = desk.author.post(publish)
        assert (answer.status_code, answer.json()["status"]) == (200, "published")
    assert Event.objects.filter(name="course.published").count() == 1
    assert student.get(url("courses", desk.course["id"])).status_code == 200


def test_a_key_of_a_retry_belongs_to_one_path(desk: Desk) -> None:
    for course in (desk.course, desk_of(desk.author).course):
        answer = desk.author.post(url("courses", course["id"], "/publish"), HTTP_IDEMPOTENCY_KEY="a-key")
        assert (answer.status_code, answer.json()["id"]) == (200, course["id"])


def test_publishing_takes_no_fields(desk: Desk, stranger: ApiClient) -> None:
    publish = url("courses", desk.course["id"], "/publish")
    answer = desk.author.post(publish, {"dry_run": True})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/dry_run")
    assert desk.author.post(publish, []).status_code == 400
    assert stranger.post(publish, {"dry_run": True}).status_code == 404
    assert Course.objects.get().status == "draft"
    assert desk.author.post(publish, {}).status_code == 200


def test_who_may_not_publish(desk: Desk, stranger: ApiClient, anonymous: ApiClient) -> None:
    publish = url("courses", desk.course["id"], "/publish")
    assert anonymous.post(publish).status_code == 401
    assert stranger.post(publish).status_code == 404
    desk.publish()
    assert stranger.post(publish).status_code == 403


def test_a_deleted_course_is_gone_for_everybody_and_its_rows_stay(
    live: Desk, admin: ApiClient, anonymous: ApiClient
) -> None:
    address = url("courses", live.course["id"])
    assert live.author.delete(address).status_code == 204
    for person in (live.author, admin, anonymous):
        assert person.get(address).status_code == 404
        assert person.get(address + "/with-modules").status_code == 404
    assert live.author.delete(address).status_code == 404
    assert admin.get(url("courses")).json()["results"] == []
    assert Course.objects.get().modules.count() == 1
    assert Event.objects.get(name="course.deleted").payload["course_id"] == live.course["id"]


def test_the_audit_names_who_did_what(author: ApiClient) -> None:
    course: dict[str, Any] = author.post(url("courses"), {"title": "Git"}).json()
    author.patch(url("courses", course["id"]), {"title": "New"})
    author.delete(url("courses", course["id"]))
    entries = AuditEntry.objects.filter(object_id=course["id"]).order_by("at", "id")
    assert [entry.action for entry in entries] == ["course.created", "course.changed", "course.deleted"]
    assert {entry.actor_id for entry in entries} == {author.person_id}
    assert entries[1].details == {"fields": ["title"]}


def test_an_archived_course_is_closed_to_newcomers_and_open_to_who_had_joined(
    live: Desk, student: ApiClient, stranger: ApiClient, anonymous: ApiClient, admin: ApiClient
) -> None:
    student.post(url("progress"), {"lesson_id": live.lesson["id"], "completed": True})
    live.archive()
    for suffix in ("", "/with-modules"):
        address = url("courses", live.course["id"], suffix)
        statuses = [person.get(address).status_code for person in (student, live.author, admin, stranger, anonymous)]
        assert statuses == [200, 200, 200, 404, 404]
    assert student.patch(url("courses", live.course["id"]), {"title": "Mine"}).status_code == 403
    assert student.get(url("courses")).json()["results"] == []
    of_author = student.get(url("courses/author", live.author.person_id)).json()["results"]
    assert [row["id"] for row in of_author] == [live.course["id"]]
