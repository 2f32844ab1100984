"""`order_index`: 0, 1, 2, … among siblings, as a plain list would be."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core_service.conftest import ApiClient
from core_service.courses import actions
from core_service.courses.models import Course, CourseModule, Lesson
from core_service.courses.tests.desk import ORDERED, Desk, Kind, desk_of, url
from core_service.journal.models import AuditEntry
from core_service.people.models import Person

pytestmark = pytest.mark.django_db
every_ordered = pytest.mark.parametrize("kind", ORDERED, ids=lambda kind: kind.collection)


def _siblings(kind: Kind, desk: Desk) -> list[str]:
    parent = {kind.parent_field: kind.row(desk)[kind.parent_field]}
    listed = desk.author.get(url(kind.collection), parent | {"page_size": 100}).json()["results"]
    assert [row["order_index"] for row in listed] == list(range(len(listed)))
    return [row["id"] for row in listed]


@every_ordered
def test_a_taken_place_inserts_and_the_end_is_the_default(kind: Kind, desk: Desk) -> None:
    wanted = [kind.row(desk)["id"]]
    for index in (None, 0, 1, 3, 4, None):
        body = kind.new(desk) | ({} if index is None else {"order_index": index})
        row = desk.add(kind.collection, **body)
        wanted.insert(len(wanted) if index is None else index, row["id"])
        assert row["order_index"] == wanted.index(row["id"])
        assert _siblings(kind, desk) == wanted


@every_ordered
def test_no_more_than_the_limit_stand_beside_each_other(
    kind: Kind, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core_service.courses.ordering.MOST_SIBLINGS", 2)
    desk.add(kind.collection, **kind.new(desk))
    answer = desk.author.post(url(kind.collection), kind.new(desk))
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_siblings")
    assert len(_siblings(kind, desk)) == 2


@every_ordered
def test_no_more_than_the_limit_lie_in_a_course(kind: Kind, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    full, other = kind.new(desk), kind.new(desk_of(desk.author))
    monkeypatch.setattr("core_service.courses.actions.content.MOST_IN_COURSE", 1)
    answer = desk.author.post(url(kind.collection), full)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_siblings")
    monkeypatch.setattr("core_service.courses.actions.content.MOST_IN_COURSE", 2)
    assert desk.author.post(url(kind.collection), full).status_code == 201
    assert desk.author.post(url(kind.collection), full).status_code == 409
    assert desk.author.post(url(kind.collection), other).status_code == 201


@every_ordered
def test_a_row_moves_and_deleting_closes_the_gap(kind: Kind, desk: Desk) -> None:
    for _ in range(4):
        desk.add(kind.collection, **kind.new(desk))
    wanted = _siblings(kind, desk)
    moving = wanted[1]
    for index in (4, 0, 3, 3, 1):
        answer = desk.author.patch(url(kind.collection, moving), {"order_index": index})
        assert (answer.status_code, answer.json()["order_index"]) == (200, index)
        wanted.remove(moving)
        wanted.insert(index, moving)
        assert _siblings(kind, desk) == wanted
    for row_id in (wanted[2], wanted[0], wanted[4]):
        desk.author.delete(url(kind.collection, row_id))
        wanted.remove(row_id)
        assert _siblings(kind, desk) == wanted


@every_ordered
def test_any_place_past_the_end_is_the_end(kind: Kind, desk: Desk) -> None:
    for _ in range(2):
        desk.add(kind.collection, **kind.new(desk))
    wanted = _siblings(kind, desk)
    for index in (3, 2**31 - 1):
        for change in (desk.author.patch, desk.author.put):
            moving = wanted.pop(0)
            row = desk.author.get(url(kind.collection, moving)).json()
            answer = change(url(kind.collection, moving), row | {"order_index": index})
            assert (answer.status_code, answer.json()["order_index"]) == (200, len(wanted))
            wanted.append(moving)
        added = desk.add(kind.collection, **kind.new(desk), order_index=index)
        wanted.append(added["id"])
        assert _siblings(kind, desk) == wanted


@every_ordered
def test_a_place_that_is_none_is_refused(kind: Kind, desk: Desk) -> None:
    first = kind.row(desk)["id"]
    for index in (-1, 2**31, 10**30, 0.5, True):
        for answer in (
            desk.author.post(url(kind.collection), kind.new(desk) | {"order_index": index}),
            desk.author.patch(url(kind.collection, first), {"order_index": index}),
        ):
            assert answer.status_code == 400
            assert [error["pointer"] for error in answer.json()["errors"]] == ["/order_index"]
    assert _siblings(kind, desk) == [first]


@pytest.mark.parametrize("index", [None, 0, 1, 2])
def test_a_lesson_goes_to_another_module_and_leaves_no_gap(index: int | None, desk: Desk) -> None:
    other = desk.add("modules", course_id=desk.course["id"], title="Branches")
    there = [desk.add("lessons", module_id=other["id"], title=f"{n}")["id"] for n in range(2)]
    left = [desk.add("lessons", module_id=desk.module["id"], title=f"{n}")["id"] for n in range(2)]
    body = {"module_id": other["id"], "title": "Moved"} | ({} if index is None else {"order_index": index})
    answer = desk.author.patch(url("lessons", desk.lesson["id"]), body)
    assert answer.status_code == 200
    assert (answer.json()["module_id"], answer.json()["title"]) == (other["id"], "Moved")
    there.insert(2 if index is None else index, desk.lesson["id"])
    for module_id, wanted in ((other["id"], there), (desk.module["id"], left)):
        rows = Lesson.objects.filter(module_id=module_id).order_by("order_index")
        assert [(str(row.pk), row.order_index) for row in rows] == [(row, n) for n, row in enumerate(wanted)]


def test_the_audit_says_where_a_lesson_went(desk: Desk) -> None:
    other = desk.add("modules", course_id=desk.course["id"], title="Branches")
    desk.add("lessons", module_id=other["id"], title="There first")
    bodies: list[dict[str, Any]] = [
        {"module_id": other["id"], "order_index": 0},
        {"order_index": 1},
        {"module_id": desk.module["id"], "order_index": 0, "title": "Back"},
        {"module_id": desk.module["id"], "order_index": 7},
    ]
    for body in bodies:
        assert desk.author.patch(url("lessons", desk.lesson["id"]), body).status_code == 200
    entries = AuditEntry.objects.filter(object_id=desk.lesson["id"], action="lesson.changed").order_by("id")
    assert [(entry.details["fields"], entry.details.get("module_id")) for entry in entries] == [
        (["module_id"], other["id"]),
        (["order_index"], None),
        (["module_id", "order_index", "title"], desk.module["id"]),
    ]


def test_a_lesson_stays_in_its_course(desk: Desk, author: ApiClient, stranger: ApiClient) -> None:
    own, draft, open_one = desk_of(author), desk_of(stranger), desk_of(stranger)
    open_one.publish()

    def move(module_id: str) -> Any:
        return author.patch(url("lessons", desk.lesson["id"]), {"module_id": module_id})

    for module_id, code in ((own.module["id"], "other_course"), (draft.module["id"], "not_found")):
        answer = move(module_id)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)
        assert answer.json()["errors"][0]["pointer"] == "/module_id"
    assert move(open_one.module["id"]).status_code == 403
    assert author.get(url("lessons", desk.lesson["id"])).json() == desk.lesson


class Shelves(RuleBasedStateMachine):
    """Two modules of lessons, beside two plain lists."""

    @initialize()
    def begin(self) -> None:
        self.author = Person.of(uuid.uuid4(), [])
        course = actions.create_course(by=self.author, title="Git")
        self.modules = [
            actions.add_content(CourseModule(course=course, title=f"{n}"), by=self.author) for n in range(2)
        ]
        self.shelves: list[list[uuid.UUID]] = [[], []]

    def _lesson(self, pick: int, shelf: int) -> Lesson:
        lesson_id = self.shelves[shelf][pick % len(self.shelves[shelf])]
        lesson: Lesson = Lesson.objects.with_course().get(pk=lesson_id)
        return lesson

    @rule(shelf=st.integers(0, 1), index=st.none() | st.integers(0, 20))
    def add(self, shelf: int, index: int | None) -> None:
        rows = self.shelves[shelf]
        lesson = Lesson(module=self.modules[shelf], title="x")
        if index is not None:
            lesson.order_index = index
        actions.add_content(lesson, by=self.author)
        rows.insert(len(rows) if index is None else index, lesson.pk)

    @rule(shelf=st.integers(0, 1), pick=st.integers(0, 20), index=st.integers(0, 20))
    def move(self, shelf: int, pick: int, index: int) -> None:
        rows = self.shelves[shelf]
        if rows:
            lesson = self._lesson(pick, shelf)
            actions.change_content(lesson, by=self.author, order_index=index)
            rows.remove(lesson.pk)
            rows.insert(index, lesson.pk)

    @rule(shelf=st.integers(0, 1), pick=st.integers(0, 20), index=st.none() | st.integers(0, 20))
    def carry(self, shelf: int, pick: int, index: int | None) -> None:
        rows, others = self.shelves[shelf], self.shelves[1 - shelf]
        if rows:
            lesson = self._lesson(pick, shelf)
            actions.change_content(lesson, by=self.author, module=self.modules[1 - shelf], order_index=index)
            rows.remove(lesson.pk)
            others.insert(len(others) if index is None else index, lesson.pk)

    @rule(shelf=st.integers(0, 1), pick=st.integers(0, 20))
    def remove(self, shelf: int, pick: int) -> None:
        if self.shelves[shelf]:
            lesson = self._lesson(pick, shelf)
            actions.remove_content(lesson, by=self.author)
            self.shelves[shelf].remove(lesson.pk)

    @rule(data=st.data())
    def order(self, data: st.DataObject) -> None:
        everything = data.draw(st.permutations([*self.shelves[0], *self.shelves[1]]))
        cut = data.draw(st.integers(0, len(everything)))
        self.shelves = [everything[:cut], everything[cut:]]
        wanted = [(module.pk, rows) for module, rows in zip(self.modules, self.shelves, strict=True)]
        actions.order_course(Course.objects.get(pk=self.modules[0].course_id), wanted, by=self.author)

    @invariant()
    def places_are_those_of_the_lists(self) -> None:
        for module, wanted in zip(getattr(self, "modules", []), getattr(self, "shelves", []), strict=True):
            rows = Lesson.objects.filter(module=module).order_by("order_index").values_list("pk", "order_index")
            assert list(rows) == [(pk, place) for place, pk in enumerate(wanted)]


def test_any_writes_leave_the_places_of_plain_lists() -> None:
    run_state_machine_as_test(
        Shelves,
        settings=settings(
            max_examples=25,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
