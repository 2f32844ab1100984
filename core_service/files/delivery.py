"""A stored file as an HTTP answer: its bytes (RFC 9110: ETag, ranges), or the way to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from core_service.files import rules, storage
from core_service.files.models import StoredFile
from core_service.files.problems import RangeNotSatisfiable
from shared_settings.http.preconditions import is_not_modified

_CHUNK = 64 * 1024


def _disposition(file: StoredFile) -> str:
    """`Content-Disposition` with the name in full (RFC 6266)."""
    return content_disposition_header(not rules.is_shown(file.content_type), file.original_name) or "attachment"


def _charset(content_type: str) -> str:
    return f"{content_type}; charset=utf-8" if content_type.startswith("text/") else content_type


def _chunks(source: IO[bytes], first: int, length: int) -> Iterator[bytes]:
    with source:
        source.seek(first)
        while length > 0 and (chunk := source.read(min(_CHUNK, length))):
            length -= len(chunk)
            yield chunk


def _headers(file: StoredFile) -> dict[str, str]:
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",  # the bytes never change, but who may read them does
        "Content-Disposition": _disposition(file),
        "Content-Type": _charset(file.content_type),
        "ETag": f'"{file.sha256}"',
        "X-Content-Type-Options": "nosniff",
    }
    if not rules.is_shown(file.content_type):
        headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return headers


def _wanted_range(request: HttpRequest, file: StoredFile, tag: str) -> rules.ByteRange | None:
    header = request.headers.get("Range", "")
    condition = request.headers.get("If-Range", "").strip()
    if not header or request.method != "GET" or (condition and condition != tag):
        return None
    wanted = rules.byte_range(header, file.size)
    if wanted is not None and wanted.length == 0:
        raise RangeNotSatisfiable(file.size)
    return wanted


def _bytes_of(request: HttpRequest, file: StoredFile, headers: dict[str, str]) -> HttpResponseBase:
    wanted = _wanted_range(request, file, headers["ETag"])
    part = wanted or rules.ByteRange(0, file.size - 1)
    headers["Content-Length"] = str(part.length)
    if wanted is not None:
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{file.size}"
    if request.method == "HEAD":
        return HttpResponse(headers=headers)
    content = _chunks(storage.open_file(file.name), part.first, part.length)
    return StreamingHttpResponse(content, status=200 if wanted is None else 206, headers=headers)


def deliver(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    """The file, to somebody who may read it: streamed from a folder, or a redirection to a signed link."""
    headers = _headers(file)
    if is_not_modified(request, headers["ETag"]):
        return HttpResponse(status=304, headers={name: headers[name] for name in ("Cache-Control", "ETag")})
    if request.method == "HEAD" or not storage.gives_links():  # a link is signed for GET
        return _bytes_of(request, file, headers)
    link = storage.link_to(file.name, content_type=headers["Content-Type"], disposition=headers["Content-Disposition"])
    return HttpResponseRedirect(link, headers={"Cache-Control": "no-store"})
