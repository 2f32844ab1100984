"""Every limit of this service, how long to wait beyond it, and what counts as one network."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600


@dataclass(frozen=True)
class Limit:
    """`free` attempts in `period` seconds.

    Beyond them there is none until the period is over. With `first_wait` there is one after so many seconds, the next
    after twice as many, and so on up to `longest_wait`, until one succeeds or nothing has come for a whole period.
    """

    name: str
    free: int
    period: int
    first_wait: int = 0
    longest_wait: int = 0

    @property
    def counts_failures_in_a_row(self) -> bool:
        """Whether a success wipes out the failures before it (NIST SP 800-63B); it must need the subject's secret."""
        return bool(self.first_wait)

    def of(self, *subject: object) -> Charge:
        """One attempt of somebody or something."""
        return Charge(self, tuple(str(part) for part in subject))


@dataclass(frozen=True)
class Charge:
    """An attempt that a limit counts; `subject` says whose it is."""

    limit: Limit
    subject: tuple[str, ...]


# Failures only.
SIGN_IN = Limit("sign_in", free=10, period=DAY, first_wait=30, longest_wait=15 * MINUTE)
SIGN_IN_TO_ACCOUNT = Limit("sign_in_to_account", free=50, period=HOUR)
SIGN_IN_FROM_NETWORK = Limit("sign_in_from_network", free=100, period=10 * MINUTE)
OWN_PASSWORD = Limit("own_password", free=10, period=DAY, first_wait=30, longest_wait=15 * MINUTE)
ONE_TIME_CODE = Limit("one_time_code", free=5, period=DAY, first_wait=30, longest_wait=15 * MINUTE)
MAILED_LINK = Limit("mailed_link", free=50, period=10 * MINUTE)
SERVICE_TOKEN = Limit("service_token", free=30, period=10 * MINUTE)
# Whatever comes of them, since each makes an account or a mail. A class registers from behind one address.
REGISTRATION = Limit("registration", free=100, period=HOUR)
MAIL_REQUEST = Limit("mail_request", free=60, period=HOUR)
# Whatever comes of it, since it reads many rows.
EXPORT = Limit("export", free=10, period=HOUR)

PLACE_REMEMBERED = timedelta(days=180)
PLACE_RENEWED_AFTER = timedelta(days=7)  # not at every sign-in, since it costs a write


@dataclass(frozen=True)
class Count:
    """What is known of one subject under one limit. From `expires_at` on it is as if there were nothing.

    `allowed_at` counts once the free attempts are spent: before, the clock of somebody who came at the same time may
    be behind it.
    """

    spent: int
    allowed_at: datetime
    expires_at: datetime


def wait_of(limit: Limit, count: Count, now: datetime) -> timedelta:
    """How long until the next attempt is allowed; nothing when it is."""
    if count.expires_at <= now or count.spent < limit.free:
        return timedelta()
    return max(count.allowed_at - now, timedelta())


def after_attempt(limit: Limit, count: Count, now: datetime) -> Count:
    """The count with one allowed attempt more."""
    period = timedelta(seconds=limit.period)
    is_new = count.expires_at <= now or not count.spent
    spent = 1 if is_new else count.spent + 1
    expires_at = now + period if is_new or limit.first_wait else count.expires_at
    if spent < limit.free:
        return Count(spent, now, expires_at)
    if not limit.first_wait:
        return Count(spent, expires_at, expires_at)
    doublings = min(spent - limit.free, 30)
    wait = min(limit.first_wait * 2**doublings, limit.longest_wait)
    return Count(spent, now + timedelta(seconds=wait), expires_at)


def is_to_be_remembered(known_until: datetime | None, now: datetime) -> bool:
    """Whether a place that was just used is unknown, or was remembered too long ago to leave it at that."""
    return known_until is None or known_until - now < PLACE_REMEMBERED - PLACE_RENEWED_AFTER


def network_of(address: str | None) -> str:
    """Who shares one connection: an IPv4 address, or the /64 that an IPv6 customer chooses addresses from."""
    return _network(address, v4=32, v6=64)


def area_of(address: str | None) -> str:
    """Where a provider is likely to move one customer: so wide a changed address still counts as the same place."""
    return _network(address, v4=24, v6=48)


def _network(address: str | None, *, v4: int, v6: int) -> str:
    if address is None:
        return ""
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    bits = v4 if parsed.version == 4 else v6
    return str(ipaddress.ip_network((parsed, bits), strict=False))
