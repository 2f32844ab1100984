"""What the first `make run` does before and after the services start: tables, the admin, the demo content."""

from __future__ import annotations

import asyncio
import hashlib
import signal
import sys
from contextlib import suppress

from demo.people import Person, read_or_make_people
from tools.environment import ROOT, SERVICES, Environment, Refusal, var_dir

IS_THERE = "already"


def _stamp() -> str:
    """What the data was made for: these migrations and these database files; empty when it cannot be known."""
    digest = hashlib.sha256()
    for file in sorted(ROOT.glob("*_service/*/migrations/*.py")):
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    digest.update((ROOT / "requirements" / "dev.txt").read_bytes())
    for service in SERVICES:
        file = var_dir() / f"{service}.db"
        if not file.exists():
            return ""
        digest.update(str(file.stat().st_ino).encode())
    return digest.hexdigest()


def is_done(environments: dict[str, Environment]) -> bool:
    """Whether a run before this one finished everything; another database than the default is always looked at."""
    file = var_dir() / "env" / "prepared"
    has_own_database = any("DATABASE_URL" in environment for environment in environments.values())
    return not has_own_database and file.exists() and file.read_text() == (_stamp() or None)


def mark_done() -> None:
    (var_dir() / "env" / "prepared").write_text(_stamp())


async def migrate(environments: dict[str, Environment]) -> None:
    async with asyncio.TaskGroup() as group:
        for service, environment in environments.items():
            group.create_task(_manage(service, environment, "migrate", "--no-input", "-v", "0"))


async def make_admin(environment: Environment) -> None:
    """The first admin, with the demo's password; one that is there stays as it is."""
    admin = _people()["admin"]
    environment = environment | {"DJANGO_SUPERUSER_PASSWORD": admin.password}
    arguments = ("--noinput", "--email", admin.email, "--full-name", admin.full_name)
    await _manage("auth", environment, "createsuperuser", *arguments, accepted=IS_THERE)


async def _manage(service: str, environment: Environment, *arguments: str, accepted: str | None = None) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        f"manage_{service}.py",
        *arguments,
        env=environment,
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        output = (await process.communicate())[0].decode(errors="replace").strip()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    if process.returncode and not (accepted and accepted in output):
        raise Refusal(f"{output}\n`manage_{service}.py {arguments[0]}` has failed; the lines above say why.")


async def load_demo(environment: Environment, urls: dict[str, str]) -> bool:
    """Through the services' HTTP API; what goes wrong is printed, and the services are of use without the content."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "demo", "--auth", urls["auth"], "--core", urls["core"], "--var", str(var_dir())),
        env=environment,
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return await process.wait() == 0
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)  # it gives the terminal its cursor back


def _people() -> dict[str, Person]:
    return read_or_make_people(var_dir())


def introduction(environments: dict[str, Environment], urls: dict[str, str]) -> str:
    """Where everything is, and who can sign in."""
    lines = [""]
    for service in reversed(SERVICES):
        prefix = environments[service].get("API_PREFIX", "/api/v1").strip("/")
        url = urls[service]
        lines += [f"  {service.title()}   API and documentation  {url}/{prefix}/docs", f"         admin  {url}/admin/"]
    people = _people()
    width = max(len(person.email) for person in people.values())
    lines += ["", "  Sign in as"]
    lines += [f"    {role:<7} {person.email:<{width}}  {person.password}" for role, person in people.items()]
    lines += ["", f"  Mail is written to {var_dir()}/mail. Ctrl-C stops everything.", ""]
    return "\n".join(lines)
