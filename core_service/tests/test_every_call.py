"""What every call of Core refuses alike."""

from __future__ import annotations

import pytest

from core_service.conftest import ApiClient
from shared_settings.tests.service_calls import *  # noqa: F403
from shared_settings.tests.service_calls import ClientFor


@pytest.fixture
def client_for(admin: ApiClient) -> ClientFor:
    return lambda call: admin


@pytest.fixture
def lists_of_anybody() -> tuple[str, ...]:
    return ("/courses/author/{author_id}",)
