"""Media of lessons, in and out."""

from __future__ import annotations

from core_service.courses.models import LessonMedia
from core_service.courses.serializers.authored import AuthoredSerializer, order_field
from core_service.courses.serializers.links import LinkField
from shared_settings.http.serializers import UUIDField


class LessonMediaSerializer(AuthoredSerializer):
    lesson_id = UUIDField()
    media_url = LinkField(max_length=2000)
    order_index = order_field()
    fixed_fields = ("lesson_id",)

    class Meta:
        model = LessonMedia
        fields = ("id", "lesson_id", "media_url", "media_type", "order_index")
        read_only_fields = ("id",)
