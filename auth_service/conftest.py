"""The cast of Auth's tests, cheap hashes, and a worker that delivers at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from auth_service.accounts import attempts
from auth_service.accounts.actions import factors
from auth_service.accounts.hash_lane import lane
from auth_service.accounts.tests import factors as factors_of_tests
from auth_service.limits import actions as limit_actions
from auth_service.limits.tests.stores import redis_url, store  # noqa: F401 - fixtures
from auth_service.login_sessions import keys
from auth_service.tests.cast import ApiClient, Member
from auth_service.tests.clock import Clock
from shared_settings.deliveries import deliver_due
from tools import parts


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, in the run on the other database, what is counted in Redis."""
    if os.environ.get(parts.ONLY_DATABASE):
        in_redis = [item for item in items if _parameters_of(item).get("store") == "redis"]
        config.hook.pytest_deselected(items=in_redis)
        items[:] = [item for item in items if item not in in_redis]


def _parameters_of(item: pytest.Item) -> dict[str, Any]:
    return item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["auth_service.tests.cast.QuickHasher"]


@pytest.fixture(autouse=True)
def _room_for_all_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "most_waiting", 100)


@pytest.fixture(autouse=True)
def _no_keys_of_another_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does a slow machine read them anew in the middle of a test that counts queries."""
    monkeypatch.setattr(keys.ring, "reread_seconds", 3600.0)
    keys.ring.forget()


@pytest.fixture(autouse=True)
def clock(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time of limits and of one-time codes, which passes only when a test says so; and a long leeway."""
    clock = Clock()
    for module in (attempts, limit_actions, factors, factors_of_tests):
        monkeypatch.setattr(module, "timezone", clock)
    settings.REFRESH_LEEWAY_SECONDS = 300
    return clock


@pytest.fixture
def anonymous() -> ApiClient:
    return ApiClient()


@pytest.fixture
def ada(db: None) -> Member:
    return Member.joins("ada@example.org", full_name="Ada Lovelace")


@pytest.fixture
def stranger(db: None) -> Member:
    return Member.joins("stranger@example.org")


@pytest.fixture
def admin(db: None) -> Member:
    return Member.joins("admin@example.org", is_superuser=True)


@pytest.fixture
def deliver(mailoutbox: list[Any]) -> Callable[[], list[Any]]:
    """Does what the worker would do now; returns the mails that it sent."""

    def run() -> list[Any]:
        before = len(mailoutbox)
        deliver_due()
        return mailoutbox[before:]

    return run
