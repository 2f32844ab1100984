"""An author's desk: makes courses and what lies in them through the API, and knows what every kind of row is like."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from core_service.conftest import ApiClient

API = "/api/v1"
Row = dict[str, Any]


def url(collection: str, row_id: object = "", suffix: str = "") -> str:
    return f"{API}/{collection}/{row_id}{suffix}"


@dataclass
class Desk:
    """One course with a row of each kind in it."""

    author: ApiClient
    course: Row = field(default_factory=dict)
    module: Row = field(default_factory=dict)
    lesson: Row = field(default_factory=dict)
    media: Row = field(default_factory=dict)
    test: Row = field(default_factory=dict)
    question: Row = field(default_factory=dict)
    option: Row = field(default_factory=dict)

    def add(self, collection: str, **body: Any) -> Row:
        answer = self.author.post(url(collection), body)
        assert answer.status_code == 201, answer.content
        row: Row = answer.json()
        return row

    def publish(self) -> None:
        assert self.author.post(url("courses", self.course["id"], "/publish")).status_code == 200

    def archive(self) -> None:
        assert self.author.patch(url("courses", self.course["id"]), {"status": "archived"}).status_code == 200


def desk_of(author: ApiClient) -> Desk:
    """A draft of this author."""
    desk = Desk(author)
    desk.course = desk.add("courses", title="Git without fear")
    desk.module = desk.add("modules", course_id=desk.course["id"], title="Save your work")
    desk.lesson = desk.add("lessons", module_id=desk.module["id"], title="Snapshots", content="A *commit*.")
    desk.media = desk.add("media", lesson_id=desk.lesson["id"], media_url="https://example.org/book")
    desk.test = desk.add("tests", lesson_id=desk.lesson["id"], title="Check", passing_score=72.5)
    desk.question = desk.add("questions", test_id=desk.test["id"], question_text="Which?", points="2.5")
    desk.option = desk.add("options", question_id=desk.question["id"], option_text="This one")
    return desk


@dataclass(frozen=True)
class Kind:
    """A resource: `body` makes a row under a parent, `change` changes one, `wrong` is refused with 400."""

    collection: str
    one: str
    parent: str
    body: Row
    change: Row
    wrong: Row
    is_secret: bool = False

    @property
    def parent_field(self) -> str:
        return f"{self.parent}_id"

    def row(self, desk: Desk) -> Row:
        row: Row = getattr(desk, self.one)
        return row

    def url(self, desk: Desk) -> str:
        return url(self.collection, self.row(desk)["id"])

    def new(self, desk: Desk) -> Row:
        """A body for another row beside the desk's own; a test gets a new lesson, since a lesson has one."""
        parent: Row = getattr(desk, self.parent)
        if self.one == "test":
            parent = desk.add("lessons", module_id=desk.module["id"], title=f"For a test {uuid.uuid4()}")
        return self.body | {self.parent_field: parent["id"]}


KINDS = [
    Kind("modules", "module", "course", {"title": "Branches"}, {"title": "Renamed"}, {"title": " "}),
    Kind("lessons", "lesson", "module", {"title": "Labels"}, {"content": "New"}, {"lesson_type": "song"}),
    Kind(
        "media",
        "media",
        "lesson",
        {"media_url": "https://example.org/film", "media_type": "video"},
        {"media_type": "document"},
        {"media_url": "javascript:alert(1)"},
    ),
    Kind("tests", "test", "lesson", {"title": "Exam"}, {"passing_score": 80}, {"passing_score": 100.5}),
    Kind(
        "questions",
        "question",
        "test",
        {"question_text": "Why?", "question_type": "short_text", "key": {"answers": [{"text": "because"}]}},
        {"points": "3"},
        {"points": "1000.01"},
        is_secret=True,
    ),
    Kind(
        "options",
        "option",
        "question",
        {"option_text": "That one"},
        {"is_correct": True},
        {"is_correct": "perhaps"},
        is_secret=True,
    ),
]
ORDERED = [kind for kind in KINDS if kind.one in ("module", "lesson", "media", "question")]
