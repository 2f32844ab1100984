"""Starts and tests one service in a copy of the project that lacks the other's folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from shared_settings import testing
from tools.environment import ROOT, SERVICES
from tools.postgres import free_port

_LEFT_OUT = ("var", "node_modules", "staticfiles", "__pycache__", ".*")

_SECONDS = 20.0


def main() -> int:
    package = sys.argv[1]
    others = [f"{service}_service" for service in SERVICES if f"{service}_service" != package]
    with tempfile.TemporaryDirectory(prefix=f"{package}-alone-") as folder:
        copy = Path(folder, "project")
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*_LEFT_OUT, *others))
        os.environ.pop("TEST_POSTGRES_URL", None)
        status = _run(copy, "-m", "pytest", package, "-q", "-n", "2", "-p", "no:cacheprovider")
        var_dir = testing.use_environment()
        try:
            manage = f"manage_{package.removesuffix('_service')}.py"
            status = status or _run(copy, manage, "migrate", "-v", "0") or _start(copy, package)
        finally:
            testing.remove_environment(var_dir)
    return status


def _run(folder: Path, *command: str) -> int:
    return subprocess.run([sys.executable, *command], cwd=folder, stdin=subprocess.DEVNULL, check=False).returncode


def _start(folder: Path, package: str) -> int:
    """The service as in production; whether it answers within some seconds."""
    port = free_port()
    command: Sequence[str] = ["-m", "gunicorn", "--bind", f"127.0.0.1:{port}", f"{package}.wsgi"]
    with subprocess.Popen([sys.executable, *command], cwd=folder, stdin=subprocess.DEVNULL) as server:
        try:
            end = time.monotonic() + _SECONDS
            while time.monotonic() < end and server.poll() is None:
                if _answers(port):
                    return 0
                time.sleep(0.1)
            print(f"{package} does not start alone; its lines above may say why.")
            return 1
        finally:
            server.terminate()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(main())
