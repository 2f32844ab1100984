"""Where counts lie: in the database, or in Redis when `CACHE_URL` names one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction

from auth_service.limits import rules
from auth_service.limits.models import Tally
from auth_service.limits.rules import Count, Limit

ANSWERS_WITHIN_SECONDS = 1.0
_REDIS_CACHE = "django.core.cache.backends.redis.RedisCache"


class Store(Protocol):
    """Counts by key. Each call is atomic: of many at once every one is counted."""

    def spend(self, limits: Mapping[str, Limit], now: datetime) -> timedelta:
        """Count one attempt under every key; or under none, and how long to wait, when one does not allow it."""

    def give_back(self, keys: Sequence[str], now: datetime, wiped: Collection[str] = ()) -> None:
        """Take one attempt off every key, or all of those that are `wiped`."""

    def remember(self, key: str, life: timedelta, now: datetime) -> None: ...

    def known_until(self, key: str, now: datetime) -> datetime | None: ...


class DatabaseStore:
    def spend(self, limits: Mapping[str, Limit], now: datetime) -> timedelta:
        with transaction.atomic():
            rows = Tally.objects.locked(limits, now)
            counts = {key: Count(row.spent, row.allowed_at, row.expires_at) for key, row in rows.items()}
            wait = max(rules.wait_of(limit, counts[key], now) for key, limit in limits.items())
            if wait:
                return wait
            for key, limit in limits.items():
                row, count = rows[key], rules.after_attempt(limit, counts[key], now)
                row.spent, row.allowed_at, row.expires_at = count.spent, count.allowed_at, count.expires_at
            Tally.objects.bulk_update(rows.values(), ["spent", "allowed_at", "expires_at"])
        return wait

    def give_back(self, keys: Sequence[str], now: datetime, wiped: Collection[str] = ()) -> None:
        with transaction.atomic():
            Tally.objects.give_back(keys, now, wiped)

    def remember(self, key: str, life: timedelta, now: datetime) -> None:
        row = {"spent": 0, "allowed_at": now, "expires_at": now + life}
        Tally.objects.update_or_create(key=key, defaults=row)

    def known_until(self, key: str, now: datetime) -> datetime | None:
        until: datetime | None = Tally.objects.known_until(key, now)
        return until


# `rules.wait_of` and `rules.after_attempt` over all keys, in one step; times in milliseconds.
_SPEND = """
local now, counts, wait = tonumber(ARGV[1]), {}, 0
for i, key in ipairs(KEYS) do
  local found = redis.call('HMGET', key, 'spent', 'allowed_at', 'expires_at')
  local count = {tonumber(found[1]) or 0, tonumber(found[2]) or now, tonumber(found[3]) or now}
  if count[3] <= now then count = {0, now, now} end
  if count[1] >= tonumber(ARGV[4 * i - 2]) then wait = math.max(wait, count[2] - now) end
  counts[i] = count
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
  local free, period = tonumber(ARGV[4 * i - 2]), tonumber(ARGV[4 * i - 1])
  local first_wait, longest_wait = tonumber(ARGV[4 * i]), tonumber(ARGV[4 * i + 1])
  local spent, allowed_at, expires_at = counts[i][1] + 1, now, counts[i][3]
  if spent == 1 or first_wait > 0 then expires_at = now + period end
  if spent >= free then
    allowed_at = expires_at
    if first_wait > 0 then allowed_at = now + math.min(first_wait * 2 ^ math.min(spent - free, 30), longest_wait) end
  end
  redis.call('HSET', key, 'spent', spent, 'allowed_at', allowed_at, 'expires_at', expires_at)
  redis.call('PEXPIRE', key, expires_at - now)
end
return 0
"""
_GIVE_BACK = """
for i, key in ipairs(KEYS) do
  if ARGV[i + 1] == '1' then
    redis.call('DEL', key)
  elseif (tonumber(redis.call('HGET', key, 'spent')) or 0) > 0 then
    redis.call('HINCRBY', key, 'spent', -1)
    redis.call('HSET', key, 'allowed_at', ARGV[1])
  end
end
"""


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


class RedisStore:
    def __init__(self, url: str, prefix: str) -> None:
        import redis

        self._redis: Any = redis.Redis.from_url(
            url, socket_timeout=ANSWERS_WITHIN_SECONDS, socket_connect_timeout=ANSWERS_WITHIN_SECONDS
        )
        self._prefix = f"{prefix}limits:"
        self._spend = self._redis.register_script(_SPEND)
        self._give_back = self._redis.register_script(_GIVE_BACK)

    def _names(self, keys: Sequence[str]) -> list[str]:
        return [self._prefix + key for key in keys]

    def spend(self, limits: Mapping[str, Limit], now: datetime) -> timedelta:
        numbers = [
            seconds
            for limit in limits.values()
            for seconds in (limit.free, limit.period * 1000, limit.first_wait * 1000, limit.longest_wait * 1000)
        ]
        wait = self._spend(keys=self._names(list(limits)), args=[_milliseconds(now), *numbers])
        return timedelta(milliseconds=wait)

    def give_back(self, keys: Sequence[str], now: datetime, wiped: Collection[str] = ()) -> None:
        self._give_back(keys=self._names(keys), args=[_milliseconds(now), *(int(key in wiped) for key in keys)])

    def remember(self, key: str, life: timedelta, now: datetime) -> None:
        self._redis.set(self._prefix + key, _milliseconds(now + life), px=life)

    def known_until(self, key: str, now: datetime) -> datetime | None:
        until = datetime.fromtimestamp(int(self._redis.get(self._prefix + key) or 0) / 1000, UTC)
        return until if until > now else None


@lru_cache(maxsize=1)
def _redis_store(url: str, prefix: str) -> RedisStore:
    return RedisStore(url, prefix)


def _is_redis() -> bool:
    return bool(settings.CACHES["default"]["BACKEND"] == _REDIS_CACHE)


def faults() -> tuple[type[Exception], ...]:
    """What a store raises that does not answer. Without Redis, its slow client is not loaded."""
    if not _is_redis():
        return ()
    from redis.exceptions import RedisError

    return (RedisError,)


def chosen() -> Store:
    """The store that the settings name."""
    cache = settings.CACHES["default"]
    if _is_redis():
        return _redis_store(cache["LOCATION"], cache.get("KEY_PREFIX", ""))
    return DatabaseStore()
