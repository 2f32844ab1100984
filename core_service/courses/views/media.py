"""Media of lessons over HTTP."""

from __future__ import annotations

from core_service.courses.models import LessonMedia
from core_service.courses.serializers import LessonMediaSerializer
from core_service.courses.views import docs
from core_service.courses.views.content import ContentListView, ContentView
from core_service.courses.views.queries import MediaQuery


@docs.list_of(
    "media",
    "link or file",
    {
        "lesson_id": "01936f5c-0000-7000-8000-000000000003",
        "media_url": "https://git-scm.com/book",
        "media_type": "link",
    },
)
class MediaListView(ContentListView):
    model = LessonMedia
    serializer_class = LessonMediaSerializer
    query_class = MediaQuery


@docs.one_of("media", "link or file", {"media_type": "document"})
class MediaView(ContentView):
    model = LessonMedia
    serializer_class = LessonMediaSerializer
