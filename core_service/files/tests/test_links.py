"""Signed links to a real S3 server: who has one gets the bytes for a short time, and nobody else does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pytest_django import Settings

from core_service.files import storage
from core_service.files.models import StoredFile
from core_service.files.tests.conftest import PDF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bucket")]


def get(url: str | httpx.URL, **kwargs: Any) -> httpx.Response:
    return httpx.get(url, timeout=60, **kwargs)


def _link(file: StoredFile, seconds: int = 60) -> str:
    disposition = "attachment; filename*=utf-8''%E6%95%B0.pdf"
    return storage.link_to(file.name, content_type="application/pdf", disposition=disposition, seconds=seconds)


def test_a_link_answers_the_bytes_with_our_headers(stored: Callable[..., StoredFile]) -> None:
    answer = get(_link(stored()))
    assert answer.status_code == 200
    assert answer.content == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=utf-8''%E6%95%B0.pdf"


def test_a_link_answers_a_range(stored: Callable[..., StoredFile]) -> None:
    answer = get(_link(stored()), headers={"Range": "bytes=5-9"})
    assert answer.status_code == 206
    assert answer.content == PDF[5:10]


def test_a_forged_link_is_refused(stored: Callable[..., StoredFile]) -> None:
    mine, other = stored(), stored()
    link = httpx.URL(_link(mine))
    signature = link.params["X-Amz-Signature"]
    forged = link.copy_set_param("X-Amz-Signature", ("0" if signature[0] != "0" else "1") + signature[1:])
    assert get(forged).status_code == 403
    assert get(str(link).replace(mine.name, other.name)).status_code == 403
    assert get(link.copy_set_param("X-Amz-Expires", "6000")).status_code == 403
    assert get(link.copy_with(query=None)).status_code in (401, 403)


def test_a_link_ends(stored: Callable[..., StoredFile]) -> None:
    link = _link(stored(), seconds=1)
    time.sleep(2.1)
    assert get(link).status_code == 403


def test_a_link_is_signed_for_the_public_address(stored: Callable[..., StoredFile], settings: Settings) -> None:
    public = {**settings.STORAGES["links"]}
    public["OPTIONS"] = public["OPTIONS"] | {"endpoint_url": "https://files.example.org"}
    settings.STORAGES = settings.STORAGES | {"links": public}
    assert _link(stored()).startswith("https://files.example.org/")
