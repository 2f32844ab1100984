"""The base of the views of everything that lies in a course."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from core_service.courses import actions
from core_service.courses.models import Content
from core_service.progress.reads import joined_courses
from shared_settings.http.views import ApiView, ListView
from shared_settings.problems import Invalid, NotFound


class ParentInBody(ApiView):
    """Turns the id of a parent in a body into its row."""

    model: ClassVar[type[Content]]

    def with_parent(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The validated fields, with the parent in place of its id.

        Raises `Invalid` for one that is not there, or not for the caller to know of, `Forbidden` for one in a course
        that the caller may only read.
        """
        name = self.model.parent_name
        parent_id: uuid.UUID | None = fields.pop(f"{name}_id", None)
        if parent_id is None:
            return fields
        parents: Any = self.model._meta.get_field(name).related_model
        person = self.request.user
        try:
            parent = parents.objects.with_course().get_editable(parent_id, person, joined=joined_courses(person))
        except NotFound:
            raise Invalid.field(f"{name}_id", "not_found", "There is no such row, or you may not know of it.") from None
        return fields | {name: parent}


class ContentListView(ParentInBody, ListView):
    """The rows of one parent or course that the caller may read; else those of the courses that they may edit."""

    own_params = frozenset({"course_id"})

    def get_queryset(self) -> QuerySet[Any]:
        person, rows = self.request.user, self.model.objects.all()
        if "course_id" in self.params:
            rows = rows.filter(**{f"{self.model.course_path}_id": self.params["course_id"]})
        if {"course_id", f"{self.model.parent_name}_id"}.isdisjoint(self.params):
            return rows.editable_by(person)
        return rows.readable_by(person, joined=joined_courses(person))

    def post(self, request: Request) -> Response:
        """In a course that you may edit. What has a place comes last, unless `order_index` says where."""
        row = actions.add_content(self.model(**self.with_parent(self.validated())), by=request.user)
        return self.made(row)


class ContentView(ParentInBody):
    """One row."""

    def get(self, request: Request, id: uuid.UUID) -> Response:  # noqa: A002 (the contract's name for it)
        """As far as you may read its course."""
        row = self.model.objects.get_readable(id, request.user, joined=joined_courses(request.user))
        return self.shown(row)

    def put(self, request: Request, id: uuid.UUID) -> Response:  # noqa: A002
        """What is left out gets its default; place and type stay."""
        return self._change(id, partial=False)

    def patch(self, request: Request, id: uuid.UUID) -> Response:  # noqa: A002
        """What is left out stays. `order_index` moves it among its siblings, another parent takes it there."""
        return self._change(id, partial=True)

    def delete(self, request: Request, id: uuid.UUID) -> Response:  # noqa: A002
        """With all that lies in it; what comes after it moves up. What learners have earned in it stays theirs."""
        actions.remove_content(self._row_to_change(id), by=request.user, expected=self.expected)
        return Response(status=204)

    def _row_to_change(self, row_id: uuid.UUID) -> Content:
        person = self.request.user
        row: Content = self.model.objects.with_course().get_editable(row_id, person, joined=joined_courses(person))
        return row

    def _change(self, row_id: uuid.UUID, *, partial: bool) -> Response:
        row = self._row_to_change(row_id)
        fields = self.with_parent(self.validated(row, partial=partial))
        return self.shown(actions.change_content(row, by=self.request.user, expected=self.expected, **fields))
