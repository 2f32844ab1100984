"""Progress over HTTP."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core_service.progress import actions, reads
from core_service.progress.models import UserProgress
from core_service.progress.problems import AlreadyCompleted, LessonClosed
from core_service.progress.serializers import ProgressQuery, UserProgressChange, UserProgressSerializer
from shared_settings.http.views import ApiView, ListView
from shared_settings.problems import Invalid, NotFound

_LESSON_DONE = OpenApiExample(
    "A completed lesson",
    value={"lesson_id": "01936f5c-0000-7000-8000-000000000003", "completed": True},
    request_only=True,
)

_DONE = OpenApiExample("It is done", value={"completed": True}, request_only=True)


class ProgressListView(ListView):
    serializer_class = UserProgressSerializer
    query_class = ProgressQuery
    own_params = frozenset({"course_id"})
    problems = {"POST": (AlreadyCompleted,)}

    def get_queryset(self) -> QuerySet[Any]:
        person = self.request.user
        if "course_id" in self.params:
            return reads.visible_progress_in(self.params["course_id"], person)
        if "user_id" in self.params:
            return reads.visible_progress(person)
        return UserProgress.objects.of(person.id)

    @extend_schema(operation_id="progress_list", tags=["progress"], summary="List progress")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Your own, also in courses that are deleted. With `course_id` or `user_id`: also others', in your courses."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="progress_create",
        tags=["progress"],
        summary="Mark a lesson",
        examples=[_LESSON_DONE],
        responses={
            201: UserProgressSerializer,
            200: OpenApiResponse(UserProgressSerializer, description="There was progress in the lesson already."),
        },
    )
    def post(self, request: Request) -> Response:
        """Says how far you are with a lesson: one row a lesson, however often you say it. Completion stays."""
        fields = self.validated()
        course_id = reads.course_of_open_lesson(fields["lesson_id"], request.user)
        if course_id is None:
            raise Invalid.field("lesson_id", "not_found", "There is no such lesson, or you may not know of it.")
        person_id = cast("uuid.UUID", request.user.id)  # only visitors have none, and they do not get here
        row, is_new = actions.mark_lesson(person_id=person_id, course_id=course_id, **fields)
        return self.made(row) if is_new else self.shown(row)


class ProgressView(ApiView):
    problems = {"PUT": (AlreadyCompleted, LessonClosed), "PATCH": (AlreadyCompleted, LessonClosed)}

    def get_serializer_class(self) -> type[UserProgressSerializer]:
        return UserProgressChange if self.request.method in ("PUT", "PATCH") else UserProgressSerializer

    @extend_schema(operation_id="progress_retrieve", tags=["progress"], summary="Read progress in a lesson")
    def get(self, request: Request, progress_id: uuid.UUID) -> Response:
        """Your own, or a learner's in a course that you may edit."""
        return self.shown(self._row(progress_id))

    @extend_schema(
        operation_id="progress_update",
        tags=["progress"],
        summary="Replace progress in a lesson",
        examples=[_DONE],
        responses=UserProgressSerializer,
    )
    def put(self, request: Request, progress_id: uuid.UUID) -> Response:
        """As PATCH, and `completed` is needed."""
        return self._change(progress_id, partial=False)

    @extend_schema(
        operation_id="progress_partial_update",
        tags=["progress"],
        summary="Complete a lesson",
        examples=[_DONE],
        responses=UserProgressSerializer,
    )
    def patch(self, request: Request, progress_id: uuid.UUID) -> Response:
        """Only your own. `completed_at` is set by the service, and stays when it is completed again."""
        return self._change(progress_id, partial=True)

    @extend_schema(operation_id="progress_destroy", tags=["progress"], summary="Delete progress in a lesson")
    def delete(self, request: Request, progress_id: uuid.UUID) -> Response:
        """Only your own; then the lesson can be begun anew."""
        actions.delete_progress(self._own_row(progress_id), by=request.user, expected=self.expected)
        return Response(status=204)

    def _row(self, progress_id: uuid.UUID) -> UserProgress:
        row: UserProgress | None = reads.visible_progress(self.request.user).filter(pk=progress_id).first()
        if row is None:
            raise NotFound
        return row

    def _own_row(self, progress_id: uuid.UUID) -> UserProgress:
        person = self.request.user
        row: UserProgress = reads.visible_progress(person).get_own(progress_id, person.id)
        return row

    def _change(self, progress_id: uuid.UUID, *, partial: bool) -> Response:
        row = self._own_row(progress_id)
        fields = self.validated(row, partial=partial)
        completed = fields.get("completed", row.completed)
        return self.shown(
            actions.change_progress(row, by=self.request.user, completed=completed, expected=self.expected)
        )
