"""Questions about stored files."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, ForeignKey, OuterRef, QuerySet


class StoredFileQuerySet(QuerySet[Any, Any]):
    def of(self, person_id: UUID) -> StoredFileQuerySet:
        return self.filter(created_by=person_id)

    def unused(self) -> StoredFileQuerySet:
        """Files that no row of any app points at."""
        unused = self
        for relation in self.model._meta.get_fields(include_hidden=True):
            field = getattr(relation, "field", None)
            if isinstance(field, ForeignKey) and relation.related_model is not self.model:
                users = field.model._base_manager.filter(**{field.attname: OuterRef("pk")})
                unused = unused.filter(~Exists(users))
        return unused

    def made_before(self, moment: datetime) -> StoredFileQuerySet:
        return self.filter(created_at__lt=moment)
