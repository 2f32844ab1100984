"""What a file is, decided by its bytes; what its sender says only makes that more exact."""

from __future__ import annotations

from pathlib import PurePath
from typing import IO

import puremagic

from core_service.files.rules import UNKNOWN_TYPE

_HEAD = 4096
_SURE = 0.3  # puremagic's confidence in three bytes or more; fewer occur by chance
_CONTAINERS = {
    b"PK\x03\x04": "application/zip",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "application/x-ole-storage",
    b"OggS": "audio/ogg",
    b"\x1a\x45\xdf\xa3": "video/webm",
}
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
_MORE_EXACTLY = {
    "application/zip": {
        ".docx": _OFFICE + "wordprocessingml.document",
        ".xlsx": _OFFICE + "spreadsheetml.sheet",
        ".pptx": _OFFICE + "presentationml.presentation",
        ".odt": _OPEN + "text",
        ".ods": _OPEN + "spreadsheet",
        ".odp": _OPEN + "presentation",
        ".epub": "application/epub+zip",
    },
    "application/x-ole-storage": {
        ".doc": "application/msword",
        ".xls": "application/vnd.ms-excel",
        ".ppt": "application/vnd.ms-powerpoint",
    },
    "audio/ogg": {".ogv": "video/ogg"},
    "video/webm": {".weba": "audio/webm", ".mkv": "video/x-matroska"},
    "video/mp4": {".m4a": "audio/mp4"},
    "text/plain": {
        ".csv": "text/csv",
        ".json": "application/json",
        ".md": "text/markdown",
        ".vtt": "text/vtt",
    },
}
_USUAL_NAMES = {
    "application/x-gzip": "application/gzip",
    "application/ogg": "audio/ogg",
    "audio/wave": "audio/wav",
    "audio/x-wav": "audio/wav",
    "text/xml": "application/xml",
}
# Signatures that are plain text; any other that a text happens to begin with is chance ("BM" is no bitmap).
_WRITTEN_AS_TEXT = frozenset({"application/pdf", "application/rtf", "application/xml", "image/svg+xml", "text/html"})


def _is_text(head: bytes) -> bool:
    text = head[:-3].decode("utf-8", "ignore") if len(head) == _HEAD else head.decode("utf-8", "replace")
    lost = "\ufffd" in text or len(text.encode()) < len(head) - 6
    return not lost and not any(character < " " and character not in "\t\n\r\f\x1b" for character in text)


def _by_signature(file: IO[bytes], claim: str, *, is_text: bool) -> str | None:
    try:
        matches = puremagic.magic_stream(file)
    except (LookupError, ValueError):
        return None
    for match in matches:
        found = _USUAL_NAMES.get(match.mime_type, match.mime_type)
        if not found or (is_text and found not in _WRITTEN_AS_TEXT):
            continue
        if match.confidence >= _SURE or found == claim:
            return found
    return None


def content_type_of(file: IO[bytes], *, name: str, claim: str) -> str:
    """The media type of a file (RFC 6838), without parameters; leaves the file at its beginning.

    `claim` is what the sender says it is. It chooses among types that look alike (a ZIP may be a document of Word).
    """
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    is_text = _is_text(head)
    container = next((kind for magic, kind in _CONTAINERS.items() if head.startswith(magic)), None)
    found = container or _by_signature(file, claim, is_text=is_text) or ("text/plain" if is_text else UNKNOWN_TYPE)
    file.seek(0)
    finer = _MORE_EXACTLY.get(found, {})
    if claim in finer.values():
        return claim
    return finer.get(PurePath(name).suffix.lower(), found)
