"""What a process does when there is no room for what it writes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from prometheus_client.mmap_dict import MmapedDict

from shared_settings.http import kept, metrics


def test_a_document_that_cannot_be_kept_leaves_nothing_behind(tmp_path: Path) -> None:
    target = tmp_path / "keys.json"
    target.mkdir()  # which no file can replace
    with pytest.raises(OSError, match=r"keys\.json"):
        kept.write(target, {})
    assert list(tmp_path.iterdir()) == [target]


def test_counters_have_their_room_before_anything_is_counted(tmp_path: Path) -> None:
    metrics.take_room(tmp_path)
    file = tmp_path / f"counter_{os.getpid()}.db"
    counters = MmapedDict(str(file))
    counters.write_value("requests", 1.0, 0.0)
    counters.close()
    assert file.stat().st_size == metrics.FILE_BYTES
    assert [value for _, value, *_ in MmapedDict.read_all_values_from_file(str(file))] == [1.0]


def test_without_room_nothing_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_is_counting", True)
    metrics.take_room(tmp_path / "nowhere")
    monkeypatch.setattr(metrics, "requests_total", None)
    metrics.observe("GET", "things/", 200, 0.1)
