from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared_settings.testing import new_database_urls
from tests.services import ADMIN_EMAIL, Platform

pytest_plugins = ["schemathesis.pytest.plugin"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The calls made up come last: they use up what is limited, such as registrations."""
    items.sort(key=lambda item: item.path.name == "test_schemas.py")


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Both services, running."""
    var: Path = tmp_path_factory.mktemp("platform")
    with new_database_urls() as new_url:
        made = Platform.make(var, new_url(), new_url())
        try:
            made.start()
            yield made
        finally:
            made.stop()


@pytest.fixture(scope="module")
def admin_token(platform: Platform) -> str:
    token: str = platform.sign_in(ADMIN_EMAIL)["access"]
    return token
