"""Tells the process that started this run of pytest how many tests there were."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tools.parts import COUNTS_FILE


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if file := os.environ.get(COUNTS_FILE):
        stats = {kind: len(reports) for kind, reports in terminalreporter.stats.items()}
        counts = {
            "passed": stats.get("passed", 0) + stats.get("xpassed", 0),
            "failed": stats.get("failed", 0) + stats.get("error", 0),
            "skipped": stats.get("skipped", 0) + stats.get("xfailed", 0),
        }
        Path(file).write_text(json.dumps(counts), encoding="utf-8")
