"""The parts of the tests: each runs in a process of its own, since a process holds one settings module."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tools import postgres

ROOT = Path(__file__).resolve().parent.parent
COUNTS_FILE = "TEST_COUNTS_FILE"
ONLY_DATABASE = "TEST_ONLY_WHAT_USES_THE_DATABASE"
SERVICES = ("auth_service", "core_service")
ON_BOTH_DATABASES = (*SERVICES, "shared_settings", "tests")
NO_TESTS = 5


def settings_of(part: str) -> str | None:
    """The settings module of a part; `shared_settings` has a small service of its own in its tests."""
    if part == "shared_settings":
        return "shared_settings.tests.settings"
    return f"{part}.settings" if part in SERVICES else None


def parts_of(paths: Iterable[str], folder: Path) -> dict[str, list[str]]:
    """The parts that these paths and node ids lie in, each with its own; no paths mean the folder."""
    found: dict[str, list[str]] = {}
    for path in list(paths) or ["."]:
        absolute = (folder / path.split("::")[0]).resolve()
        inside = absolute.relative_to(ROOT).parts if absolute.is_relative_to(ROOT) else ("",)
        for part in inside[:1] or _all_parts():
            found.setdefault(part, []).append(path if inside else part)
    return found


def _all_parts() -> Iterator[str]:
    for folder in sorted(ROOT.iterdir()):
        is_ours = folder.is_dir() and not folder.name.startswith(".") and folder.name != "var"
        if is_ours and any(folder.rglob("test_*.py")):
            yield folder.name


@dataclass(frozen=True)
class Result:
    """How one part went."""

    title: str
    status: int
    counts: Counter[str]
    seconds: float = 0.0

    @property
    def has_failed(self) -> bool:
        return self.status not in (0, NO_TESTS)

    def __str__(self) -> str:
        return f"{self.title:<28} {sentence(self.counts)} in {self.seconds:.0f} s"


def sentence(counts: Counter[str]) -> str:
    return f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped"


@dataclass
class Run:
    """Several parts, one after another."""

    arguments: Sequence[str]
    folder: Path
    stops_at_failure: bool = False
    results: list[Result] = field(default_factory=list)

    def all(self, parts: dict[str, list[str]]) -> int:
        """Run them and print all counts; the exit code is 0, that of the first failure, or 5 without any test."""
        with ExitStack() as stack:
            for part, paths in parts.items():
                for number, database in enumerate(self._databases(part)):
                    if not (self.stops_at_failure and self._failures()):
                        self.results.append(self._one(part, database, paths, stack, is_repetition=number > 0))
        print("", *self.results, "", sep="\n")
        print(sentence(sum((result.counts for result in self.results), Counter())), flush=True)
        return next(iter(self._failures()), min(result.status for result in self.results))

    def _failures(self) -> list[int]:
        return [result.status for result in self.results if result.has_failed]

    def _databases(self, part: str) -> Sequence[str]:
        if part not in ON_BOTH_DATABASES:
            return ("",)
        return (os.environ["TEST_DATABASE"],) if os.environ.get("TEST_DATABASE") else ("sqlite", "postgres")

    def _one(self, part: str, database: str, paths: list[str], stack: ExitStack, *, is_repetition: bool) -> Result:
        title = f"{part} on {database}" if database else part
        print(f"\n===== {title}", flush=True)
        if database == "postgres":
            try:
                # Started once: the next part finds the variable set.
                os.environ["TEST_POSTGRES_URL"] = stack.enter_context(postgres.server())
            except postgres.NoPostgres as reason:
                is_required = bool(os.environ.get("CI"))
                print(f"{'FAILED' if is_required else 'SKIPPED'} {title}: {reason}.", flush=True)
                return Result(title, int(is_required), Counter({"failed" if is_required else "skipped": 1}))
        started = time.monotonic()
        with tempfile.NamedTemporaryFile("r", prefix="test-counts-") as report:
            environment = os.environ | {"TEST_DATABASE": database, COUNTS_FILE: report.name}
            environment[ONLY_DATABASE] = "yes" if is_repetition else ""
            command = [sys.executable, "-m", "pytest", *self.arguments, *paths]
            with subprocess.Popen(command, env=environment, cwd=self.folder) as child:
                try:
                    status = child.wait()
                finally:
                    child.terminate()  # it removes what it made, when this process is told to end
            counts = Counter(json.loads(report.read() or "{}"))
        if status not in (0, NO_TESTS) and not counts["failed"]:
            counts["failed"] += 1
        return Result(title, status, counts, time.monotonic() - started)
