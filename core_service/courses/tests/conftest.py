"""Fixtures of the tests of courses."""

from __future__ import annotations

import pytest

from core_service.conftest import ApiClient
from core_service.courses.tests.desk import Desk, desk_of


@pytest.fixture
def desk(author: ApiClient) -> Desk:
    """A draft of the author."""
    return desk_of(author)


@pytest.fixture
def live(desk: Desk) -> Desk:
    """The same, published."""
    desk.publish()
    return desk
