"""Starts both services as their users do: migrated, with gunicorn and a worker each, on free ports."""

from __future__ import annotations

import email
import email.policy
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from prometheus_client.mmap_dict import MmapedDict

from tests.documents import hold_against_document
from tools.postgres import free_port as free_port  # also for the tests of a service alone

ROOT = Path(__file__).resolve().parent.parent
ADMIN_EMAIL = "admin@example.org"
PASSWORD = "granite-Orchard-58-beacon"
# No proxy, and no certificates: reading those costs more than a request.
PLAIN_HTTP: dict[str, Any] = {"trust_env": False, "verify": False}
PATIENCE_SECONDS = 180.0  # a busy machine is slow, and no failure
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")


def wait_until(is_so: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS, *, pause: float = 0.1) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(pause)


@dataclass
class Service:
    name: str
    port: int
    env: dict[str, str]
    log: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, token: str | None = None) -> httpx.Client:
        """A client of the API, whose answers are held against its document; `token` becomes the bearer."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        checks: dict[str, list[Callable[..., Any]]] = {"response": [partial(hold_against_document, self.name)]}
        return httpx.Client(
            base_url=f"{self.url}/api/v1", headers=headers, timeout=PATIENCE_SECONDS, event_hooks=checks, **PLAIN_HTTP
        )

    def manage(self, *arguments: str, **env: str) -> str:
        command = [sys.executable, f"manage_{self.name}.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.env | env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"manage_{self.name}.py {arguments[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self, *, with_worker: bool = True, web_processes: int = 2) -> None:
        server = ["-m", "gunicorn", f"{self.name}_service.wsgi", "-b", f"127.0.0.1:{self.port}"]
        self._spawn([*server, "-w", str(web_processes), "--threads", "4"])
        if with_worker:
            self._spawn([f"manage_{self.name}.py", "worker"])
        try:
            wait_until(self._is_ready, f"{self.name} to be ready")
        except TimeoutError as error:
            raise TimeoutError(f"{error}; its log ends: {self.log.read_text()[-3000:]}") from None

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5, **PLAIN_HTTP).status_code == 200
        except httpx.HTTPError:
            return False

    def answered_by_process(self, route: str) -> dict[str, float]:
        """How many requests each process has answered; by the files behind the metrics."""
        counts: dict[str, float] = {}
        for file in Path(self.env["VAR_DIR"], "metrics", self.name).glob("counter_*.db"):
            for key, value, *_ in MmapedDict.read_all_values_from_file(str(file)):
                _, name, labels, _ = json.loads(key)
                if name == "http_requests_total" and labels["route"] == route:
                    counts[file.stem] = counts.get(file.stem, 0) + value
        return counts

    def wait_until_all_answer(self, ask: Callable[[], object], route: str, processes: int = 2) -> None:
        """Ask, again and again, until each process has answered; whichever is free takes a new connection."""
        before = self.answered_by_process(route)

        def all_have() -> bool:
            with ThreadPoolExecutor(4) as threads:
                for asked in [threads.submit(ask) for _ in range(4)]:
                    asked.result()
            now = self.answered_by_process(route)
            return sum(count > before.get(process, 0) for process, count in now.items()) >= processes

        wait_until(all_have, f"each process of {self.name} to answer")

    def _spawn(self, arguments: list[str]) -> None:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(5)
        self.processes.clear()


@dataclass
class Platform:
    """Auth and Core with one folder for what they write."""

    var: Path
    auth: Service
    core: Service

    @classmethod
    def make(cls, var: Path, auth_database: str, core_database: str) -> Platform:
        token = secrets.token_urlsafe(32)
        kept = {name: value for name, value in os.environ.items() if name in _KEPT}
        auth_port, core_port = free_port(), free_port()

        def env(database: str, **own: str) -> dict[str, str]:
            return kept | {
                "PYTHONUNBUFFERED": "1",
                "VAR_DIR": str(var),
                "SECRET_KEY": secrets.token_urlsafe(48),
                "DATABASE_URL": database,
                "ALLOWED_HOSTS": "127.0.0.1",
                **own,
            }

        return cls(
            var,
            Service(
                "auth",
                auth_port,
                env(auth_database, SERVICE_TOKENS=token, PYTHONPATH=str(ROOT / "tests" / "quick_hashes")),
                var / "auth.log",
            ),
            Service(
                "core",
                core_port,
                env(core_database, AUTH_SERVICE_URL=f"http://127.0.0.1:{auth_port}", AUTH_SERVICE_TOKEN=token),
                var / "core.log",
            ),
        )

    def start(self) -> None:
        for service in (self.auth, self.core):
            service.manage("migrate", "--noinput")
        self.auth.manage("createsuperuser", "--noinput", "--email", ADMIN_EMAIL, DJANGO_SUPERUSER_PASSWORD=PASSWORD)
        self.auth.start()
        self.core.start()

    def stop(self) -> None:
        self.core.stop()
        self.auth.stop()

    def mail_to(self, address: str) -> str:
        """The text of the newest mail to this address; waits for the worker to send one."""
        found: list[str] = []

        def has_mail() -> bool:
            files = sorted((self.var / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
            for path in files:
                message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                if message["to"] == address:
                    body = message.get_body(("plain",))
                    found.append(body.get_content() if body else "")
            return bool(found)

        wait_until(has_mail, f"mail to {address}")
        return found[-1]

    def sign_in(self, address: str, password: str = PASSWORD) -> dict[str, Any]:
        """The token pair, with its user."""
        with self.auth.client() as client:
            response = client.post("/auth/login", json={"email": address, "password": password})
        assert response.status_code == 200, response.text
        pair: dict[str, Any] = response.json()
        return pair

    def register(self, address: str, password: str = PASSWORD) -> dict[str, Any]:
        """A new person who has confirmed the address: the token pair."""
        with self.auth.client() as client:
            response = client.post("/auth/register", json={"email": address, "password": password})
            assert response.status_code == 201, response.text
            found = re.search(r"[?&]token=([\w.~-]+)", self.mail_to(address))
            assert found is not None, "the mail has no link with a token"
            verified = client.post("/auth/verify-email", json={"token": found[1]})
            assert verified.status_code == 200, verified.text
            assert verified.json()["is_verified"] is True
        return self.sign_in(address, password)

    def core_status(self, token: str, method: str = "GET", path: str = "/courses/?mine=true", **kwargs: Any) -> int:
        """What Core says to this token, on a new connection, so that any of its processes may answer."""
        url, headers = f"{self.core.url}/api/v1{path}", {"Authorization": f"Bearer {token}"}
        return httpx.request(method, url, headers=headers, timeout=PATIENCE_SECONDS, **PLAIN_HTTP, **kwargs).status_code

    def core_statuses(self, token: str) -> set[int]:
        """What all processes of Core say to this token."""
        found: set[int] = set()
        self.core.wait_until_all_answer(lambda: found.add(self.core_status(token)), "api/v1/courses/")
        return found

    def wait_until_core_refuses(self, *people: dict[str, Any]) -> None:
        """Every process of it, these people's access tokens."""
        what = "what Auth took back to reach Core"
        for token in [person["access"] for person in people]:
            wait_until(lambda: self.core_status(token) == 401, what, pause=0.3)  # noqa: B023
            wait_until(lambda: self.core_statuses(token) == {401}, what, pause=0.5)  # noqa: B023
