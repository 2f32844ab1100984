"""Core as a process of its own, which is restarted while Auth is slow, broken or away."""

from __future__ import annotations

import json
import os
import time
import uuid
from pathlib import Path

import httpx
import pytest

from core_service.people.tests.signing import JWKS, token_for
from core_service.people.tests.stand_in import Answer, running
from shared_settings.http.jwks import TIMEOUT_SECONDS
from tests.services import PLAIN_HTTP, Service, free_port, wait_until

WHOLE = json.dumps(JWKS).encode()
OUTAGES = {
    "slow": Answer.of(JWKS, delay=3),
    "HTML": Answer(b"<html><body>Welcome to the proxy</body></html>", content_type="text/html"),
    "empty": Answer(b""),
    "truncated": Answer(WHOLE[:-20], announced=len(WHOLE)),
    "failing": Answer(status=502),
}


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


def assert_believes(core: Service, token: str, outage: str) -> None:
    for _ in range(8):
        began = time.monotonic()
        url = f"{core.url}/api/v1/courses/?mine=true"
        answer = httpx.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=30, **PLAIN_HTTP)
        assert answer.status_code == 200, (outage, answer.text)
        assert time.monotonic() - began < TIMEOUT_SECONDS, outage  # who waits for a slow Auth waits so long


@pytest.mark.asvs("16.5.2")
def test_a_known_key_is_believed_without_waiting_through_every_outage_and_a_restart_in_it(tmp_path: Path) -> None:
    token = token_for(uuid.uuid4())
    with running() as auth:
        auth.answer = lambda asked: Answer.of(JWKS)
        core = core_of(auth.url, tmp_path)
        core.manage("migrate", "--noinput")
        try:
            core.start(with_worker=False, web_processes=1)
            assert_believes(core, token, "none")
            for outage, answer in OUTAGES.items():
                auth.answer = lambda asked, answer=answer: answer  # type: ignore[misc]
                core.stop()
                asked_before = len(auth.asked)
                core.start(with_worker=False, web_processes=1)
                assert_believes(core, token, outage)
                wait_until(lambda: len(auth.asked) > asked_before, "a refresh of the keys from disk", 10)  # noqa: B023
        except BaseException:
            core.stop()
            raise
    try:
        assert_believes(core, token, "down")
        core.stop()
        core.start(with_worker=False, web_processes=1)
        assert_believes(core, token, "down")
    finally:
        core.stop()
