"""Modules over HTTP."""

from __future__ import annotations

from core_service.courses.models import CourseModule
from core_service.courses.problems import TooManySiblings
from core_service.courses.serializers import CourseModuleSerializer, ModulesQuery
from core_service.courses.views import docs
from core_service.courses.views.content import ContentListView, ContentView

_NEW_MODULE = {"course_id": "01936f5c-0000-7000-8000-000000000001", "title": "Save your work"}


@docs.list_of("modules", "module", _NEW_MODULE, parents=["course"])
class ModuleListView(ContentListView):
    problems = {"POST": (TooManySiblings,)}
    model = CourseModule
    serializer_class = CourseModuleSerializer
    query_class = ModulesQuery


@docs.one_of("modules", "module", {"order_index": 0}, _NEW_MODULE)
class ModuleView(ContentView):
    model = CourseModule
    serializer_class = CourseModuleSerializer
