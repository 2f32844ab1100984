"""Courses over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from core_service.courses import actions, reads
from core_service.courses.models import Course
from core_service.courses.problems import AuthorNotYours, OutlineMismatch
from core_service.courses.serializers import (
    CatalogueQuery,
    CourseSerializer,
    CoursesQuery,
    OrderSerializer,
    OutlineSerializer,
)
from core_service.courses.views import docs
from core_service.progress import reads as progress_reads
from shared_settings.http.errors import Unauthenticated
from shared_settings.http.serializers import StrictSerializer
from shared_settings.http.views import ApiView, ListView

_NEW_COURSE = {"title": "Git without fear", "description": "Three evenings, one tool."}


@docs.list_of("courses", "course", _NEW_COURSE)
class CourseListView(ListView):
    """What is published, for everybody; for an admin all courses. `mine=true`: those that you may edit."""

    serializer_class = CourseSerializer
    permission_classes = [IsAuthenticatedOrReadOnly]
    query_class = CatalogueQuery
    own_params = frozenset({"mine"})
    problems = {"GET": (Unauthenticated,), "POST": (AuthorNotYours,)}  # `mine` needs a token

    def get_queryset(self) -> QuerySet[Any]:
        person = self.request.user
        if not self.params.get("mine"):
            return Course.objects.listed_for(person)
        if not person.is_authenticated:
            self.permission_denied(self.request)
        return Course.objects.editable_by(person)

    def post(self, request: Request) -> Response:
        """Yours, and a draft unless `status` says otherwise; an admin may name another author."""
        course = actions.create_course(by=request.user, **self.validated())
        return self.made(course)


class AuthorCoursesView(ListView):
    """The courses of one author; drafts only for that author and admins."""

    serializer_class = CourseSerializer
    permission_classes = [IsAuthenticatedOrReadOnly]
    query_class = CoursesQuery

    def get_queryset(self) -> QuerySet[Any]:
        return progress_reads.readable_courses(self.request.user).filter(author_id=self.kwargs["author_id"])

    @docs.action("courses_by_author", "List the courses of an author")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class CourseRow(ApiView):
    """Finds the course of the path."""

    permission_classes = [IsAuthenticatedOrReadOnly]

    def course_to_read(self) -> Course:
        person = self.request.user
        course: Course = Course.objects.get_readable(
            self.kwargs["course_id"], person, joined=progress_reads.joined_courses(person)
        )
        return course

    def course_to_change(self) -> Course:
        person = self.request.user
        course: Course = Course.objects.get_editable(
            self.kwargs["course_id"], person, joined=progress_reads.joined_courses(person)
        )
        return course


@docs.one_of("courses", "course", {"status": "archived"}, _NEW_COURSE)
class CourseView(CourseRow):
    serializer_class = CourseSerializer
    problems = {"PUT": (AuthorNotYours,), "PATCH": (AuthorNotYours,)}

    def get(self, request: Request, course_id: uuid.UUID) -> Response:
        """Published ones are for everybody, archived ones also for who learns in them, drafts for author and admins."""
        return self.shown(self.course_to_read())

    def put(self, request: Request, course_id: uuid.UUID) -> Response:
        """What is left out gets its default; author and status stay."""
        return self._change(partial=False)

    def patch(self, request: Request, course_id: uuid.UUID) -> Response:
        """What is left out stays. `status` opens, closes and archives it; an admin may name another author."""
        return self._change(partial=True)

    def delete(self, request: Request, course_id: uuid.UUID) -> Response:
        """Hides it and all that is in it from everybody, for good; what learners earned in it stays theirs."""
        actions.delete_course(self.course_to_change(), by=request.user, expected=self.expected)
        return Response(status=204)

    def _change(self, *, partial: bool) -> Response:
        course = self.course_to_change()
        fields = self.validated(course, partial=partial)
        return self.shown(actions.change_course(course, by=self.request.user, expected=self.expected, **fields))


class PublishView(CourseRow):
    serializer_class = CourseSerializer

    @docs.action("courses_publish", "Publish a course", request=None)
    def post(self, request: Request, course_id: uuid.UUID) -> Response:
        """Opens it to everybody. A course that is published stays as it is."""
        course = self.course_to_change()
        StrictSerializer(data=request.data).is_valid(raise_exception=True)  # no field is known: none is lost
        return self.shown(actions.publish_course(course, by=request.user))


class OutlineRow(CourseRow):
    """Answers the outline of a course, and reads it only when the caller has another one or none."""

    def etag_of(self, row: Any) -> str:
        return reads.outline_etag(row, self.request.user)

    def body_of(self, row: Any) -> Any:
        return super().body_of(reads.outline(row, self.request.user))


class WithModulesView(OutlineRow):
    serializer_class = OutlineSerializer

    @docs.action("courses_with_modules", "Read the outline of a course")
    def get(self, request: Request, course_id: uuid.UUID) -> Response:
        """The course with its modules and their lessons, media and tests, in order; no texts, no answers."""
        return self.shown(self.course_to_read())


class OrderView(OutlineRow):
    serializer_class = OutlineSerializer
    problems = (OutlineMismatch,)

    @docs.action("courses_order", "Put a course in order", request=OrderSerializer)
    def put(self, request: Request, course_id: uuid.UUID) -> Response:
        """The whole order in one write; lessons may change modules. `If-Match` takes the ETag of `with-modules`."""
        course = self.course_to_change()
        if self.expected is not None:  # a stale caller hears of that first, and the action decides it again
            self.expected.check_tag(self.etag_of(course))
        body = OrderSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        wanted = [(module["id"], module["lessons"]) for module in body.validated_data["modules"]]
        return self.shown(actions.order_course(course, wanted, by=request.user, expected=self.expected))
