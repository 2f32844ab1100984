"""The two stores of counts: every test here runs with each."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from tools import redis


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    try:
        with redis.server() as url:
            yield url
    except redis.NoRedis as reason:
        if os.environ.get("CI"):
            pytest.fail(f"{reason}.")
        pytest.skip(f"{reason}.")


@pytest.fixture(params=["database", "redis"])
def store(request: pytest.FixtureRequest, settings: Any, db: None) -> str:
    """Where counts lie in this test; chosen as in production, by the settings of the cache."""
    if request.param == "redis":
        cache = {"BACKEND": "django.core.cache.backends.redis.RedisCache"}
        cache |= {"LOCATION": request.getfixturevalue("redis_url"), "KEY_PREFIX": secrets.token_hex(8)}
        settings.CACHES = {"default": cache}
    return str(request.param)
