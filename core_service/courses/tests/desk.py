"""An author's desk: a course with a row of each kind in it, and what every kind is like."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from rest_framework.renderers import JSONRenderer

from core_service.conftest import ApiClient
from core_service.courses import models, serializers
from core_service.courses.serializers.authored import AuthoredSerializer
from core_service.journal.models import AuditEntry

API = "/api/v1"
Row = dict[str, Any]


def url(collection: str, row_id: object = "", suffix: str = "") -> str:
    return f"{API}/{collection}/{row_id}{suffix}"


@dataclass
class Desk:
    """One course with a row of each kind in it."""

    author: ApiClient
    course: Row
    module: Row
    lesson: Row
    media: Row
    test: Row
    question: Row
    option: Row

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
    """A draft of this author: stored at once, as seven calls of the API would store it (`test_desk` compares)."""
    course = models.Course(title="Git without fear", author_id=author.person_id, content_version=6)
    module = models.CourseModule(course=course, title="Save your work", order_index=0)
    lesson = models.Lesson(module=module, title="Snapshots", content="A *commit*.", order_index=0)
    media = models.LessonMedia(lesson=lesson, media_url="https://example.org/book", order_index=0)
    test = models.Test(lesson=lesson, title="Check", passing_score=Decimal("72.50"))
    question = models.TestQuestion(test=test, question_text="Which?", points=Decimal("2.50"), order_index=0)
    option = models.QuestionOption(question=question, option_text="This one")
    course.updated_at = course.created_at
    contents = (module, lesson, media, test, question, option)
    made: dict[str, Any] = {"actor_id": author.person_id, "at": course.created_at}
    entries = [AuditEntry(action="course.created", kind="course", object_id=course.pk, **made)]
    entries += [
        AuditEntry(
            action=f"{row.kind}.added", kind=row.kind, object_id=row.pk, details={"course_id": str(course.pk)}, **made
        )
        for row in contents
    ]
    with transaction.atomic():
        for row in (course, *contents):
            row.save(force_insert=True)
        AuditEntry.objects.bulk_create(entries)
    return Desk(
        author,
        course=_shown(serializers.CourseSerializer(course)),
        module=_shown(serializers.CourseModuleSerializer(module)),
        lesson=_shown(serializers.LessonSerializer(lesson)),
        media=_shown(serializers.LessonMediaSerializer(media)),
        test=_shown(serializers.TestSerializer(test)),
        question=_shown(serializers.TestQuestionSerializer(question)),
        option=_shown(serializers.QuestionOptionSerializer(option)),
    )


def _shown(serializer: AuthoredSerializer) -> Row:
    """The row as a client reads it."""
    row: Row = json.loads(JSONRenderer().render(serializer.data))
    return row


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
