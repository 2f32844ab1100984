"""The two stores of counts, and time that passes in them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.utils import timezone

from auth_service.limits import stores
from auth_service.limits.models import Tally
from shared_settings import env
from tools import redis


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    try:
        with redis.server() as url:
            yield url
    except redis.NoRedis as reason:
        if env.text("CI", ""):
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


def time_passes(seconds: int) -> None:
    """Let all that is counted be older by so much."""
    if isinstance(stores.chosen(), stores.RedisStore):
        _time_passes_in_redis(seconds * 1000)
    for tally in Tally.objects.all():
        tally.allowed_at -= timedelta(seconds=seconds)
        tally.expires_at -= timedelta(seconds=seconds)
        tally.save()


def _time_passes_in_redis(milliseconds: int) -> None:
    cache: Any = caches["default"]
    client = cache._cache.get_client()
    for name in client.scan_iter(f"{cache.key_prefix}limits:*", _type="hash"):
        for moment in ("allowed_at", "expires_at"):
            client.hincrby(name, moment, -milliseconds)
        if int(client.hget(name, "expires_at")) <= timezone.now().timestamp() * 1000:
            client.delete(name)
    for name in client.scan_iter(f"{cache.key_prefix}limits:*", _type="string"):
        client.set(name, int(client.get(name)) - milliseconds, keepttl=True)
