"""What counts as one network, and waits for any course of events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth_service.limits import rules
from auth_service.limits.problems import TooManyAttempts
from auth_service.limits.rules import Count, Limit

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "network", "area"),
    [
        ("192.0.2.77", "192.0.2.77/32", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.77/32", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        (None, "", ""),
    ],
)
def test_knows_what_is_one_network(address: str | None, network: str, area: str) -> None:
    assert (rules.network_of(address), rules.area_of(address)) == (network, area)


@pytest.mark.parametrize(("days", "is_due"), [(None, True), (180, False), (174, False), (172, True), (1, True)])
def test_a_place_in_use_is_remembered_anew_once_a_week(days: int | None, is_due: bool) -> None:
    known_until = None if days is None else NOW + timedelta(days=days)
    assert rules.is_to_be_remembered(known_until, NOW) is is_due


@pytest.mark.asvs("6.3.1")
@given(
    st.sampled_from([rules.SIGN_IN, rules.SIGN_IN_TO_ACCOUNT, Limit("short", 2, 60, 30, 45)]),
    st.lists(st.integers(0, 4000), max_size=150),
)
def test_never_allows_more_than_the_limit_says(limit: Limit, pauses: list[int]) -> None:
    now, count = NOW, Count(0, NOW, NOW)
    allowed: list[datetime] = []
    for pause in pauses:
        now += timedelta(seconds=pause)
        wait = rules.wait_of(limit, count, now)
        assert timedelta() <= wait <= timedelta(seconds=limit.longest_wait or limit.period)
        if not wait:
            allowed.append(now)
            count = rules.after_attempt(limit, count, now)
    apart = limit.first_wait or limit.period
    for first, beyond in zip(allowed, allowed[limit.free :], strict=False):
        if not limit.first_wait:
            # A period begins with its first attempt, so one span of that length meets at most two.
            assert sum(first <= moment < first + timedelta(seconds=apart) for moment in allowed) <= 2 * limit.free - 1
        assert beyond - first >= timedelta(seconds=apart) or limit.first_wait == 0


@pytest.mark.parametrize(
    ("seconds", "sentence"),
    [(0.2, "in 1 second."), (30, "in 30 seconds."), (90.5, "in 2 minutes."), (3600, "in 60 minutes.")],
)
def test_says_how_long_to_wait(seconds: float, sentence: str) -> None:
    problem = TooManyAttempts(timedelta(seconds=seconds))
    assert sentence in problem.detail
    assert float(problem.headers["Retry-After"]) >= seconds
