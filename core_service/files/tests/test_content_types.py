"""What a file is."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_service.files.content_types import content_type_of

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
MP4 = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(40)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "a")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(40), "image/jpeg"),
        (b"GIF89a" + bytes(40), "image/gif"),
        (b"RIFF\x24\0\0\0WEBPVP8 " + bytes(40), "image/webp"),
        (b"RIFF\x24\0\0\0WAVEfmt " + bytes(40), "audio/wav"),
        (b"ID3\x04\0\0\0\0\0\0" + bytes(40), "audio/mpeg"),
        (b"OggS\0\2" + bytes(40), "audio/ogg"),
        (MP4, "video/mp4"),
        (b"%PDF-1.4\n% text\n", "application/pdf"),
        (b"%PDF-1.7\n" + bytes(range(256)), "application/pdf"),
        (_zip(), "application/zip"),
        (b"7z\xbc\xaf\x27\x1c\0\4" + bytes(20), "application/x-7z-compressed"),
        (b"<!DOCTYPE html><html><script>alert(1)</script>", "text/html"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "image/svg+xml"),
        (b"BMW is no bitmap.", "text/plain"),
        ("Größe 数学\n".encode(), "text/plain"),
        (("數" * 5000).encode(), "text/plain"),
        (bytes(1000), "application/octet-stream"),
        (b"\xfe\xed\xfa" + bytes(40), "application/octet-stream"),
    ],
)
def test_the_bytes_decide_what_a_file_is(content: bytes, expected: str) -> None:
    assert content_type_of(io.BytesIO(content), name="file", claim="") == expected


@pytest.mark.parametrize("claim", ["text/html", "image/svg+xml", "application/javascript", "nonsense", ""])
def test_a_false_claim_changes_nothing(claim: str) -> None:
    assert content_type_of(io.BytesIO(PNG), name="page.html", claim=claim) == "image/png"


@pytest.mark.parametrize(
    ("content", "name", "claim", "expected"),
    [
        (_zip(), "essay.docx", "", WORD),
        (_zip(), "essay", WORD, WORD),
        (_zip(), "essay.docx", "text/html", WORD),
        (MP4, "song.m4a", "", "audio/mp4"),
        (b"a,b\n1,2\n", "table.CSV", "", "text/csv"),
        (b"# Title", "read.md", "text/html", "text/markdown"),
        (b"\xff\xfb\x90\x64" + bytes(40), "song.mp3", "audio/mpeg", "audio/mpeg"),
    ],
)
def test_a_claim_or_an_extension_makes_it_more_exact(content: bytes, name: str, claim: str, expected: str) -> None:
    assert content_type_of(io.BytesIO(content), name=name, claim=claim) == expected


@given(st.binary(min_size=1, max_size=200), st.text(max_size=20), st.text(max_size=20))
def test_any_bytes_are_something_and_stay_at_their_beginning(content: bytes, name: str, claim: str) -> None:
    file = io.BytesIO(content)
    assert "/" in content_type_of(file, name=name, claim=claim)
    assert file.tell() == 0
