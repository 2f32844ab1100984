"""What a sign-in is counted under, so that guessing is slow and yet no stranger can lock an owner out."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from auth_service.accounts import rules
from auth_service.accounts.problems import FactorExists, NothingToConfirm, OtpRequired
from auth_service.limits import actions as limit_actions
from auth_service.limits import rules as limits


def _account_of(email: str) -> str:
    try:
        return rules.email_key(email)
    except ValueError:
        return email.strip().casefold()  # nobody's, and counted all the same


@contextmanager
def at_signing_in(email: str, address: str | None) -> Iterator[None]:
    """Count the block as an attempt to sign in with this email from this address, unless it succeeds.

    Whoever has an account or not, the same is counted. Attempts from everywhere share one limit on the account; where
    somebody has signed in to it before, the attempts have one of their own, which no stranger elsewhere can use up.
    """
    account, network, area = _account_of(email), limits.network_of(address), limits.area_of(address)
    known_until = limit_actions.place_known_until(account, area)
    with limit_actions.counted_if_refused(
        limits.SIGN_IN.of(account, network),
        limits.SIGN_IN_TO_ACCOUNT.of(account, area if known_until else "elsewhere"),
        limits.SIGN_IN_FROM_NETWORK.of(network),
        unless=(OtpRequired,),
    ):
        yield
    if limits.is_to_be_remembered(known_until, timezone.now()):
        limit_actions.remember_place(account, area, life=limits.PLACE_REMEMBERED)


@contextmanager
def at_giving_code(user_id: uuid.UUID) -> Iterator[None]:
    """Count the block as an attempt to give a code of this person's second factor, unless it succeeds."""
    unless = (FactorExists, NothingToConfirm)
    with limit_actions.counted_if_refused(limits.ONE_TIME_CODE.of(user_id), unless=unless):
        yield
