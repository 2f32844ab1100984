"""What every call of Auth refuses alike."""

from __future__ import annotations

import pytest

from auth_service.tests.cast import ApiClient, Member
from shared_settings.testing import SERVICE_TOKEN
from shared_settings.tests.service_calls import *  # noqa: F403
from shared_settings.tests.service_calls import ClientFor


@pytest.fixture
def client_for(admin: Member) -> ClientFor:
    service = ApiClient().bearer(SERVICE_TOKEN)
    return lambda call: service if call.is_of_services else admin.client


@pytest.fixture
def lists_of_anybody() -> tuple[str, ...]:
    return ()
