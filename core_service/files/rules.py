"""Decisions about files on plain values: their names, their kinds, what a browser may show, ranges of bytes."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST_NAME = 255
UNKNOWN_TYPE = "application/octet-stream"

_ARCHIVES = frozenset(
    {
        "application/gzip",
        "application/vnd.rar",
        "application/x-7z-compressed",
        "application/x-bzip2",
        "application/x-tar",
        "application/x-xz",
        "application/zip",
        "application/zstd",
    }
)
# Nothing in it runs scripts where `nosniff` is honoured. SVG, HTML and XML do, so they are only ever downloaded.
_SHOWN = frozenset(
    {
        "application/pdf",
        "audio/flac",
        "audio/mp4",
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "audio/webm",
        "image/avif",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/plain",
        "video/mp4",
        "video/ogg",
        "video/webm",
    }
)
_RANGE = re.compile(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t]*")


@dataclass(frozen=True)
class ByteRange:
    """From `first` to `last`, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def clean_name(name: str) -> str:
    """A name for people to read: no folders, nothing that cannot be printed, 255 characters with the extension kept."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    printable = "".join(character for character in last if character.isprintable()).strip(" .")
    if len(printable) > LONGEST_NAME:
        stem, dot, extension = printable.rpartition(".")
        tail = (dot + extension)[:20] if stem else ""
        printable = printable[: LONGEST_NAME - len(tail)] + tail
    return printable or "file"


def kind_of(content_type: str) -> str:
    """What sort of media it is: image, video, audio, archive or document."""
    family = content_type.partition("/")[0]
    if family in ("image", "video", "audio"):
        return family
    return "archive" if content_type in _ARCHIVES else "document"


def is_shown(content_type: str) -> bool:
    """Whether a browser may show it in place, instead of downloading it."""
    return content_type in _SHOWN


def byte_range(header: str, size: int) -> ByteRange | None:
    """What `Range` asks of so many bytes (RFC 9110, 14.2).

    None when it is to be ignored: malformed, several ranges, or another unit. A range of no bytes cannot be satisfied.
    """
    match = _RANGE.fullmatch(header)
    if match is None or match[1] == match[2] == "":
        return None
    if not match[1]:
        return ByteRange(max(size - int(match[2]), 0), size - 1) if int(match[2]) else ByteRange(size, size - 1)
    first = int(match[1])
    if match[2] and int(match[2]) < first:
        return None
    last = min(int(match[2]), size - 1) if match[2] else size - 1
    return ByteRange(first, last) if first < size else ByteRange(size, size - 1)
