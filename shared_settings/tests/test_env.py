"""Settings: a wrong value is told in a sentence that names the variable."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from shared_settings import env
from shared_settings.base import PROJECT_DIR

GOOD = "q8Zr3Lk0vXw7Tn5Yb2Mc9Hd4Jf6Gs1Pa"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""), ("SECRET_KEY", "Zr3Lk0"), ("SECRET_KEY", "a" * 60),
        ("SECRET_KEY", "django-insecure-" + GOOD),
        ("DEBUG", "perhaps"), ("LOG_LEVEL", "loud"), ("API_PREFIX", "/a b"), ("TRUSTED_PROXIES", "everybody"),
        ("ALLOWED_ORIGINS", "example.org"), ("ALLOWED_ORIGINS", "https://example.org/path"),
        ("API_PREFIX", "/admin"), ("API_PREFIX", "/api/\u00e9"), ("ALLOWED_ORIGINS", "https://me:it@example.org"),
        ("ALLOWED_HOSTS", ""), ("ALLOWED_HOSTS", "https://example.org"), ("ALLOWED_HOSTS", "example.org:80"),
        ("CACHE_URL", "memcached://x"), ("CACHE_URL", "redis://host:port/0"), ("CACHE_URL", "redis://host/first"),
        ("CACHE_URL", "redis://"), ("TOKEN_ISSUER", " "), ("TOKEN_AUDIENCE", ""),
        ("DATABASE_URL", "mysql://root@localhost/x"), ("DATABASE_URL", "postgres://"), ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "sqlite://:memory:"), ("DATABASE_URL", "sqlite:////not/there/a.db"),
        ("DATABASE_PREPARED_STATEMENTS", "perhaps"), ("VAR_DIR", ""), ("VAR_DIR", "/dev/null"),
    ],
)  # fmt: skip
def test_an_unsafe_or_malformed_setting_stops_start_up_with_a_sentence(name: str, value: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from shared_settings import env; env.use('shared_settings.tests.settings')"],
        env={"PATH": os.environ["PATH"], "SECRET_KEY": GOOD, "VAR_DIR": str(tmp_path), name: value},  # noqa: TID251
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    if value and name == "SECRET_KEY":
        assert value not in done.stderr


def test_debug_goes_with_no_public_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "localhost,learn.example.org")
    with pytest.raises(ImproperlyConfigured, match="DEBUG"):
        env.hosts("ALLOWED_HOSTS", debug=True)
    assert env.hosts("ALLOWED_HOSTS", debug=False) == ["localhost", "learn.example.org"]


def test_a_host_of_this_machine_or_its_containers_is_not_public() -> None:
    near, far = (
        ["localhost", "127.0.0.1", "[::1]", "app.localhost", "auth"],
        ["learn.example.org", "10.0.0.7", "*", ".org"],
    )
    assert env.public_hosts([*near, *far]) == far


@pytest.mark.parametrize(
    ("value", "wanted"), [("true", True), ("1", True), ("False", False), ("off", False), ("", False)]
)
def test_flags(monkeypatch: pytest.MonkeyPatch, value: str, wanted: bool) -> None:
    monkeypatch.setenv("DEBUG", value)
    assert env.flag("DEBUG", default=True) is wanted


def test_a_value_may_begin_with_a_dollar(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = f"$PATH{GOOD}"
    monkeypatch.setenv("SECRET_KEY", secret)
    monkeypatch.setenv("SERVICE_TOKENS", f"{secret},${GOOD}")
    monkeypatch.setenv("DATABASE_URL", "postgres://$me:$PATH@host/$name")
    monkeypatch.setenv("EMAIL_URL", "smtp://$me:$PATH@host:25")
    assert env.secret_key() == secret
    assert env.long_secrets("SERVICE_TOKENS") == [secret, f"${GOOD}"]
    database, mail = env.database("DATABASE_URL", tmp_path / "a.db"), env.mail("EMAIL_URL", tmp_path)
    assert [database[key] for key in ("USER", "PASSWORD", "NAME")] == ["$me", "$PATH", "$name"]
    assert [mail[key] for key in ("EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD")] == ["$me", "$PATH"]


@pytest.mark.parametrize("value", ["9", "101", "1.5", "ten", ""])
def test_whole_numbers_have_bounds(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SOME_NUMBER", value)
    with pytest.raises(ImproperlyConfigured, match="SOME_NUMBER"):
        env.whole("SOME_NUMBER", 50, low=10, high=100)


def test_sqlite_is_durable_and_takes_its_lock_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    config: dict[str, Any] = env.database("DATABASE_URL", tmp_path / "a.db")
    assert config["NAME"] == str(tmp_path / "a.db")
    assert config["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in config["OPTIONS"]["init_command"]


def test_what_a_service_writes_is_nobody_elses(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from shared_settings import env; env.use('shared_settings.tests.settings')"]
    made = tmp_path / "var"
    subprocess.run(
        command,
        env={"PATH": os.environ["PATH"], "SECRET_KEY": GOOD, "VAR_DIR": str(made)},  # noqa: TID251
        cwd=PROJECT_DIR,
        check=True,
    )
    assert made.stat().st_mode & 0o777 == 0o700
