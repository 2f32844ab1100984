from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared_settings.testing import new_database_urls
from tests.services import Platform

pytest_plugins = ["schemathesis.pytest.plugin"]


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
