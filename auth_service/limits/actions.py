"""Counting attempts: before what they are for is tried, so that of many at once no more than allowed are."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from auth_service.limits import stores
from auth_service.limits.models import Tally
from auth_service.limits.problems import TooManyAttempts
from auth_service.limits.rules import Charge, Limit
from auth_service.limits.stores import DatabaseStore, Store
from shared_settings.problems import Problem

DELETED_AT_ONCE = 500
logger = logging.getLogger("limits")
Answer = TypeVar("Answer")


def _key(name: str, *subject: str) -> str:
    """A keyed hash, so that no address can be read or tried out in what is stored."""
    return salted_hmac("limits", "\n".join((name, *subject)), algorithm="sha256").hexdigest()


def _ask(question: Callable[[Store], Answer]) -> tuple[Answer, Store]:
    """The answer of the chosen store, or of the database while Redis is away; and which store it was."""
    store = stores.chosen()
    try:
        return question(store), store
    except stores.faults() as error:
        logger.warning("Redis does not answer, so the database counts (%s).", type(error).__name__)
    fallback = DatabaseStore()
    return question(fallback), fallback


@dataclass(frozen=True)
class Attempt:
    """An attempt that was counted."""

    limits: Mapping[str, Limit]
    store: Store

    def give_back(self, *, now: datetime | None = None) -> None:
        """Uncount it: it was not made, or is as good as not made."""
        self._give_back(now)

    def succeed(self, *, now: datetime | None = None) -> None:
        """Uncount it, and the failures that came before it in a row."""
        self._give_back(now, wiped=[key for key, limit in self.limits.items() if limit.counts_failures_in_a_row])

    def _give_back(self, now: datetime | None, wiped: Collection[str] = ()) -> None:
        try:
            self.store.give_back(list(self.limits), now or timezone.now(), wiped)
        except stores.faults() as error:
            logger.warning("An attempt that is free stays counted (%s).", type(error).__name__)


def count_attempt(*charges: Charge, now: datetime | None = None) -> Attempt:
    """Count an attempt under all of these limits, or under none and raise `TooManyAttempts`.

    Attempts while one has to wait are not counted, and so make nobody wait longer. Never inside a transaction that a
    refusal rolls back.
    """
    limits = {_key(charge.limit.name, *charge.subject): charge.limit for charge in charges}
    moment = now or timezone.now()
    wait, store = _ask(lambda store: store.spend(limits, moment))
    if wait:
        raise TooManyAttempts(wait)
    return Attempt(limits, store)


@contextmanager
def counted_if_refused(*charges: Charge, unless: tuple[type[Problem], ...] = ()) -> Iterator[None]:
    """Count what the block tries. It stays counted only when the block refuses: success and failures of ours are free.

    A refusal of the kinds in `unless` is free, too, and so is that by a further limit inside the block; a success also
    ends a row of failures.
    """
    attempt = count_attempt(*charges)
    try:
        yield
    except Problem as problem:
        if problem.status >= 500 or isinstance(problem, (TooManyAttempts, *unless)):
            attempt.give_back()
        raise
    except BaseException:
        attempt.give_back()
        raise
    attempt.succeed()


def remember_place(*subject: str, life: timedelta, now: datetime | None = None) -> None:
    """Know this subject for so long."""
    moment = now or timezone.now()
    _ask(lambda store: store.remember(_key("place", *subject), life, moment))


def place_known_until(*subject: str, now: datetime | None = None) -> datetime | None:
    """Until when this subject is known, or None when it is not."""
    moment = now or timezone.now()
    return _ask(lambda store: store.known_until(_key("place", *subject), moment))[0]


def delete_old_tallies(*, before: datetime) -> int:
    """Delete what said nothing any more before this; returns how many rows. Redis does it by itself."""
    deleted = 0
    while batch := _delete_some_old_tallies(before):
        deleted += batch
    return deleted


def _delete_some_old_tallies(before: datetime) -> int:
    with transaction.atomic():
        # Who counts locks rows in the order of their keys; whoever passes over locked ones never waits crosswise.
        old = Tally.objects.select_for_update(skip_locked=True).filter(expires_at__lt=before)
        keys = list(old.values_list("key", flat=True)[:DELETED_AT_ONCE])
        return int(Tally.objects.filter(key__in=keys).delete()[0])
