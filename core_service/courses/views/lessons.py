"""Lessons over HTTP."""

from __future__ import annotations

from core_service.courses.models import Lesson
from core_service.courses.problems import TooManySiblings
from core_service.courses.serializers import LessonSerializer, LessonsQuery
from core_service.courses.views import docs
from core_service.courses.views.content import ContentListView, ContentView

_NEW_LESSON = {
    "module_id": "01936f5c-0000-7000-8000-000000000002",
    "title": "What Git remembers",
    "content": "A commit is a *snapshot*.",
    "lesson_type": "theory",
}


@docs.list_of("lessons", "lesson", _NEW_LESSON, parents=["module", "course"])
class LessonListView(ContentListView):
    problems = {"POST": (TooManySiblings,)}
    model = Lesson
    serializer_class = LessonSerializer
    query_class = LessonsQuery


@docs.one_of("lessons", "lesson", {"content": "A commit is a snapshot of **all** files."}, _NEW_LESSON)
class LessonView(ContentView):
    problems = {"PUT": (TooManySiblings,), "PATCH": (TooManySiblings,)}
    model = Lesson
    serializer_class = LessonSerializer
