"""`make check`: everything that can be known without running the tests, several checks at a time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from shared_settings import testing
from tools.environment import ROOT, SERVICES

AT_ONCE = 2
_THIS_PYTHON = sys.executable


@dataclass(frozen=True)
class Check:
    """A command that fails when something is wrong, and says what."""

    name: str
    command: Sequence[str]
    advice: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def run(self) -> tuple[int, str, float]:
        """Exit code, output and seconds."""
        started = time.monotonic()
        result = subprocess.run(
            [_THIS_PYTHON, *self.command],
            cwd=ROOT,
            env=os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return result.returncode, result.stdout.strip(), time.monotonic() - started


def checks() -> Iterable[Check]:
    """The slow ones first."""
    for service in SERVICES:
        yield Check(f"{service} alone", ["-m", "tools.check_alone", f"{service}_service"])
    for name, paths in _typed().items():
        yield _types(name, paths)
    lint_imports = "from importlinter.cli import lint_imports_command as check; check()"
    yield Check("import rules", ["-c", lint_imports, "--no-logo"])
    for service in SERVICES:
        manage = f"manage_{service}.py"
        yield Check(f"{service} settings", [manage, "check", "--fail-level", "WARNING"])
        advice = f"run `.venv/bin/python {manage} makemigrations`"
        yield Check(f"{service} migrations", [manage, "makemigrations", "--check", "--dry-run"], advice)
    yield Check("openapi", ["-m", "tools.schema", "--check"], "run `make schema` and look at the difference")
    yield Check("lint", ["-m", "ruff", "check", "--quiet", "."], "`make format` mends some of it")
    yield Check("format", ["-m", "ruff", "format", "--quiet", "--check", "."], "run `make format`")


def _typed() -> dict[str, list[str]]:
    """The paths that are checked with each settings module."""
    apart = {f"{service}_service": [f"{service}_service"] for service in SERVICES}
    return apart | {"shared_settings.tests": ["shared_settings", "tools", "benchmarks", "demo", "tests", "conftest.py"]}


def _types(settings: str, paths: Sequence[str]) -> Check:
    command = ["-m", "mypy", "--no-error-summary", "--cache-dir", f".mypy_cache/{settings}", *paths]
    return Check(f"types of {paths[0]}", command, environment={"DJANGO_SETTINGS_MODULE": f"{settings}.settings"})


def main() -> int:
    var_dir = testing.use_environment()
    wanted = sys.argv[1:]
    try:
        chosen = [check for check in checks() if not wanted or any(word in check.name for word in wanted)]
        failed = _run(chosen)
    finally:
        testing.remove_environment(var_dir)
    print(f"\n{len(failed)} of {len(chosen)} checks failed: {', '.join(failed)}" if failed else "\nAll checks passed.")
    return 1 if failed or not chosen else 0


def _run(chosen: Sequence[Check]) -> list[str]:
    failed = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = {pool.submit(check.run): check for check in chosen}
        for future in as_completed(running):
            check, (status, output, seconds) = running[future], future.result()
            print(f"{'FAILED' if status else 'ok':<7} {check.name:<24} {seconds:5.1f} s", flush=True)
            if status:
                failed.append(check.name)
                print("\n".join(f"        {line}" for line in [*output.splitlines(), check.advice] if line), flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
