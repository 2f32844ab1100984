"""What is known of every stored file."""

from __future__ import annotations

from django.db import models

from core_service.files.querysets import StoredFileQuerySet
from shared_settings.ids import uuid7


class StoredFile(models.Model):
    """One file, which never changes; its bytes lie in the storage under `name`.

    The row is written before the bytes and outlives them, so that no bytes are ever forgotten. Who needs the file
    says so by a protecting foreign key; one that nothing points at is removed. It does not say who may read it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=100, unique=True)
    original_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(size__gt=0), name="stored_files_are_not_empty")]
        indexes = [
            models.Index(fields=["created_at"], name="stored_file_by_time"),
            models.Index(fields=["created_by"], name="stored_file_by_person"),
        ]

    def __str__(self) -> str:
        return self.original_name
