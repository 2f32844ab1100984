"""What Core has heard of people."""

from __future__ import annotations

import uuid

from core_service.journal.models import Tombstone


def is_erased(person_id: uuid.UUID) -> bool:
    return Tombstone.objects.filter(pk=person_id).exists()
