"""Passwords: whether a new one is good, and the only place that hashes, which is never inside a transaction."""

from __future__ import annotations

from django.contrib.auth import hashers, password_validation
from django.core.exceptions import ValidationError

from auth_service.accounts.hash_lane import lane
from auth_service.accounts.models import User
from auth_service.accounts.problems import WrongPassword
from auth_service.limits import actions as limit_actions
from auth_service.limits import rules as limits

LONGEST = 1024
_NOBODYS = hashers.UNUSABLE_PASSWORD_PREFIX


def faults_of(password: str, *, email: str) -> list[tuple[str, str]]:
    """All that is wrong with a new password, as (code, sentence)."""
    try:
        password_validation.validate_password(password, User(email=email))
    except ValidationError as error:
        return [(fault.code or "invalid", fault.messages[0]) for fault in error.error_list]
    return []


def refuse_if_busy() -> None:
    """Raise `TooBusy` when what comes next would have to hash and could not."""
    lane.refuse_if_full()


def hash_of(password: str) -> str:
    """The hash to store; raises `TooBusy`."""
    return lane.run(lambda: hashers.make_password(password))


def matches(password: str, user: User | None) -> bool:
    """Whether it is the person's password; takes as long when there is no such person. Raises `TooBusy`.

    The row may change meanwhile: `require_unchanged` under a lock.
    """
    hashed = user.password if user else _NOBODYS
    return lane.run(lambda: hashers.check_password(password, hashed))


def require(user: User, password: str, *, field: str) -> None:
    """Raise `WrongPassword`, pointing at the field, unless it is the person's. Before any transaction.

    Raises `TooManyAttempts`, so that who holds a stolen token cannot try passwords, and `TooBusy`.
    """
    with limit_actions.counted_if_refused(limits.OWN_PASSWORD.of(user.pk)):
        if not matches(password, user):
            raise WrongPassword(field)


def require_unchanged(row: User, verified: User, *, field: str) -> None:
    """Raise `WrongPassword` if the password was changed, and sessions ended, since it was verified.

    `row` is the same person under a lock, `verified` the row whose password was verified.
    """
    if row.password != verified.password:
        raise WrongPassword(field)
