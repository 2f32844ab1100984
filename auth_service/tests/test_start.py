"""What stops the start: a malformed setting, and a signing key that cannot be used; each with one sentence."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

GUNICORN_GIVES_UP = 3


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["env", *(f"{name}={value}" for name, value in settings.items()), sys.executable, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "soon"),
        ("REFRESH_LEEWAY_SECONDS", "-1"),
        ("PASSWORD_MIN_LENGTH", "4"),
        ("REGISTRATION_HIDES_ACCOUNTS", "perhaps"),
        ("MFA_REQUIRED_FOR_ADMINS", "perhaps"),
        ("FRONTEND_URL", "learn.example.org"),
        ("FRONTEND_URL", "https://learn example.org"),
        ("EMAIL_URL", "http://mail.example.org"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "smtp://mail.example.org:port"),
        ("KEY_ENCRYPTION_KEYS", "c2hvcnQ="),
        ("SERVICE_TOKENS", "short"),
        ("SERVICE_TOKENS", "in-two parts-that-no-header-would-carry"),
        ("SECRET_KEY", ""),
    ],
)
def test_a_malformed_setting_stops_the_start_and_is_named(name: str, value: str) -> None:
    done = run("-c", "from shared_settings import env; env.use('auth_service.settings')", **{name: value})
    assert done.returncode == GUNICORN_GIVES_UP
    assert done.stderr.startswith(f"auth_service cannot start: {name} ")
    assert done.stderr.count("\n") == 1


def test_a_key_of_another_secret_stops_the_start(new_database_url: Callable[[], str]) -> None:
    database = {"DATABASE_URL": new_database_url()}
    early = run("-c", "import auth_service.wsgi", **database)
    assert early.returncode == 0, early.stderr  # `/readyz` tells that the tables are missing
    assert run("manage_auth.py", "migrate", **database).returncode == 0
    assert run("-c", "import auth_service.wsgi", **database).returncode == 0
    done = run("-c", "import auth_service.wsgi", **database, SECRET_KEY="another-secret-key-0123456789-abcdef")
    assert done.returncode == GUNICORN_GIVES_UP
    assert done.stderr.startswith("auth_service cannot start: the signing key ")
    assert "KEY_ENCRYPTION_KEYS" in done.stderr


def test_of_four_processes_that_start_at_once_one_makes_the_key(new_database_url: Callable[[], str]) -> None:
    database = {"DATABASE_URL": new_database_url()}
    assert run("manage_auth.py", "migrate", **database).returncode == 0
    say_kid = "import auth_service.wsgi; from auth_service.login_sessions.keys import ring; print(ring.signer().kid)"
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: run("-c", say_kid, **database), range(4)))
    assert [process.returncode for process in done] == [0] * 4, [process.stderr for process in done]
    assert len({process.stdout for process in done}) == 1
    count = "from auth_service.login_sessions.models import SigningKey; print('keys:', SigningKey.objects.count())"
    assert "keys: 1" in run("manage_auth.py", "shell", "-c", count, **database).stdout


def test_a_database_without_a_key_that_may_sign_stops_the_start(new_database_url: Callable[[], str]) -> None:
    database = {"DATABASE_URL": new_database_url()}
    assert run("manage_auth.py", "migrate", **database).returncode == 0
    assert run("-c", "import auth_service.wsgi", **database).returncode == 0
    retire = "from auth_service.login_sessions.models import SigningKey; SigningKey.objects.update(state='revoked')"
    assert run("manage_auth.py", "shell", "-c", retire, **database).returncode == 0
    done = run("-c", "import auth_service.wsgi", **database)
    assert done.returncode == GUNICORN_GIVES_UP
    assert "no signing key is active: run `manage_auth.py rotate_signing_key" in done.stderr
    assert run("manage_auth.py", "rotate_signing_key", **database).returncode == 0
    assert run("-c", "import auth_service.wsgi", **database).returncode == 0
