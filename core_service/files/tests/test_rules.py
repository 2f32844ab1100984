"""Names, kinds and ranges, as plain values."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_service.files import rules
from core_service.files.rules import ByteRange


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("notes.pdf", "notes.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\notes.pdf", "notes.pdf"),
        ("a\x00b\r\nSet-Cookie: x.txt", "abSet-Cookie: x.txt"),
        ("\u202efdp.exe", "fdp.exe"),
        ("..", "file"),
        ("   ", "file"),
        ("", "file"),
        ("數學 é.pdf", "數學 é.pdf"),
        (".profile", "profile"),
    ],
)
def test_a_name_is_kept_without_folders_and_control_characters(sent: str, kept: str) -> None:
    assert rules.clean_name(sent) == kept


def test_a_long_name_keeps_its_extension() -> None:
    assert rules.clean_name("n" * 300 + ".pdf") == "n" * 251 + ".pdf"
    assert len(rules.clean_name("." + "e" * 300)) == 255


@given(st.text())
def test_any_name_becomes_one_that_can_be_shown_and_stored(name: str) -> None:
    cleaned = rules.clean_name(name)
    assert 1 <= len(cleaned) <= 255
    assert cleaned not in (".", "..")
    assert not set(cleaned) & set("/\\\0")
    assert not any(unicodedata.category(character).startswith("C") for character in cleaned)


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        ("image/png", "image"),
        ("video/mp4", "video"),
        ("audio/mpeg", "audio"),
        ("application/zip", "archive"),
        ("application/pdf", "document"),
        ("application/octet-stream", "document"),
    ],
)
def test_the_kind_of_media_follows_from_the_content_type(content_type: str, kind: str) -> None:
    assert rules.kind_of(content_type) == kind


@pytest.mark.parametrize(
    "content_type",
    ["text/html", "image/svg+xml", "application/xml", "application/xhtml+xml", "text/javascript", "text/xml", "x/y"],
)
def test_what_may_run_scripts_is_not_shown_in_place(content_type: str) -> None:
    assert not rules.is_shown(content_type)


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("bytes=0-0", ByteRange(0, 0)),
        ("bytes=2-4", ByteRange(2, 4)),
        ("bytes=2-", ByteRange(2, 9)),
        ("bytes=-3", ByteRange(7, 9)),
        ("bytes=-30", ByteRange(0, 9)),
        ("bytes=8-1000000", ByteRange(8, 9)),
    ],
)
def test_a_range_says_which_bytes(header: str, wanted: ByteRange) -> None:
    assert rules.byte_range(header, 10) == wanted


@pytest.mark.parametrize(
    "header",
    ["", "bytes", "bytes=", "bytes=-", "bytes=4-2", "bytes=0-1,3-4", "items=0-1", "bytes=a-b", "bytes=0-" + "9" * 99],
)
def test_a_range_that_says_nothing_is_ignored(header: str) -> None:
    assert rules.byte_range(header, 10) is None


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-20", "bytes=-0"])
def test_a_range_after_the_end_has_no_bytes(header: str) -> None:
    wanted = rules.byte_range(header, 10)
    assert wanted is not None
    assert wanted.length == 0


@given(st.text(max_size=20) | st.from_regex(r"bytes=\d{0,4}-\d{0,4}", fullmatch=True), st.integers(1, 2000))
def test_a_range_never_leaves_the_file(header: str, size: int) -> None:
    wanted = rules.byte_range(header, size)
    if wanted is not None and wanted.length:
        assert 0 <= wanted.first <= wanted.last < size
