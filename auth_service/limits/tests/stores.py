"""The two stores of counts, and attempts that were made before."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from auth_service.limits import actions, rules, stores
from auth_service.limits.models import Tally
from auth_service.limits.rules import Charge, Count
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
def store(request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch, db: None) -> str:
    """Where counts lie in this test; chosen as in production, by the settings of the cache."""
    if request.param == "redis":
        cache = {"BACKEND": "django.core.cache.backends.redis.RedisCache"}
        cache |= {"LOCATION": request.getfixturevalue("redis_url"), "KEY_PREFIX": secrets.token_hex(8)}
        settings.CACHES = {"default": cache}
        monkeypatch.setattr(stores, "ANSWERS_WITHIN_SECONDS", 60.0)  # a busy machine is no Redis that is away
    return str(request.param)


def already_made(charge: Charge, number: int, now: datetime) -> None:
    """Count so many attempts as `count_attempt` would, which takes its time."""
    count = Count(0, now, now)
    for _ in range(number):
        count = rules.after_attempt(charge.limit, count, now)
    key, store = actions._key(charge.limit.name, *charge.subject), stores.chosen()
    row = {"spent": count.spent, "allowed_at": count.allowed_at, "expires_at": count.expires_at}
    if isinstance(store, stores.RedisStore):
        moments = {name: stores._milliseconds(moment) for name, moment in row.items() if isinstance(moment, datetime)}
        store._redis.hset(*store._names([key]), mapping={"spent": number} | moments)
    else:
        Tally.objects.update_or_create(key=key, defaults=row)
