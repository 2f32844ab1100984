"""A stored file as an HTTP answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.files.storage import storages
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from core_service.files import storage
from core_service.files.delivery import deliver
from core_service.files.models import StoredFile
from core_service.files.problems import FileLost, RangeNotSatisfiable, StorageUnavailable
from core_service.files.tests.conftest import PDF

pytestmark = pytest.mark.django_db

Store = Callable[..., StoredFile]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def _answer(file: StoredFile, method: str = "GET", **headers: str) -> Any:
    return deliver(RequestFactory().generic(method, "/", headers=headers), file)


def _body(answer: HttpResponseBase) -> bytes:
    return b"".join(answer)


@pytest.mark.asvs("3.2.1")
def test_bytes_come_with_headers_that_keep_them_harmless(folder: Path, stored: Store) -> None:
    answer = _answer(stored(PDF))
    assert (answer.status_code, answer.streaming) == (200, True)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="notes.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-cache"
    assert (answer["Content-Length"], answer["Accept-Ranges"]) == (str(len(PDF)), "bytes")
    assert _body(answer) == PDF


@pytest.mark.asvs("3.2.1")
@pytest.mark.parametrize(
    ("content", "name"),
    [(SVG, "a.svg"), (b"<!DOCTYPE html><html><script>1</script>", "a.html"), (b'<?xml version="1.0"?><a/>', "a.xml")],
)
def test_what_may_run_scripts_is_only_downloaded(folder: Path, stored: Store, content: bytes, name: str) -> None:
    answer = _answer(stored(content, name=name, claim="image/png"))
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_name_in_any_script_reaches_the_reader(folder: Path, stored: Store) -> None:
    answer = _answer(stored(name='数"学.pdf'))
    assert answer["Content-Disposition"] == "inline; filename*=utf-8''%E6%95%B0%22%E5%AD%A6.pdf"


def test_text_says_how_it_is_written(folder: Path, stored: Store) -> None:
    assert _answer(stored("Größe".encode(), name="a.txt"))["Content-Type"] == "text/plain; charset=utf-8"


def test_bytes_that_are_known_are_not_sent_again(any_storage: str, stored: Store) -> None:
    file = stored()
    tag = f'"{file.sha256}"'
    for method in ("GET", "HEAD"):
        known = _answer(file, method, **{"If-None-Match": tag})
        assert (known.status_code, known["ETag"], known.content) == (304, tag, b"")
    assert _answer(file, **{"If-None-Match": '"other"'}).status_code in (200, 302)


def test_head_answers_the_headers_only(any_storage: str, stored: Store) -> None:
    answer = _answer(stored(), "HEAD")
    assert (answer.status_code, answer.content, answer["Content-Length"]) == (200, b"", str(len(PDF)))


@pytest.mark.parametrize(
    ("header", "expected"),
    [("bytes=0-3", PDF[:4]), ("bytes=10-", PDF[10:]), ("bytes=-5", PDF[-5:]), ("bytes=5-100000", PDF[5:])],
)
def test_a_range_answers_these_bytes(folder: Path, stored: Store, header: str, expected: bytes) -> None:
    answer = _answer(stored(), Range=header)
    assert answer.status_code == 206
    assert _body(answer) == expected
    first = PDF.index(expected)
    assert answer["Content-Range"] == f"bytes {first}-{first + len(expected) - 1}/{len(PDF)}"
    assert answer["Content-Length"] == str(len(expected))


def test_a_range_over_several_chunks_is_exact(folder: Path, stored: Store) -> None:
    content = bytes(range(256)) * 1024
    answer = _answer(stored(content), Range="bytes=1000-200000")
    assert _body(answer) == content[1000:200001]


def test_a_range_after_the_end_is_refused(folder: Path, stored: Store) -> None:
    with pytest.raises(RangeNotSatisfiable) as refused:
        _answer(stored(), Range="bytes=100000-")
    assert refused.value.headers == {"Content-Range": f"bytes */{len(PDF)}"}


@pytest.mark.parametrize("header", ["bytes=0-1,3-4", "items=0-1", "bytes=4-2", "nonsense"])
def test_a_range_that_is_not_understood_answers_everything(folder: Path, stored: Store, header: str) -> None:
    answer = _answer(stored(), Range=header)
    assert (answer.status_code, _body(answer)) == (200, PDF)


def test_a_range_of_another_version_answers_everything(folder: Path, stored: Store) -> None:
    file = stored()
    assert _answer(file, Range="bytes=0-3", **{"If-Range": f'"{file.sha256}"'}).status_code == 206
    assert _answer(file, Range="bytes=0-3", **{"If-Range": '"other"'}).status_code == 200


def test_a_storage_that_does_not_answer_is_503(folder: Path, stored: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError("Stale file handle")

    file = stored()
    monkeypatch.setattr(storages["default"], "open", fail)
    with pytest.raises(StorageUnavailable):
        _answer(file)


def test_bytes_that_are_gone_are_404_and_logged_in_one_line(
    any_storage: str, stored: Store, caplog: pytest.LogCaptureFixture
) -> None:
    file = stored()
    storage.remove(file.name)
    with pytest.raises(FileLost):
        storage.open_file(file.name)
    assert [(record.message, record.exc_info) for record in caplog.records] == [("The bytes of a file are lost.", None)]


def test_a_link_to_bytes_that_are_gone_is_404(bucket: None, stored: Store) -> None:
    file = stored()
    storage.remove(file.name)
    assert httpx.get(_answer(file)["Location"]).status_code == 404


def test_a_bucket_is_answered_by_a_redirection_with_our_headers(bucket: None, stored: Store) -> None:
    answer = _answer(stored(SVG, name="数.svg"))
    assert (answer.status_code, answer["Cache-Control"]) == (302, "no-store")
    part = httpx.get(answer["Location"], headers={"Range": "bytes=1-3"}, timeout=60)
    assert (part.status_code, part.content) == (206, b"svg")
    assert part.headers["Content-Type"] == "image/svg+xml"
    assert part.headers["Content-Disposition"] == "attachment; filename*=utf-8''%E6%95%B0.svg"
