"""Tests over HTTP."""

from __future__ import annotations

from core_service.courses.models import Test
from core_service.courses.serializers import TestSerializer
from core_service.courses.views import docs
from core_service.courses.views.content import ContentListView, ContentView
from core_service.courses.views.queries import TestsQuery


@docs.list_of(
    "tests",
    "test",
    {
        "lesson_id": "01936f5c-0000-7000-8000-000000000003",
        "title": "Snapshots and commits",
        "passing_score": 60,
    },
    parent="lesson",
)
class TestListView(ContentListView):
    model = Test
    serializer_class = TestSerializer
    query_class = TestsQuery


@docs.one_of("tests", "test", {"passing_score": 72.5})
class TestView(ContentView):
    model = Test
    serializer_class = TestSerializer
