"""Media of lessons over HTTP: links elsewhere, and uploaded files."""

from __future__ import annotations

import uuid
from copy import copy
from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core_service.courses import actions
from core_service.courses.models import LessonMedia
from core_service.courses.problems import TooManySiblings
from core_service.courses.serializers import LessonMediaSerializer, MediaQuery, MediaUploadSerializer
from core_service.courses.views import docs
from core_service.courses.views.content import ContentListView, ContentView
from core_service.files.delivery import deliver
from core_service.files.problems import EmptyFile, FileLost, RangeNotSatisfiable, StorageUnavailable
from core_service.progress.reads import joined_courses
from shared_settings.http.parsers import StrictFormParser, StrictJSONParser
from shared_settings.http.views import ApiView
from shared_settings.problems import NotFound

_LINK = {
    "lesson_id": "01936f5c-0000-7000-8000-000000000003",
    "media_url": "https://git-scm.com/book",
    "media_type": "link",
}


@docs.list_of("media", "link or file", _LINK, parents=["lesson"])
class MediaListView(ContentListView):
    model = LessonMedia
    serializer_class = LessonMediaSerializer
    query_class = MediaQuery
    problems = {"POST": (EmptyFile, StorageUnavailable, TooManySiblings)}
    parser_classes = [StrictJSONParser, StrictFormParser]
    uploaded: LessonMedia | None = None  # stored, and not yet added to its lesson

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        renderer = getattr(self.request, "accepted_renderer", None)
        if not args and self.request.method == "POST" and renderer is not None and renderer.format == "api":
            return MediaUploadSerializer(**kwargs)  # the form of a page, which can send files
        return super().get_serializer(*args, **kwargs)

    def prepare(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Store a file, once it is known that the caller may add it to the lesson."""
        if request.content_type.partition(";")[0].strip().lower() != StrictFormParser.media_type:
            return
        data: Any = copy(request.data)
        data.pop("csrfmiddlewaretoken", None)  # the browsable API's form sends it along
        form = MediaUploadSerializer(data=data)
        form.is_valid(raise_exception=True)
        fields = self.with_parent(dict(form.validated_data))
        self.uploaded = actions.store_upload(fields.pop("file"), by=request.user, **fields)

    @extend_schema(
        operation_id="media_create",
        tags=["media"],
        summary="Add a link or file",
        request={"application/json": LessonMediaSerializer, "multipart/form-data": MediaUploadSerializer},
    )
    def post(self, request: Request) -> Response:
        """A link elsewhere as JSON, or a file as a form. What a file is, is told by what is in it.

        Its name and the type that the form gives it count for nothing. `media_type` may still name another kind: how
        the lesson shows it.
        """
        if self.uploaded is None:
            return super().post(request)
        row = actions.add_content(self.uploaded, by=request.user)
        self.uploaded = None
        return self.made(row)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        if self.uploaded is not None:
            actions.discard_upload(self.uploaded)
        return super().finalize_response(request, response, *args, **kwargs)


@docs.one_of("media", "link or file", {"media_type": "document"}, _LINK)
class MediaView(ContentView):
    model = LessonMedia
    serializer_class = LessonMediaSerializer


class MediaContentView(ApiView):
    """The bytes of an uploaded file, for whoever may read its lesson."""

    problems = (FileLost, RangeNotSatisfiable, StorageUnavailable)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Never refuse: the answer is of the file's type, and `<img>` accepts images only."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        operation_id="media_content",
        tags=["media"],
        summary="Read an uploaded file",
        parameters=[
            OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="One range of bytes: `bytes=0-99`."),
            OpenApiParameter("If-Range", str, OpenApiParameter.HEADER, description="The ETag that `Range` is about."),
        ],
        responses={
            **{
                (status, media_type): OpenApiResponse(OpenApiTypes.BINARY, description=description)
                for status, description in ((200, "The whole file."), (206, "The bytes that `Range` asks for."))
                # Of whatever type it is; generators of clients want to hear of one.
                for media_type in ("application/octet-stream", "*/*")
            },
            302: OpenApiResponse(description="The way to the bytes: a signed link, good for a few minutes."),
        },
    )
    def get(self, request: Request, id: uuid.UUID) -> HttpResponseBase:  # noqa: A002 (the contract's name for it)
        """A link elsewhere has none: 404."""
        rows = LessonMedia.objects.select_related("file")
        media: LessonMedia = rows.get_readable(id, request.user, joined=joined_courses(request.user))
        if media.file is None:
            raise NotFound("It is a link elsewhere: follow its `media_url`.")
        return deliver(request._request, media.file)
