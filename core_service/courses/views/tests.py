"""Tests over HTTP."""

from __future__ import annotations

from core_service.courses.models import Test
from core_service.courses.problems import TestExists
from core_service.courses.serializers import TestSerializer, TestsQuery
from core_service.courses.views import docs
from core_service.courses.views.content import ContentListView, ContentView

_NEW_TEST = {
    "lesson_id": "01936f5c-0000-7000-8000-000000000003",
    "title": "Snapshots and commits",
    "passing_score": 60,
}


@docs.list_of("tests", "test", _NEW_TEST, parents=["lesson", "course"])
class TestListView(ContentListView):
    model = Test
    serializer_class = TestSerializer
    query_class = TestsQuery
    problems = {"POST": (TestExists,)}


@docs.one_of("tests", "test", {"passing_score": 72.5}, _NEW_TEST)
class TestView(ContentView):
    model = Test
    serializer_class = TestSerializer
