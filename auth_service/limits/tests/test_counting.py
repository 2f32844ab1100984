"""Counting attempts, in the database and in Redis."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from auth_service.limits import actions
from auth_service.limits.models import Tally
from auth_service.limits.problems import TooManyAttempts
from auth_service.limits.rules import Charge, Limit
from auth_service.tests.cast import at_once
from shared_settings.problems import Problem, Unavailable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
THREE_AN_HOUR = Limit("three_an_hour", free=3, period=3600)
THREE_THEN_SLOWER = Limit("three_then_slower", free=3, period=86_400, first_wait=30, longest_wait=100)


class Forgiven(Problem):
    """A refusal that is free."""


def attempts(charge: Charge, number: int, now: datetime = NOW) -> None:
    for _ in range(number):
        actions.count_attempt(charge, now=now)


def wait(charge: Charge, now: datetime) -> int:
    """The seconds that one is told to wait; nothing is counted by asking."""
    with pytest.raises(TooManyAttempts) as refused:
        actions.count_attempt(charge, now=now)
    return int(refused.value.headers["Retry-After"])


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_allows_as_many_as_are_free_in_a_period() -> None:
    charge = THREE_AN_HOUR.of("ada")
    attempts(charge, 3)
    assert wait(charge, later(600)) == 3000
    attempts(charge, 3, later(3600))
    assert wait(charge, later(3600)) == 3600


def test_beyond_that_each_attempt_waits_twice_as_long_as_the_one_before() -> None:
    charge = THREE_THEN_SLOWER.of("ada")
    attempts(charge, 3)
    moment = 0
    for seconds in (30, 60, 100, 100):
        assert wait(charge, later(moment)) == seconds
        assert wait(charge, later(moment + seconds - 1)) == 1
        moment += seconds
        attempts(charge, 1, later(moment))
    attempts(charge, 3, later(moment + 86_400))


def test_attempts_while_one_waits_make_nobody_wait_longer() -> None:
    charge = THREE_THEN_SLOWER.of("ada")
    attempts(charge, 3)
    for second in range(30):
        assert wait(charge, later(second)) == 30 - second
    attempts(charge, 1, later(30))


def test_each_has_a_count_of_their_own() -> None:
    attempts(THREE_AN_HOUR.of("ada"), 3)
    attempts(THREE_AN_HOUR.of("ada", "elsewhere"), 3)
    attempts(THREE_AN_HOUR.of("grace"), 3)
    attempts(THREE_THEN_SLOWER.of("ada"), 3)


def test_counts_under_all_limits_or_under_none() -> None:
    used_up, free = THREE_AN_HOUR.of("ada"), THREE_AN_HOUR.of("grace")
    attempts(used_up, 3)
    for _ in range(5):
        with pytest.raises(TooManyAttempts):
            actions.count_attempt(free, used_up, now=NOW)
    attempts(free, 3)


def test_what_is_given_back_was_never_counted() -> None:
    charge = THREE_AN_HOUR.of("ada")
    attempts(charge, 2)
    for _ in range(20):
        actions.count_attempt(charge, now=NOW).give_back(now=NOW)
    attempts(charge, 1)
    assert wait(charge, NOW) == 3600


def test_giving_back_lifts_the_wait_that_the_attempt_had_caused() -> None:
    charge = THREE_THEN_SLOWER.of("ada")
    attempts(charge, 3)
    actions.count_attempt(charge, now=later(30)).give_back(now=later(30))
    attempts(charge, 1, later(30))
    assert wait(charge, later(30)) == 60


def test_a_success_wipes_out_the_failures_before_it() -> None:
    charge = THREE_THEN_SLOWER.of("ada")
    attempts(charge, 2)
    actions.count_attempt(charge, now=NOW).succeed(now=NOW)
    attempts(charge, 3)
    actions.count_attempt(charge, now=later(30)).succeed(now=later(30))
    attempts(charge, 3, later(30))
    assert wait(charge, later(30)) == 30


def test_one_failure_a_day_makes_nobody_wait_who_succeeds_as_often() -> None:
    charge = THREE_THEN_SLOWER.of("ada")
    for day in range(20):
        moment = later(day * 80_000)
        attempts(charge, 1, moment)
        actions.count_attempt(charge, now=moment).succeed(now=moment)
    attempts(charge, 3, moment)


def test_a_success_wipes_out_nothing_where_others_may_have_failed() -> None:
    charge = THREE_AN_HOUR.of("a network")
    attempts(charge, 2)
    actions.count_attempt(charge, now=NOW).succeed(now=NOW)
    attempts(charge, 1)
    assert wait(charge, NOW) == 3600


def test_what_was_not_made_wipes_out_nothing() -> None:
    charge = THREE_THEN_SLOWER.of("ada")
    attempts(charge, 2)
    actions.count_attempt(charge, now=NOW).give_back(now=NOW)
    attempts(charge, 1)
    assert wait(charge, NOW) == 30


def test_giving_back_what_is_forgotten_does_nothing() -> None:
    charge = THREE_AN_HOUR.of("ada")
    attempt = actions.count_attempt(charge, now=NOW)
    attempt.give_back(now=NOW)
    attempt.give_back(now=NOW)
    attempts(charge, 3)
    assert wait(charge, NOW) == 3600


@pytest.mark.parametrize(
    ("outcome", "is_counted"),
    [(None, False), (Problem(), True), (Unavailable(), False), (RuntimeError(), False)],
    ids=["success", "refusal", "away", "bug"],
)
def test_only_a_refusal_stays_counted(outcome: Exception | None, is_counted: bool) -> None:
    charge = Limit("one", free=1, period=3600).of("ada")

    def one() -> None:
        with actions.counted_if_refused(charge):
            if outcome:
                raise outcome

    for number in range(2):
        expected = TooManyAttempts if number and is_counted else type(outcome) if outcome else None
        if expected is None:
            one()
        else:
            with pytest.raises(expected):
                one()


@pytest.mark.parametrize("outcome", [Unavailable(), Forgiven()], ids=["away", "forgiven"])
def test_only_a_success_ends_a_row_of_failures(outcome: Problem) -> None:
    charge = THREE_THEN_SLOWER.of("ada")
    now = timezone.now()
    attempts(charge, 2, now)
    with pytest.raises(type(outcome)), actions.counted_if_refused(charge, unless=(Forgiven,)):
        raise outcome
    attempts(charge, 1, now)
    with pytest.raises(TooManyAttempts):
        actions.count_attempt(charge, now=now)


def test_a_block_that_succeeds_ends_a_row_of_failures() -> None:
    charge = THREE_THEN_SLOWER.of("ada")
    attempts(charge, 2, timezone.now())
    with actions.counted_if_refused(charge):
        pass
    attempts(charge, 3, timezone.now())


@pytest.mark.asvs("6.3.1")
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_exactly_the_free_ones_pass() -> None:
    limit = Limit("ten", free=10, period=3600)
    shared, own = limit.of("shared"), Limit("many", free=100, period=3600)

    def one(number: int) -> Callable[[], Any]:
        def call() -> bool:
            try:
                actions.count_attempt(*([shared, own.of(number % 3)][:: 1 if number % 2 else -1]))
            except TooManyAttempts:
                return False
            return True

        return call

    assert sum(at_once(*[one(number) for number in range(30)])) == 10


def test_remembers_places() -> None:
    actions.remember_place("ada", "192.0.2.0/24", life=timedelta(days=2), now=NOW)
    actions.remember_place("ada", "192.0.2.0/24", life=timedelta(days=3), now=NOW)
    assert actions.place_known_until("ada", "192.0.2.0/24", now=later(86_400 * 2.5)) == later(86_400 * 3)
    assert actions.place_known_until("ada", "192.0.2.0/24", now=later(86_400 * 3)) is None
    assert actions.place_known_until("grace", "192.0.2.0/24", now=NOW) is None


def test_old_rows_go_and_counts_that_hold_stay() -> None:
    attempts(THREE_AN_HOUR.of("ada"), 3)
    attempts(THREE_THEN_SLOWER.of("ada"), 3)
    in_database = Tally.objects.count()
    assert actions.delete_old_tallies(before=later(7200)) == in_database / 2
    assert wait(THREE_THEN_SLOWER.of("ada"), later(1)) == 29


def test_the_database_counts_while_redis_is_away(settings: Any) -> None:
    cache = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:9/0"}
    settings.CACHES = {"default": cache}
    charge = THREE_AN_HOUR.of("ada")
    attempt = actions.count_attempt(charge, now=NOW)
    attempts(charge, 2)
    assert wait(charge, NOW) == 3600
    attempt.give_back(now=NOW)
    attempts(charge, 1)


def test_what_is_stored_names_nobody(store: str) -> None:
    actions.count_attempt(THREE_AN_HOUR.of("ada@example.org", "192.0.2.1"), now=timezone.now())
    if store == "database":
        (key,) = Tally.objects.values_list("key", flat=True)
        assert len(key) == 64
        assert int(key, 16)
