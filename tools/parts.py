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
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tools import postgres

ROOT = Path(__file__).resolve().parent.parent
COUNTS_FILE = "TEST_COUNTS_FILE"
ONLY_DATABASE = "TEST_ONLY_WHAT_USES_THE_DATABASE"
SERVICES = ("auth_service", "core_service")
ON_BOTH_DATABASES = (*SERVICES, "shared_settings", "tests")
# The longest first, so that none is left to run alone at the end.
LONGEST_FIRST = ("tests", "auth_service", "core_service", "shared_settings")
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


@dataclass(frozen=True)
class Job:
    """A part on one database; `is_repetition` leaves out what the database cannot change."""

    part: str
    paths: list[str]
    database: str = ""
    is_repetition: bool = False

    @property
    def title(self) -> str:
        return f"{self.part} on {self.database}" if self.database else self.part


@dataclass
class Run:
    """Several parts, so many `at_once`, each in a process of its own."""

    arguments: Sequence[str]
    folder: Path
    stops_at_failure: bool = False
    at_once: int = 1
    results: list[Result] = field(default_factory=list)
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)
    has_ended: bool = False

    def all(self, parts: dict[str, list[str]]) -> int:
        """Run them and print all counts; the exit code is 0, that of the first failure, or 5 without any test."""
        jobs = [job for part, paths in parts.items() for job in self._jobs(part, paths)]
        with ExitStack() as stack:
            jobs = list(self._with_postgres(jobs, stack))
            is_alone = self.at_once == 1
            if not is_alone:
                jobs.sort(key=lambda job: (*LONGEST_FIRST, job.part).index(job.part))
            with ThreadPoolExecutor(self.at_once) as threads:
                try:
                    list(threads.map(partial(self._one, is_alone=is_alone), jobs))
                finally:
                    self.has_ended = True
                    for child in self.children:
                        child.terminate()  # it removes what it made, when this process is told to end
        print("", *self.results, "", sep="\n")
        print(sentence(sum((result.counts for result in self.results), Counter())), flush=True)
        return next(iter(self._failures()), min(result.status for result in self.results))

    def _jobs(self, part: str, paths: list[str]) -> Iterator[Job]:
        chosen = os.environ.get("TEST_DATABASE")
        databases = (chosen,) if chosen else ("sqlite", "postgres")
        for number, database in enumerate(databases if part in ON_BOTH_DATABASES else [""]):
            yield Job(part, paths, database, is_repetition=number > 0)

    def _with_postgres(self, jobs: Iterable[Job], stack: ExitStack) -> Iterator[Job]:
        """The jobs that can run; the server is started once, for all of them."""
        for job in jobs:
            if job.database == "postgres":
                try:
                    os.environ["TEST_POSTGRES_URL"] = stack.enter_context(postgres.server())
                except postgres.NoPostgres as reason:
                    is_required = bool(os.environ.get("CI"))
                    print(f"{'FAILED' if is_required else 'SKIPPED'} {job.title}: {reason}.", flush=True)
                    counts = Counter({"failed" if is_required else "skipped": 1})
                    self.results.append(Result(job.title, int(is_required), counts))
                    continue
            yield job

    def _failures(self) -> list[int]:
        return [result.status for result in self.results if result.has_failed]

    def _one(self, job: Job, *, is_alone: bool) -> None:
        if self.has_ended or (self.stops_at_failure and self._failures()):
            return
        started = time.monotonic()
        with tempfile.NamedTemporaryFile("r", prefix="test-counts-") as report, tempfile.TemporaryFile("w+") as output:
            print(f"===== {job.title} …" if not is_alone else f"\n===== {job.title}", flush=True)
            environment = os.environ | {"TEST_DATABASE": job.database, COUNTS_FILE: report.name}
            environment[ONLY_DATABASE] = "yes" if job.is_repetition else ""
            command = [sys.executable, "-m", "pytest", *self.arguments, *job.paths]
            if not is_alone and sys.stdout.isatty():
                command.append("--color=yes")
            child = subprocess.Popen(command, env=environment, cwd=self.folder, stdout=None if is_alone else output)
            self.children.append(child)
            status = child.wait()
            counts = Counter(json.loads(report.read() or "{}"))
            if status not in (0, NO_TESTS) and not counts["failed"]:
                counts["failed"] += 1
            output.seek(0)
            print(output.read(), end="", flush=True)
        self.results.append(Result(job.title, status, counts, time.monotonic() - started))
        if not is_alone:
            print(f"===== {self.results[-1]}", flush=True)
