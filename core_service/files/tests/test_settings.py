"""Where files lie is chosen by S3_*."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from shared_settings import env

WHOLE = {
    "S3_BUCKET": "media",
    "S3_ACCESS_KEY_ID": "key",
    "S3_SECRET_ACCESS_KEY": "secret",
    "S3_ENDPOINT_URL": "http://s3:7070",
    "S3_PUBLIC_ENDPOINT_URL": "https://files.example.org",
}


def _set(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_files_lie_in_the_folder_without_them(tmp_path: Path) -> None:
    storages = env.storages(tmp_path)
    assert storages["default"]["OPTIONS"] == {"location": str(tmp_path)}
    assert "links" not in storages


def test_links_are_signed_for_the_public_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _set(monkeypatch, WHOLE)
    storages = env.storages(tmp_path)
    assert storages["default"]["OPTIONS"]["endpoint_url"] == "http://s3:7070"
    assert storages["links"]["OPTIONS"]["endpoint_url"] == "https://files.example.org"


@pytest.mark.parametrize("missing", ["S3_BUCKET", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"])
def test_half_of_them_stop_the_start_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: str
) -> None:
    _set(monkeypatch, {name: value for name, value in WHOLE.items() if name != missing})
    with pytest.raises(ImproperlyConfigured, match=rf"^{missing} is not set"):
        env.storages(tmp_path)


def test_a_malformed_address_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _set(monkeypatch, WHOLE | {"S3_ENDPOINT_URL": "s3:7070"})
    with pytest.raises(ImproperlyConfigured, match=r"^S3_ENDPOINT_URL"):
        env.storages(tmp_path)
