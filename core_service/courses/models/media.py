"""What is attached to a lesson."""

from __future__ import annotations

from django.db import models

from core_service.courses.models.content import OrderedContent
from core_service.courses.models.lessons import Lesson
from core_service.files.models import StoredFile


class MediaType(models.TextChoices):
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"
    ARCHIVE = "archive"
    LINK = "link"


FILE_TYPES = [choice for choice in MediaType.choices if choice[0] != MediaType.LINK]


class LessonMedia(OrderedContent):
    """One attachment of a lesson: a stored file, or a link elsewhere (then `media_url` is the link)."""

    kind = "media"
    parent_name = "lesson"
    course_path = "lesson__module__course"

    # The unique constraint begins with it, so it needs no index of its own.
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="media", db_index=False)
    media_url = models.CharField(max_length=2000, blank=True, default="")
    media_type = models.CharField(max_length=10, choices=MediaType.choices, default=MediaType.LINK)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "lesson media"
        constraints = [
            models.UniqueConstraint(fields=["lesson", "order_index"], name="one_media_per_place_in_lesson"),
            models.CheckConstraint(
                condition=models.Q(media_url="", file__isnull=False)
                | models.Q(~models.Q(media_url=""), file__isnull=True),
                name="media_is_a_file_or_a_link",
            ),
        ]

    def __str__(self) -> str:
        return self.media_url or f"{self.media_type} {self.id}"
