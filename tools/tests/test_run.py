"""`make run` with real processes, on ports and data of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.environment import ROOT
from tools.postgres import free_port

SECONDS = 600


class Command:
    """`python -m tools.run` in a folder for data, with the environment of a shell."""

    def __init__(self, var_dir: Path) -> None:
        self.var_dir = var_dir
        self.auth_port, self.core_port = free_port(), free_port()
        self.process: subprocess.Popen[str] | None = None

    def start(self, **environment: str) -> "subprocess.Popen[str]":
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        own = {"VAR_DIR": str(self.var_dir), "PYTHONPATH": str(ROOT / "tests" / "quick_hashes")}
        ports = ["--auth-port", str(self.auth_port), "--core-port", str(self.core_port)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tools.run", *ports],
            cwd=ROOT,
            env=kept | own | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return self.process

    def read_until(self, words: str) -> str:
        """What it prints until these words, which must come."""
        assert self.process is not None
        assert self.process.stdout is not None
        text = ""
        for line in self.process.stdout:
            text += line
            if words in line:
                return text
        raise AssertionError(f"{words!r} is missing in:\n{text}")

    def is_ready(self, port: int) -> bool:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=SECONDS) as answer:
            return bool(answer.status == 200)

    def processes(self) -> list[int]:
        """All that still live with this folder for data in their environment."""
        mark = f"VAR_DIR={self.var_dir}".encode()
        found = []
        for folder in Path("/proc").iterdir():
            try:
                if folder.name.isdigit() and mark in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
            except OSError:
                continue
        return found

    def wait_until_all_have_ended(self) -> None:
        """What was killed is there for a moment longer."""
        end = time.monotonic() + SECONDS
        while self.processes():
            assert time.monotonic() < end, self.processes()
            time.sleep(0.05)


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    made = Command(tmp_path / "var")
    yield made
    if made.process is not None:
        made.process.kill()
        made.process.wait()
        for pid in made.processes():
            os.kill(pid, signal.SIGKILL)


def test_starts_with_demo_content_and_again_and_ends_all_when_told_or_when_one_ends(command: Command) -> None:
    process = command.start()
    text = command.read_until("Ctrl-C stops everything")
    assert "Loaded the demo course" in text
    assert f"http://localhost:{command.core_port}/api/v1/docs" in text
    assert re.search(r"author +author@example.org +\S+", text)
    assert command.is_ready(command.auth_port)
    assert command.is_ready(command.core_port)
    assert len(command.processes()) >= 7  # this one, two web servers with a process each, two workers
    process.send_signal(signal.SIGTERM)
    assert process.wait(SECONDS) == 0
    command.wait_until_all_have_ended()
    assert {(file.stat().st_mode & 0o777) for file in (command.var_dir / "env").glob("*.env")} == {0o600}

    keys = (command.var_dir / "env" / "auth.env").read_text()
    process = command.start()
    text = command.read_until("Ctrl-C stops everything")
    assert "Migrating" not in text
    assert "demo" not in text.partition("Sign in as")[0].lower().replace("demo.json", "")
    assert (command.var_dir / "env" / "auth.env").read_text() == keys
    worker = next(pid for pid in command.processes() if is_worker_of_core(pid))
    os.kill(worker, signal.SIGKILL)
    assert "core worker has ended by itself (status -9)" in command.read_until("has ended")
    assert process.wait(SECONDS) == 1
    command.wait_until_all_have_ended()


def is_worker_of_core(pid: int) -> bool:
    return b"manage_core.py\0worker" in Path(f"/proc/{pid}/cmdline").read_bytes()


def one_line(process: "subprocess.Popen[str]") -> str:
    output, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert output.count("\n") == 1, output
    return output


def test_a_taken_port_is_one_sentence_with_a_way_out(command: Command) -> None:
    with socket.create_server(("127.0.0.1", command.core_port)):
        line = one_line(command.start())
    assert line.startswith(f"Port {command.core_port} is taken: ")
    assert "make run AUTH_PORT=" in line


def test_one_database_for_both_services_is_refused(command: Command) -> None:
    line = one_line(command.start(DATABASE_URL="postgres://localhost/both"))
    assert "DATABASE_URL would be the database of both services" in line


def test_a_second_run_on_the_same_data_is_refused(command: Command) -> None:
    first = command.start()
    command.read_until("Migrating")
    second = Command(command.var_dir)
    assert "already uses" in one_line(second.start())
    first.send_signal(signal.SIGTERM)
    assert first.wait(SECONDS) == 0


def test_a_broken_line_of_the_environment_is_named(command: Command) -> None:
    (command.var_dir / "env").mkdir(parents=True)
    (command.var_dir / "env" / "auth.env").write_text("SECRET_KEY\n")
    assert "has a line without `=`: 'SECRET_KEY'" in one_line(command.start())
