"""What a Dockerfile copies is enough to migrate, to serve, to tell its health and to work in the background."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.services import PATIENCE_SECONDS, free_port, wait_until

ROOT = Path(__file__).resolve().parent.parent
SERVICES = ("auth", "core")
# What is compiled already comes along, since an image's commands would compile everything anew each time.
LEFT_OUT = shutil.ignore_patterns(
    *re.findall(r"^\*\*/(?!__pycache__)(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
)


@dataclass
class Image:
    """The files of an image in a folder, and its commands with this machine's Python and a free port."""

    folder: Path
    log: Path
    port: int
    env: dict[str, str]
    server: list[str]
    health: list[str]
    manage: list[str]

    @classmethod
    def of(cls, service: str, parent: Path) -> Image:
        text = (ROOT / f"{service}_service" / "Dockerfile").read_text().replace("\\\n", " ")
        folder = parent / "app"
        folder.mkdir()
        final_stage = text[text.rindex("\nFROM ") :]
        for line in re.findall(r"^COPY (?!--from)(.+)$", final_stage, re.MULTILINE):
            for source in line.split()[:-1]:
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, folder / source, ignore=LEFT_OUT)
                else:
                    shutil.copy(ROOT / source, folder)
        exposed = re.findall(r"^EXPOSE (\d+)$", text, re.MULTILINE)[0]
        port = free_port()
        health, server = (
            json.loads(command.replace(exposed, str(port)))
            for command in re.findall(r"CMD (\[.+\])$", text, re.MULTILINE)
        )
        server[server.index("--bind") + 1] = server[server.index("--bind") + 1].replace("0.0.0.0", "127.0.0.1")
        tools = str(Path(sys.executable).parent)
        env = {
            "PATH": f"{tools}:/usr/bin:/bin",
            "PYTHONDONTWRITEBYTECODE": "1",
            "SECRET_KEY": "9b1Jx-image-test-Vq7LmTz2-Rk4WcYd8HsPf",
            "VAR_DIR": str(parent / "var"),
        }
        return cls(folder, parent / "log", port, env, server, health, ["python", f"manage_{service}.py"])

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=self.folder, env=self.env, capture_output=True, text=True)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        with self.log.open("w") as log:
            return subprocess.Popen(command, cwd=self.folder, env=self.env, stdout=log, stderr=log)

    def listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def is_healthy(self) -> bool:
        return self.run(*self.health).returncode == 0


@pytest.fixture(scope="module", params=SERVICES)
def image(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    made = Image.of(request.param, tmp_path_factory.mktemp(request.param))
    migration = made.run(*made.manage, "migrate", "--noinput")
    assert migration.returncode == 0, migration.stderr
    before = sorted(made.folder.rglob("*"))
    yield made
    assert sorted(made.folder.rglob("*")) == before, "the image's files belong to root: all writing goes to VAR_DIR"


def test_an_image_serves_tells_its_health_and_stops(image: Image) -> None:
    assert not image.is_healthy()
    server = image.start(*image.server)
    try:
        wait_until(image.listens, "the server to listen")
        wait_until(image.is_healthy, "the server to be healthy")
    finally:
        server.send_signal(signal.SIGTERM)
    assert server.wait(PATIENCE_SECONDS) == 0
    assert not image.is_healthy()


def test_an_image_works_in_the_background_and_stops(image: Image) -> None:
    heartbeat = image.log.with_name("heartbeat")
    worker = image.start(*image.manage, "worker", "--heartbeat", str(heartbeat))
    try:
        wait_until(lambda: "The worker is ready." in image.log.read_text(), "the worker to be ready")
        heartbeat.unlink()
        wait_until(heartbeat.exists, "the next beat of the worker")
        assert worker.poll() is None
    finally:
        worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE_SECONDS) == 0
