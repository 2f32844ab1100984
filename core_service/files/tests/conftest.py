"""Fixtures of the tests of files."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core_service.files import actions
from core_service.files.models import StoredFile

PDF = b"%PDF-1.4\n% a small document\n" + bytes(range(256))


@pytest.fixture
def stored() -> Callable[..., StoredFile]:
    """`stored(content, name=…, claim=…, person_id=…)`: a file that lies in the storage."""

    def store(
        content: bytes = PDF, *, name: str = "notes.pdf", claim: str = "", person_id: uuid.UUID | None = None
    ) -> StoredFile:
        return actions.store_file(
            content=SimpleUploadedFile("as-it-came", content),
            name=name,
            claim=claim,
            person_id=person_id or uuid.uuid4(),
        )

    return store
