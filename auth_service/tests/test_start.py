"""What stops the start: a malformed setting, and a signing key that cannot be used; each with one sentence."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.management import call_command

from auth_service.login_sessions import keys
from auth_service.login_sessions.models import KeyState, SigningKey

GUNICORN_GIVES_UP = 3


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["env", *(f"{name}={value}" for name, value in settings.items()), sys.executable, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
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


def start(**settings: str) -> subprocess.CompletedProcess[str]:
    """A process of the service, on the database of this test unless another is named."""
    return run("-c", "import auth_service.wsgi", **settings)


def test_tables_that_are_missing_do_not_stop_the_start(new_database_url: Callable[[], str]) -> None:
    done = start(DATABASE_URL=new_database_url())  # `/readyz` tells of them
    assert done.returncode == 0, done.stderr


@pytest.mark.django_db(transaction=True)
def test_warns_when_mails_would_help_nobody() -> None:
    done = start(ALLOWED_HOSTS="learn.example.org")
    assert done.returncode == 0, done.stderr
    assert "but without EMAIL_URL mails stay in VAR_DIR/mail and links in mails lead to" in done.stderr


@pytest.mark.django_db(transaction=True)
def test_a_key_of_another_secret_stops_the_start() -> None:
    keys.ring.signer()
    done = start(SECRET_KEY="another-secret-key-0123456789-abcdef")
    assert done.returncode == GUNICORN_GIVES_UP
    assert done.stderr.startswith("auth_service cannot start: the signing key ")
    assert "KEY_ENCRYPTION_KEYS" in done.stderr


@pytest.mark.django_db(transaction=True)
def test_of_four_processes_that_start_at_once_one_makes_the_key() -> None:
    say_kid = "import auth_service.wsgi; from auth_service.login_sessions.keys import ring; print(ring.signer().kid)"
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: run("-c", say_kid), range(4)))
    assert [process.returncode for process in done] == [0] * 4, [process.stderr for process in done]
    assert {process.stdout for process in done} == {f"{SigningKey.objects.get().kid}\n"}


@pytest.mark.django_db(transaction=True)
def test_a_database_without_a_key_that_may_sign_stops_the_start() -> None:
    keys.ring.signer()
    SigningKey.objects.update(state=KeyState.REVOKED)
    done = start()
    assert done.returncode == GUNICORN_GIVES_UP
    assert "no signing key is active: run `manage_auth.py rotate_signing_key" in done.stderr
    call_command("rotate_signing_key", stdout=StringIO())
    assert start().returncode == 0
