"""How long a session lives, and what a refresh token that is not the present one means."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

IDLE_LIFE = timedelta(days=14)
LONGEST_LIFE = timedelta(days=90)
RECENT_SIGN_IN = timedelta(minutes=15)
MOST_LIVE_SESSIONS = 50
STANDBY_TIME = timedelta(minutes=10)
RETIRED_MARGIN = timedelta(minutes=5)
REVOKED_MARGIN = timedelta(minutes=5)
OUTDATED_AHEAD_SECONDS = 2
FEED_LIFE = timedelta(minutes=1)


class Verdict(Enum):
    RETRY = "retry"  # the same client again, whose answer was lost: it gets the same successor
    LATE = "late"  # the token just before the present one, yet with no successor: refused, and nothing more
    REUSED = "reused"
    DEAD = "dead"


def idle_end(now: datetime, ends_at: datetime) -> datetime:
    return min(now + IDLE_LIFE, ends_at)


def is_recent(auth_time: datetime, now: datetime) -> bool:
    return now - auth_time <= RECENT_SIGN_IN


def revocation_end(now: datetime, access_life: timedelta) -> datetime:
    """Until when services must refuse what is revoked now: then every token that was issued by now has expired."""
    return now + access_life + REVOKED_MARGIN


def not_before(now: datetime, last: int) -> int:
    """From when on a token says the truth of a person who changes now, in seconds since the epoch.

    A little ahead, for a token that is signed in this moment of what was read before the change. No token that follows
    the change is dated before this; hence later than at the `last` change.
    """
    return max(int(now.timestamp()) + OUTDATED_AHEAD_SECONDS, last + 1)


def wait_before_token(not_before: int, now: datetime) -> float:
    """How many seconds until a token can be dated now: one dated ahead is refused by verifiers without a leeway.

    Longer than after one change nobody waits.
    """
    return min(max(not_before - now.timestamp(), 0), OUTDATED_AHEAD_SECONDS)


def verdict_on_old_token(
    *,
    is_live: bool,
    is_previous: bool,
    leads_to_present: bool,
    rotated_at: datetime,
    leeway: timedelta,
    now: datetime,
) -> Verdict:
    """What to do with a genuine refresh token that lost, or came after, the one rotation that it was good for.

    Whether the session lives comes first: no leeway revives one that has ended.
    """
    if not is_live:
        return Verdict.DEAD
    # Of two at once the loser's clock may be behind the winner's, which must not make a leeway out of none.
    if is_previous and leeway and now < rotated_at + leeway:
        return Verdict.RETRY if leads_to_present else Verdict.LATE
    return Verdict.REUSED
