"""Courses."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core_service.courses import rules
from core_service.courses.models.titles import TitleField
from core_service.courses.querysets import CourseQuerySet
from shared_settings.ids import uuid7


class CourseStatus(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = rules.PUBLISHED
    ARCHIVED = rules.ARCHIVED


class Course(models.Model):
    """One course of one author; its lock guards everything in it.

    A deleted one keeps its rows, so that what people learnt in it can still be told; nobody is shown it again. The
    author is an id of Auth, and no row of ours.
    """

    course_path = ""  # as of what lies in courses: the way to the course, as a lookup
    not_in_etag: ClassVar[tuple[str, ...]] = ("content_version",)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = TitleField()
    description = models.TextField(blank=True, default="")
    author_id = models.UUIDField()
    status = models.CharField(max_length=10, choices=CourseStatus.choices, default=CourseStatus.DRAFT)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    # Grows with every change of anything in the course, so that one number says whether its outline is still the same.
    content_version = models.BigIntegerField(default=0, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    objects = CourseQuerySet.as_manager()

    class Meta:
        # Each index begins with what its list is narrowed by and goes on in the order of its pages.
        indexes = [
            models.Index(
                fields=["status", "-created_at", "id"],
                name="course_by_status_and_making",
                condition=Q(deleted_at__isnull=True),
            ),
            models.Index(
                fields=["status", "title", "id"],
                name="course_by_status_and_title",
                condition=Q(deleted_at__isnull=True),
            ),
            models.Index(
                fields=["status", "updated_at", "id"],
                name="course_by_status_and_change",
                condition=Q(deleted_at__isnull=True),
            ),
            models.Index(
                fields=["author_id", "-created_at", "id"],
                name="course_by_author_and_making",
                condition=Q(deleted_at__isnull=True),
            ),
            models.Index(fields=["-created_at", "id"], name="course_by_making", condition=Q(deleted_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.title
