"""Core as a process of its own, which is restarted while Auth is slow or away."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import httpx
import pytest

from core_service.people.tests.signing import JWKS, token_for
from core_service.people.tests.stand_in import Answer, running
from tests.services import PLAIN_HTTP, Service, free_port, wait_until


def core_of(auth_url: str, folder: Path) -> Service:
    settings = {
        "VAR_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/core.db",
        "ALLOWED_HOSTS": "127.0.0.1",
        "AUTH_SERVICE_URL": auth_url,
        "AUTH_SERVICE_TOKEN": "",
    }
    environment = os.environ | settings  # noqa: TID251 (of another process)
    return Service("core", free_port(), environment, folder / "core.log")


def assert_believes(core: Service, token: str) -> None:
    for _ in range(8):
        url = f"{core.url}/api/v1/courses/?mine=true"
        answer = httpx.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=120, **PLAIN_HTTP)
        assert answer.status_code == 200, answer.text


@pytest.mark.asvs("16.5.2")
def test_a_known_key_is_believed_after_a_restart_while_auth_is_slow_or_away(tmp_path: Path) -> None:
    token = token_for(uuid.uuid4())
    with running() as auth:
        auth.answer = lambda asked: Answer.of(JWKS)
        core = core_of(auth.url, tmp_path)
        core.manage("migrate", "--noinput")
        try:
            core.start(with_worker=False, web_processes=1)
            assert_believes(core, token)
            core.stop()
            asked_before = len(auth.asked)
            auth.answer = lambda asked: Answer.of(JWKS, delay=30)
            core.start(with_worker=False, web_processes=1)
            assert_believes(core, token)
            wait_until(lambda: len(auth.asked) > asked_before, "a refresh of the keys from disk")
        except BaseException:
            core.stop()
            raise
    try:
        assert_believes(core, token)
        core.stop()
        core.start(with_worker=False, web_processes=1)
        assert_believes(core, token)
    finally:
        core.stop()
