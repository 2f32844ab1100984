"""Where files lie in a test: in a folder, and in a bucket of a real S3 server."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from shared_settings import env

_BUCKET = ("ENDPOINT_URL", "BUCKET", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY")


def _name_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = [name for name in _BUCKET if not env.text(f"TEST_S3_{name}", "")]
    if missing:
        reason = f"TEST_S3_{missing[0]} names no S3 server; `.ci/s3-server start` starts one"
        if env.text("CI", "") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    for name in _BUCKET:
        monkeypatch.setenv(f"S3_{name}", env.text(f"TEST_S3_{name}", ""))


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Files lie in this folder."""
    settings.STORAGES = env.storages(tmp_path)
    return tmp_path


@pytest.fixture
def bucket(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files lie in a bucket."""
    _name_bucket(monkeypatch)
    settings.STORAGES = env.storages(tmp_path)


@pytest.fixture(params=["folder", "bucket"])
def any_storage(request: pytest.FixtureRequest) -> str:
    """Runs the test once with a folder and once with a bucket."""
    request.getfixturevalue(request.param)
    return str(request.param)
