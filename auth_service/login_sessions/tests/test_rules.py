"""What an old refresh token means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from auth_service.login_sessions import rules
from auth_service.login_sessions.rules import Verdict

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LEEWAY = timedelta(seconds=10)


def verdict(**facts: object) -> Verdict:
    usual = {
        "is_live": True,
        "is_previous": True,
        "leads_to_present": True,
        "rotated_at": NOW - timedelta(seconds=3),
        "leeway": LEEWAY,
        "now": NOW,
    }
    return rules.verdict_on_old_token(**(usual | facts))  # type: ignore[arg-type]


def test_the_token_before_within_the_leeway_is_a_retry() -> None:
    assert verdict() is Verdict.RETRY


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"rotated_at": NOW - LEEWAY}, Verdict.REUSED),
        ({"is_previous": False}, Verdict.REUSED),
        ({"leeway": timedelta(0)}, Verdict.REUSED),
        ({"leeway": timedelta(0), "rotated_at": NOW + timedelta(milliseconds=5)}, Verdict.REUSED),
        ({"leads_to_present": False}, Verdict.LATE),
        ({"leads_to_present": False, "rotated_at": NOW - LEEWAY}, Verdict.REUSED),
    ],
)
def test_anything_else_that_was_once_valid_is_not(facts: dict[str, object], expected: Verdict) -> None:
    assert verdict(**facts) is expected


def test_an_ended_session_is_dead_whatever_the_leeway() -> None:
    assert verdict(is_live=False) is Verdict.DEAD
    assert verdict(is_live=False, is_previous=False) is Verdict.DEAD


def test_the_idle_end_is_never_past_the_absolute_one() -> None:
    assert rules.idle_end(NOW, NOW + timedelta(days=1)) == NOW + timedelta(days=1)
    assert rules.idle_end(NOW, NOW + timedelta(days=90)) == NOW + timedelta(days=14)


def test_what_is_outdated_again_in_the_same_moment_is_outdated_later_than_before() -> None:
    first = rules.not_before(NOW, 0)
    assert first > NOW.timestamp()
    assert rules.not_before(NOW, first) > first


@pytest.mark.parametrize(
    ("ahead", "wait"), [(-100, 0), (0, 0), (1, 1), (rules.OUTDATED_AHEAD_SECONDS + 18, rules.OUTDATED_AHEAD_SECONDS)]
)
def test_a_token_waits_for_its_date_and_not_for_long(ahead: int, wait: int) -> None:
    assert rules.wait_before_token(int(NOW.timestamp()) + ahead, NOW) == wait
