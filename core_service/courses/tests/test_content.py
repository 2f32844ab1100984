"""What modules, lessons, media, tests, questions and options have in common."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from core_service.conftest import ApiClient
from core_service.courses import actions, models
from core_service.courses.tests.desk import KINDS, Desk, Kind, desk_of, url
from core_service.journal.models import AuditEntry
from shared_settings.problems import Invalid

pytestmark = pytest.mark.django_db
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.collection)

UNKNOWN = str(uuid.UUID(int=7))


def _errors(answer: Any) -> dict[str, str]:
    assert answer.status_code == 400, answer.content
    return {error["pointer"]: error["code"] for error in answer.json()["errors"]}


@every_kind
def test_a_row_is_made_read_changed_replaced_and_deleted(kind: Kind, desk: Desk) -> None:
    author, body = desk.author, kind.new(desk)
    made = author.post(url(kind.collection), body)
    assert made.status_code == 201
    row = made.json()
    assert {name: row[name] for name in body} == body
    address = url(kind.collection, row["id"])
    assert made["Location"].endswith(address)
    assert author.get(address).json() == row
    changed = author.patch(address, kind.change)
    assert (changed.status_code, changed.json()) == (200, row | kind.change)
    assert changed["ETag"] == author.get(address)["ETag"] != made["ETag"]
    assert author.put(address, row).json() == row
    assert author.delete(address).status_code == 204
    assert author.get(address).status_code == 404


@every_kind
def test_what_is_wrong_is_named_and_changes_nothing(kind: Kind, desk: Desk) -> None:
    (name,) = kind.wrong
    before = desk.author.get(kind.url(desk)).json()
    assert f"/{name}" in _errors(desk.author.post(url(kind.collection), kind.new(desk) | kind.wrong))
    assert _errors(desk.author.patch(kind.url(desk), kind.wrong | {"colour": 1})).keys() == {f"/{name}", "/colour"}
    assert f"/{name}" in _errors(desk.author.put(kind.url(desk), before | kind.wrong))
    assert f"/{kind.parent_field}" in _errors(desk.author.post(url(kind.collection), {}))
    assert desk.author.get(kind.url(desk)).json() == before


@every_kind
def test_without_a_token_nothing_is_shown(kind: Kind, live: Desk, anonymous: ApiClient) -> None:
    for answer in (
        anonymous.get(url(kind.collection)),
        anonymous.get(kind.url(live)),
        anonymous.post(url(kind.collection), kind.new(live)),
        anonymous.patch(kind.url(live), kind.change),
        anonymous.delete(kind.url(live)),
    ):
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.asvs("8.2.3")
@every_kind
def test_learners_read_what_is_published_except_for_the_answers(kind: Kind, live: Desk, student: ApiClient) -> None:
    answer = student.get(kind.url(live))
    listed = student.get(url(kind.collection), {kind.parent_field: kind.row(live)[kind.parent_field]}).json()
    if kind.is_secret:
        assert answer.status_code == 404
        assert listed["results"] == []
    else:
        assert answer.json() == live.author.get(kind.url(live)).json()
        assert [row["id"] for row in listed["results"]] == [kind.row(live)["id"]]


@pytest.mark.asvs("8.2.2")
@every_kind
def test_learners_change_nothing(kind: Kind, live: Desk, student: ApiClient) -> None:
    status = 404 if kind.is_secret else 403
    assert student.patch(kind.url(live), kind.change).status_code == status
    assert student.put(kind.url(live), kind.row(live)).status_code == status
    assert student.delete(kind.url(live)).status_code == status
    made = student.post(url(kind.collection), kind.new(live))
    assert made.status_code == (400 if kind.one == "option" else 403)  # a question is nothing to know of
    assert live.author.get(kind.url(live)).json() == kind.row(live)


@pytest.mark.asvs("8.2.2")
@every_kind
def test_a_draft_is_nobody_elses(kind: Kind, desk: Desk, stranger: ApiClient) -> None:
    for answer in (
        stranger.get(kind.url(desk)),
        stranger.patch(kind.url(desk), kind.change),
        stranger.delete(kind.url(desk)),
        stranger.get(kind.url(desk), headers={"If-None-Match": "*"}),
    ):
        assert answer.status_code == 404
    parent = {kind.parent_field: kind.row(desk)[kind.parent_field]}
    assert stranger.get(url(kind.collection), parent).json()["results"] == []
    body = kind.body | parent
    assert _errors(stranger.post(url(kind.collection), body)) == {f"/{kind.parent_field}": "not_found"}


@every_kind
def test_an_admin_does_what_the_author_does(kind: Kind, desk: Desk, admin: ApiClient) -> None:
    assert admin.get(kind.url(desk)).status_code == 200
    assert admin.post(url(kind.collection), kind.new(desk)).status_code == 201
    assert admin.patch(kind.url(desk), kind.change).status_code == 200
    assert admin.delete(kind.url(desk)).status_code == 204


@every_kind
def test_an_archived_course_is_read_by_who_had_joined_and_no_draft_is(
    kind: Kind, live: Desk, student: ApiClient, stranger: ApiClient
) -> None:
    student.post(url("progress"), {"lesson_id": live.lesson["id"], "completed": False})
    live.archive()
    assert live.author.get(kind.url(live)).status_code == 200
    assert student.get(kind.url(live)).status_code == (404 if kind.is_secret else 200)
    assert stranger.get(kind.url(live)).status_code == 404
    live.author.patch(url("courses", live.course["id"]), {"status": "draft"})
    assert student.get(kind.url(live)).status_code == 404


@every_kind
def test_rows_of_a_deleted_course_are_gone(kind: Kind, live: Desk, admin: ApiClient) -> None:
    body = kind.new(live)
    live.author.delete(url("courses", live.course["id"]))
    for person in (live.author, admin):
        assert person.get(kind.url(live)).status_code == 404
        assert person.patch(kind.url(live), kind.change).status_code == 404
        assert person.get(url(kind.collection)).json()["results"] == []
        assert _errors(person.post(url(kind.collection), body)) == {f"/{kind.parent_field}": "not_found"}


@every_kind
def test_a_list_without_a_parent_has_the_rows_of_ones_own_courses(
    kind: Kind, live: Desk, student: ApiClient, stranger: ApiClient, admin: ApiClient
) -> None:
    other = desk_of(stranger)
    for person, desks in ((live.author, [live]), (stranger, [other]), (student, []), (admin, [live, other])):
        listed = person.get(url(kind.collection)).json()["results"]
        assert {row["id"] for row in listed} == {kind.row(desk)["id"] for desk in desks}


@pytest.mark.parametrize("collection", ["lessons", "tests"])
def test_a_list_of_a_course_has_what_one_may_read_of_it(
    collection: str, live: Desk, student: ApiClient, stranger: ApiClient
) -> None:
    draft = desk_of(stranger)

    def found(person: ApiClient, **query: Any) -> list[str]:
        return [row["id"] for row in person.get(url(collection), query).json()["results"]]

    (row,) = found(live.author)
    for person, own in ((student, 0), (live.author, 0), (stranger, 1)):
        assert found(person, course_id=live.course["id"]) == [row]
        assert len(found(person, course_id=draft.course["id"])) == own


@every_kind
def test_an_unknown_parent_is_named(kind: Kind, desk: Desk) -> None:
    body = kind.new(desk) | {kind.parent_field: UNKNOWN}
    assert _errors(desk.author.post(url(kind.collection), body)) == {f"/{kind.parent_field}": "not_found"}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.one != "lesson"], ids=lambda kind: kind.collection)
def test_the_parent_is_fixed(kind: Kind, desk: Desk, author: ApiClient) -> None:
    other = kind.row(desk_of(author))[kind.parent_field]
    assert _errors(author.patch(kind.url(desk), {kind.parent_field: other})) == {f"/{kind.parent_field}": "read_only"}
    same = author.patch(kind.url(desk), {kind.parent_field: kind.row(desk)[kind.parent_field]})
    assert same.status_code == 200


@every_kind
@pytest.mark.parametrize("verb", ["put", "patch", "delete"])
def test_a_stale_writer_is_told_so(kind: Kind, verb: str, desk: Desk) -> None:
    stale = desk.author.get(kind.url(desk))["ETag"]
    now = desk.author.patch(kind.url(desk), kind.change)
    late = getattr(desk.author, verb)(kind.url(desk), kind.row(desk), headers={"If-Match": stale})
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    assert desk.author.get(kind.url(desk)).json() == now.json()
    timely = getattr(desk.author, verb)(kind.url(desk), now.json(), headers={"If-Match": now["ETag"]})
    assert timely.status_code == (204 if verb == "delete" else 200)


@every_kind
def test_a_known_row_is_not_sent_again(kind: Kind, desk: Desk) -> None:
    tag = desk.author.get(kind.url(desk))["ETag"]
    answer = desk.author.get(kind.url(desk), headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)


@every_kind
def test_a_whole_list_costs_one_query(
    kind: Kind, desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    desk.author.post(url(kind.collection), kind.new(desk))
    for query in ({}, {kind.parent_field: kind.row(desk)[kind.parent_field]}):
        with django_assert_num_queries(1):
            answer = desk.author.get(url(kind.collection), query | {"page_size": 100})
        assert answer.json()["count"] == (1 if kind.one == "test" and query else 2)


@every_kind
def test_every_write_is_audited_and_seen_in_the_version_of_the_course(kind: Kind, desk: Desk) -> None:
    body = kind.new(desk)
    version = models.Course.objects.get().content_version
    row = desk.author.post(url(kind.collection), body).json()
    desk.author.patch(url(kind.collection, row["id"]), kind.change)
    desk.author.patch(url(kind.collection, row["id"]), kind.change)  # changes nothing
    desk.author.delete(url(kind.collection, row["id"]))
    entries = AuditEntry.objects.filter(object_id=row["id"]).order_by("at", "id")
    assert [entry.action for entry in entries] == [f"{kind.one}.{did}" for did in ("added", "changed", "removed")]
    assert {(entry.actor_id, entry.kind) for entry in entries} == {(desk.author.person_id, kind.one)}
    assert all(entry.details["course_id"] == desk.course["id"] for entry in entries)
    assert models.Course.objects.get().content_version == version + 3


@every_kind
def test_put_keeps_place_and_type_and_resets_the_rest(kind: Kind, desk: Desk) -> None:
    required = {
        "module": ("course_id", "title"),
        "lesson": ("module_id", "title"),
        "media": ("lesson_id", "media_url"),
        "test": ("lesson_id", "title"),
        "question": ("test_id", "question_text"),
        "option": ("question_id", "option_text"),
    }[kind.one]
    defaults = {
        "lesson": {"content": ""},
        "test": {"passing_score": 60},
        "question": {"points": "1", "credit": "exact", "explanation": "", "key": None},
        "option": {"is_correct": False},
    }.get(kind.one, {})
    before = desk.author.get(kind.url(desk)).json()
    answer = desk.author.put(kind.url(desk), {name: before[name] for name in required})
    assert (answer.status_code, answer.json()) == (200, before | defaults)
    for missing in required:
        body = {name: before[name] for name in required if name != missing}
        assert _errors(desk.author.put(kind.url(desk), body)) == {f"/{missing}": "required"}


def test_deleting_a_row_deletes_what_lies_in_it(desk: Desk) -> None:
    assert desk.author.delete(url("modules", desk.module["id"])).status_code == 204
    for kind in KINDS:
        assert desk.author.get(kind.url(desk)).status_code == 404


def test_a_parent_that_is_deleted_meanwhile_takes_nothing_in(desk: Desk) -> None:
    """What the action finds under its lock counts, not what the view has read before."""
    lesson = models.Lesson.objects.with_course().get(pk=desk.lesson["id"])
    desk.author.delete(url("lessons", desk.lesson["id"]))
    with pytest.raises(Invalid) as refused:
        actions.add_content(
            models.LessonMedia(lesson=lesson, media_url="https://example.org/late"), by=desk.author.person
        )
    assert refused.value.errors[0].pointer == "/lesson_id"
