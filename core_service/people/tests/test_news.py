"""What Core does when Auth tells of people: erasures and new names."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, models
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core_service.conftest import ApiClient
from core_service.files.models import StoredFile
from core_service.journal.models import FeedCursor, IdempotencyKey, Tombstone
from core_service.people import actions, auth_client, auth_feed, names, tasks
from core_service.people.names import names_of
from core_service.people.revocations import auth_revocations
from core_service.people.tests.stand_in import Answer, Asked, StandIn, running
from core_service.progress.models import UserProgress
from shared_settings.http.revocations import Revoked
from shared_settings.tests.traces import columns_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_names(monkeypatch: Any) -> None:
    cache.clear()
    monkeypatch.setattr(auth_client, "_quiet_until", float("-inf"))


@pytest.fixture
def auth(settings: Any) -> Iterator[StandIn]:
    with running() as stand_in:
        settings.AUTH_SERVICE_URL = stand_in.url
        yield stand_in


def tells(*events: tuple[str, uuid.UUID], cursor: str = "7", has_more: bool = False) -> Answer:
    rows = [{"id": str(uuid.uuid4()), "name": name, "user_id": str(person)} for name, person in events]
    return Answer.of({"events": rows, "cursor": cursor, "has_more": has_more})


@pytest.fixture
def traces(author: ApiClient, student: ApiClient) -> dict[str, Any]:
    """What somebody leaves in Core: progress, a file, a kept answer; and the course of somebody else."""
    course = author.post("/api/v1/courses/", {"title": "Knots", "status": "published"}).json()
    module = author.post("/api/v1/modules/", {"course_id": course["id"], "title": "One"}).json()
    lesson = author.post("/api/v1/lessons/", {"module_id": module["id"], "title": "Bowline"}).json()
    mark = {"lesson_id": lesson["id"], "completed": True}
    assert student.post("/api/v1/progress/", mark, headers={"Idempotency-Key": "once-1234"}).status_code == 201
    file = {"original_name": "a", "content_type": "text/plain", "size": 1, "sha256": "0" * 64}
    StoredFile.objects.create(name="a", created_by=student.person_id, created_at=timezone.now(), **file)
    return {"course": course, "mark": mark}


def is_forgotten(person_id: uuid.UUID) -> bool:
    left = (
        UserProgress.objects.of(person_id),
        StoredFile.objects.of(person_id),
        IdempotencyKey.objects.filter(caller=str(person_id)),
    )
    return not any(rows.exists() for rows in left)


@pytest.mark.asvs("14.2.7")
def test_an_erased_person_is_forgotten_and_others_are_not(
    auth: StandIn, traces: dict[str, Any], student: ApiClient, author: ApiClient, settings: Any
) -> None:
    assert not is_forgotten(student.person_id)
    auth.answer = lambda asked: tells(("user.erased", student.person_id))
    tasks.follow_auth()
    assert is_forgotten(student.person_id)
    assert StoredFile.objects.count() == 1
    assert author.get(f"/api/v1/courses/{traces['course']['id']}").status_code == 200
    (asked,) = auth.asked
    assert asked.path == "/api/v1/auth/events?after="
    assert asked.headers["Authorization"] == f"Bearer {settings.AUTH_SERVICE_TOKEN}"


def test_the_id_of_an_erased_person_stays_only_where_it_names_nobody(
    auth: StandIn, traces: dict[str, Any], student: ApiClient
) -> None:
    """A new column of people fails here, until it is forgotten or documented as what stays."""
    assert student.post("/api/v1/courses/", {"title": "Hers", "status": "published"}).status_code == 201
    goes = {"files_storedfile.created_by", "progress_userprogress.user_id", "journal_idempotencykey.caller"}
    stays = {"courses_course.author_id", "journal_auditentry.actor_id", "journal_event.payload"}
    assert columns_with(student.person_id) - stays >= goes
    auth.answer = lambda asked: tells(("user.erased", student.person_id))
    tasks.follow_auth()
    assert columns_with(student.person_id) <= stays | {"journal_tombstone.id"}


def test_every_column_that_may_hold_a_person_is_known() -> None:
    """Those between tables are foreign keys or named here; what else is a UUID may be a person."""
    of_rows = {"id", "object_id", "course_id", "lesson_id"}
    of_people = {"Course.author_id", "UserProgress.user_id", "StoredFile.created_by", "AuditEntry.actor_id"}
    found = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("core_service.")
        for field in model._meta.concrete_fields
        if isinstance(field, models.UUIDField) and field.name not in of_rows
    }
    assert found == of_people


def test_the_courses_of_an_erased_author_stay(
    auth: StandIn, traces: dict[str, Any], student: ApiClient, author: ApiClient
) -> None:
    auth.answer = lambda asked: tells(("user.erased", author.person_id))
    tasks.follow_auth()
    assert student.get(f"/api/v1/courses/{traces['course']['id']}").json()["author_id"] == str(author.person_id)
    assert not is_forgotten(student.person_id)


def test_follows_from_where_it_was_and_page_after_page(auth: StandIn) -> None:
    people = [uuid.uuid4() for _ in range(3)]

    def pages(asked: Asked) -> Answer:
        after = int(asked.path.rpartition("=")[2] or 0)
        rest = people[after:]
        events = [("user.erased", person) for person in rest[:1]]
        return tells(*events, cursor=str(after + len(events)), has_more=len(rest) > 1)

    auth.answer = pages
    tasks.follow_auth()
    assert set(Tombstone.objects.values_list("pk", flat=True)) == set(people)
    assert FeedCursor.objects.get().cursor == "3"
    people.append(uuid.uuid4())
    tasks.follow_auth()
    assert Tombstone.objects.count() == 4


def test_hearing_of_it_again_changes_nothing(auth: StandIn, student: ApiClient) -> None:
    auth.answer = lambda asked: tells(("user.erased", student.person_id), ("user.surprised", uuid.uuid4()))
    tasks.follow_auth()
    before = Tombstone.objects.get()
    tasks.follow_auth()
    assert Tombstone.objects.get().erased_at == before.erased_at


@pytest.mark.parametrize("cursor", ["", "7"])
def test_without_news_nothing_is_written(auth: StandIn, cursor: str) -> None:
    auth.answer = lambda asked: tells(cursor=cursor)
    tasks.follow_auth()
    with CaptureQueriesContext(connection) as queries:
        tasks.follow_auth()
    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []
    assert auth_feed.cursor() == cursor


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<html>", content_type="text/html"),
        Answer(b"{}"),
        Answer(b"[]"),
        Answer(b'{"events": [{"name": "user.erased", "user_id": "everybody"}], "cursor": "9", "has_more": false}'),
        Answer(b'{"events": [], "cursor": 9, "has_more": false}'),
        Answer(b'{"events": [], "cursor": "' + b"9" * 65 + b'", "has_more": false}'),
        Answer(status=401),
        Answer(status=503),
    ],
)
def test_a_wrong_answer_changes_nothing(auth: StandIn, answer: Answer) -> None:
    auth.answer = lambda asked: answer
    tasks.follow_auth()
    assert not Tombstone.objects.exists()
    assert not FeedCursor.objects.exists()


def test_without_a_credential_nothing_is_asked(auth: StandIn, settings: Any) -> None:
    settings.AUTH_SERVICE_TOKEN = ""
    tasks.follow_auth()
    assert names_of([uuid.uuid4()]) == {}
    assert auth.asked == []


def test_an_old_token_writes_nothing_also_while_revocations_are_not_heard(
    traces: dict[str, Any], student: ApiClient, monkeypatch: Any
) -> None:
    actions.erase_person(student.person_id)
    monkeypatch.setattr(auth_revocations, "_credential", "a credential")
    monkeypatch.setattr(auth_revocations, "start", lambda: None)
    monkeypatch.setattr(auth_revocations, "_revoked", Revoked(iat=int(timezone.now().timestamp()) - 60))
    assert student.post("/api/v1/progress/", traces["mark"]).status_code == 401
    assert student.post("/api/v1/courses/", {"title": "Mine"}).status_code == 401
    assert is_forgotten(student.person_id)


def test_names_those_whom_auth_has_to_erase_again_after_a_restore() -> None:
    now = timezone.now()
    early, late = uuid.uuid4(), uuid.uuid4()
    actions.erase_person(early, now=now - timedelta(hours=2))
    actions.erase_person(late, now=now)
    out = StringIO()
    call_command("erased_people", since=now - timedelta(hours=1), stdout=out)
    assert out.getvalue() == f"{late}\n"
    call_command("erased_people", "--since", f"{now - timedelta(hours=3):%Y-%m-%dT%H:%M}", stdout=out)
    assert out.getvalue() == f"{late}\n{early}\n{late}\n"


def test_what_slips_through_is_forgotten_soon_and_when_no_token_can_live(
    traces: dict[str, Any], student: ApiClient, author: ApiClient
) -> None:
    now = timezone.now()
    actions.erase_person(student.person_id, now=now)
    for later in (timedelta(minutes=2), timedelta(hours=25)):
        assert student.post("/api/v1/progress/", traces["mark"]).status_code == 201
        assert actions.forget_once_more(now=now) == 0
        assert actions.forget_once_more(now=now + later) == 1
        assert is_forgotten(student.person_id)
    assert actions.forget_once_more(now=now + timedelta(days=9)) == 0


def test_names_are_asked_for_once_and_anew_after_a_change(auth: StandIn) -> None:
    ada, nobody = uuid.uuid4(), uuid.uuid4()
    auth.answer = lambda asked: Answer.of([{"id": str(ada), "full_name": "Ada"}])
    for _ in range(3):
        assert names_of([ada, nobody, ada]) == {ada: "Ada"}
    assert len(auth.asked) == 1
    assert auth.asked[0].path.count("id=") == 2
    auth.answer = lambda asked: (
        tells(("user.renamed", ada))
        if "events" in asked.path
        else Answer.of([{"id": str(ada), "full_name": "Countess"}])
    )
    tasks.follow_auth()
    assert names_of([ada, nobody]) == {ada: "Countess"}


def test_a_change_of_name_is_heard_of_in_every_process_without_a_common_cache(auth: StandIn) -> None:
    ada = uuid.uuid4()
    auth.answer = lambda asked: Answer.of([{"id": str(ada), "full_name": "Ada"}])
    assert names_of([ada]) == {ada: "Ada"}
    auth.answer = lambda asked: tells(("user.renamed", ada))
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "memory of the worker"}
    with override_settings(CACHES={"default": memory}):
        tasks.follow_auth()
    auth.answer = lambda asked: Answer.of([{"id": str(ada), "full_name": "Countess"}])
    assert names_of([ada]) == {ada: "Countess"}


def test_a_name_that_arrives_after_its_change_was_heard_of_is_not_kept(auth: StandIn, monkeypatch: Any) -> None:
    ada = uuid.uuid4()
    began = auth_feed.cursor()
    auth.answer = lambda asked: tells(("user.renamed", ada))
    tasks.follow_auth()
    auth.answer = lambda asked: Answer.of([{"id": str(ada), "full_name": "Ada"}])
    with monkeypatch.context() as before:
        before.setattr(auth_feed, "cursor", lambda: began)
        assert names_of([ada]) == {ada: "Ada"}
    auth.answer = lambda asked: Answer.of([{"id": str(ada), "full_name": "Countess"}])
    assert names_of([ada]) == {ada: "Countess"}


def test_a_hundred_names_are_one_call(auth: StandIn) -> None:
    auth.answer = lambda asked: Answer.of([])
    assert names_of(uuid.uuid4() for _ in range(100)) == {}
    assert len(auth.asked) == 1


@pytest.mark.parametrize("answer", [Answer(status=503), Answer(b"<html>"), Answer(b"{}")])
def test_names_are_left_out_while_auth_is_away_which_is_asked_once(auth: StandIn, answer: Answer) -> None:
    auth.answer = lambda asked: answer
    for _ in range(3):
        assert names_of([uuid.uuid4()]) == {}
    assert len(auth.asked) == 1


def test_names_are_left_out_while_auth_is_slow_which_is_left_alone(auth: StandIn, monkeypatch: Any) -> None:
    ada = uuid.uuid4()
    named = [{"id": str(ada), "full_name": "Ada"}]
    for answer, seconds in ((Answer.of(named, delay=30), 0.2), (Answer.of(named), 120.0)):
        auth.answer = lambda asked, answer=answer: answer  # type: ignore[misc]
        monkeypatch.setattr(names, "SECONDS", seconds)
        assert names_of([ada]) == {}
    monkeypatch.setattr(auth_client, "_quiet_until", float("-inf"))
    assert names_of([ada]) == {ada: "Ada"}
