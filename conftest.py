"""Gives each test process its settings; several parts (a bare `pytest`) run one after another, a process each."""

from __future__ import annotations

import atexit
import json
import os
from pathlib import Path

import pytest

from shared_settings import testing
from shared_settings.testing import django_db_modify_db_settings, new_database_url  # noqa: F401 - fixtures
from tools import parts, postgres


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """The first hook that a conftest gets: a service's own conftest, which may import models, is loaded after it."""
    config: pytest.Config = pluginmanager.getplugin("pytestconfig")
    options = config.known_args_namespace
    if options.help or options.version:
        return
    chosen = parts.parts_of(options.file_or_dir, config.invocation_params.dir)
    if len(chosen) > 1:
        arguments = [argument for argument in config.invocation_params.args if argument not in options.file_or_dir]
        run = parts.Run(arguments, config.invocation_params.dir, stops_at_failure=bool(options.maxfail))
        raise SystemExit(run.all(chosen))
    for part in chosen:
        _prepare(part)


def _prepare(part: str) -> None:
    if testing.chosen_database() == "postgres" and part in parts.ON_BOTH_DATABASES:
        _start_postgres()
    atexit.register(testing.remove_environment, testing.use_environment())
    if settings := parts.settings_of(part):
        testing.use_settings(settings)


def _start_postgres() -> None:
    server = postgres.server()
    try:
        os.environ["TEST_POSTGRES_URL"] = server.__enter__()
    except postgres.NoPostgres as reason:
        raise pytest.UsageError(f"{reason}.") from None
    atexit.register(server.__exit__, None, None, None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell the process that started this one how many tests there were."""
    if file := os.environ.get(parts.COUNTS_FILE):
        stats = {kind: len(reports) for kind, reports in terminalreporter.stats.items()}
        counts = {
            "passed": stats.get("passed", 0) + stats.get("xpassed", 0),
            "failed": stats.get("failed", 0) + stats.get("error", 0),
            "skipped": stats.get("skipped", 0) + stats.get("xfailed", 0),
        }
        Path(file).write_text(json.dumps(counts), encoding="utf-8")
