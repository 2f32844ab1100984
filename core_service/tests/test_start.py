"""What stops the start: a malformed or unsafe setting, with one sentence that names it."""

from __future__ import annotations

import subprocess
import sys

import pytest

GUNICORN_GIVES_UP = 3
BUCKET = {"S3_BUCKET": "media", "S3_ACCESS_KEY_ID": "key", "S3_SECRET_ACCESS_KEY": "secret"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AUTH_SERVICE_URL", "auth:8001"),
        ("AUTH_SERVICE_URL", ""),
        ("AUTH_SERVICE_TOKEN", "short"),
        ("AUTH_SERVICE_TOKEN", "in-two parts-that-no-header-would-carry"),
        ("AUTH_SERVICE_TOKEN", "one-of-these-two-is-what-auth-expects-1,one-of-these-two-is-what-auth-expects-2"),
        ("REVOCATIONS_MAX_AGE_SECONDS", "soon"),
        ("UPLOAD_MAX_BYTES", "10"),
        ("S3_BUCKET", "two words"),
        ("S3_BUCKET", ""),
        ("S3_ACCESS_KEY_ID", ""),
        ("S3_SECRET_ACCESS_KEY", ""),
        ("S3_REGION", "eu west"),
        ("S3_ENDPOINT_URL", "s3:7070"),
        ("S3_PUBLIC_ENDPOINT_URL", "files.example.org"),
        ("DATABASE_URL", "mysql://root@localhost/core"),
        ("SECRET_KEY", ""),
    ],
)
def test_a_malformed_setting_stops_the_start_and_is_named(name: str, value: str) -> None:
    assert_refused("from shared_settings import env; env.use('core_service.settings')", name, value)


def test_a_server_is_told_not_to_start_it_again() -> None:
    assert_refused("import core_service.wsgi", "SECRET_KEY", "")


def assert_refused(start: str, name: str, value: str) -> None:
    settings = BUCKET | {name: value}
    done = subprocess.run(
        ["env", *(f"{name}={value}" for name, value in settings.items()), sys.executable, "-c", start],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == GUNICORN_GIVES_UP
    assert done.stderr.startswith(f"core_service cannot start: {name} ")
    assert done.stderr.count("\n") == 1
