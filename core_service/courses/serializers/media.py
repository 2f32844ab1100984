"""Media of lessons, in and out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import URLValidator
from rest_framework import serializers

from core_service.courses.models import LessonMedia
from core_service.courses.models.media import FILE_TYPES
from core_service.courses.serializers.authored import AuthoredSerializer, order_field
from shared_settings.http.query import ListQuery, OrderingField
from shared_settings.http.serializers import ChoiceField, StrictSerializer, TextField, UUIDField, shown_as


def content_path(media: LessonMedia) -> str:
    """Where an uploaded file is read."""
    return f"/{settings.API_PREFIX}/media/{media.pk}/content"


class MediaUrlField(TextField):
    """A link elsewhere as it was given; for a stored file our own address, as whole as the caller's.

    Any other scheme than http and https (`javascript:`) could run in the reader's page.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(URLValidator(schemes=("http", "https"), message="An http or https address is needed."))

    def get_attribute(self, instance: LessonMedia) -> str:
        if instance.file_id is None:
            return instance.media_url
        address: str = self.context["request"].build_absolute_uri(content_path(instance))
        return address


@shown_as(media_url="https://git-scm.com/images/logo.png", order_index=0)
class LessonMediaSerializer(AuthoredSerializer):
    lesson_id = UUIDField()
    media_url = MediaUrlField(max_length=2000, help_text="Of an uploaded file: where it is read; read-only.")
    order_index = order_field()
    fixed_fields = ("lesson_id",)

    class Meta:
        model = LessonMedia
        fields = ("id", "lesson_id", "media_url", "media_type", "order_index")
        read_only_fields = ("id",)

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        if getattr(self.instance, "file_id", None) is not None:
            fields["media_url"].read_only = True
            fields["media_url"].required = False
        return fields


class MediaUploadSerializer(StrictSerializer):
    """A file for a lesson, as a form."""

    lesson_id = UUIDField()
    file = serializers.FileField(allow_empty_file=True)
    media_type = ChoiceField(choices=FILE_TYPES, required=False, help_text="By default what the file is.")
    order_index = order_field()


class MediaQuery(ListQuery):
    lesson_id = UUIDField(required=False, help_text="Only the media of this lesson.")
    ordering = OrderingField("order_index", default="order_index")
