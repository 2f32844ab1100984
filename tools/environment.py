"""What the services read under `make run`: keys and tokens, made once, in `env/` under VAR_DIR for the owner only."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERVICES = ("auth", "core")

Environment = dict[str, str]


class Refusal(Exception):
    """Why a tool cannot go on: one sentence that says what to do."""


def var_dir() -> Path:
    """VAR_DIR as the services understand it: inside the project unless absolute."""
    return ROOT / Path(os.environ.get("VAR_DIR") or "var").expanduser()


def read_or_make() -> dict[str, Environment]:
    """The whole environment of each service's processes; a file's lines win over this process' own environment."""
    if "DATABASE_URL" in os.environ:
        raise Refusal(
            "DATABASE_URL would be the database of both services: unset it, and write one line "
            f"into each of {_file('auth')} and {_file('core')}."
        )
    service_token = secrets.token_urlsafe(32)
    auth = _read_or_write(
        "auth",
        {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "KEY_ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("="),
            "SERVICE_TOKENS": service_token,
        },
    )
    service_token = auth.get("SERVICE_TOKENS", service_token).split(",")[0]
    core = _read_or_write("core", {"SECRET_KEY": secrets.token_urlsafe(50), "AUTH_SERVICE_TOKEN": service_token})
    common = {**os.environ, "VAR_DIR": str(var_dir()), "PYTHONUNBUFFERED": "1"}
    return {"auth": common | auth, "core": common | core}


def _file(service: str) -> Path:
    return var_dir() / "env" / f"{service}.env"


def _read_or_write(service: str, made: Environment) -> Environment:
    file = _file(service)
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lines = [f"# Settings of {service.title()} under `make run`, one NAME=value a line; add others here."]
        lines += [f"{name}={value}" for name, value in made.items()]
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as target:
            target.write("\n".join(lines) + "\n")
    found: Environment = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.partition("=")
        if line.strip() and not line.startswith("#"):
            if not equals:
                raise Refusal(f"{file} has a line without `=`: {name!r}.")
            found[name.strip()] = value.strip()
    return found
