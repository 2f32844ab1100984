"""Gives each test process its settings; several parts (a bare `pytest`) get a process each."""

from __future__ import annotations

import atexit
import os
import signal
import sys

import pytest

from shared_settings import testing
from shared_settings.testing import django_db_modify_db_settings, new_database_url  # noqa: F401 - fixtures
from tools import parts, postgres
from tools.counting import pytest_terminal_summary  # noqa: F401 - a hook

# Many processes import the same modules; each would compile them anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """The first hook that a conftest gets: a service's own conftest, which may import models, is loaded after it."""
    config: pytest.Config = pluginmanager.getplugin("pytestconfig")
    options = config.known_args_namespace
    if options.help or options.version:
        return
    if "PYTEST_XDIST_WORKER" not in os.environ:
        signal.signal(signal.SIGTERM, _end)
    chosen = parts.parts_of(options.file_or_dir, config.invocation_params.dir)
    if len(chosen) > 1:
        arguments = [argument for argument in config.invocation_params.args if argument not in options.file_or_dir]
        at_once = 1
        if processes := getattr(options, "numprocesses", None):
            # Each part is one process. One more than asked for, since the two services' own tests mostly wait.
            at_once = 1 + (processes if isinstance(processes, int) else os.cpu_count() or 1)
            arguments += ["-n", "0"]
        run = parts.Run(
            arguments,
            config.invocation_params.dir,
            stops_at_failure=bool(options.maxfail),
            at_once=at_once,
        )
        with pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            try:
                raise SystemExit(run.all(chosen))
            except KeyboardInterrupt:
                raise SystemExit(pytest.ExitCode.INTERRUPTED) from None
    for part in chosen:
        _prepare(part)


def _end(number: int, frame: object) -> None:
    """Told to end, do as after Ctrl-C: otherwise servers and folders would stay."""
    raise KeyboardInterrupt


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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, in a part's second run, what the other database cannot change."""
    if os.environ.get(parts.ONLY_DATABASE):
        kept = [item for item in items if testing.uses_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if not testing.uses_database(item)])
        items[:] = kept
