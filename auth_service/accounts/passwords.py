"""Passwords: whether a new one is good, and the only place that hashes. Never called inside a transaction."""

from __future__ import annotations

from django.contrib.auth import hashers, password_validation
from django.core.exceptions import ValidationError

from auth_service.accounts.models import User
from auth_service.accounts.problems import WrongPassword

LONGEST = 1024
_NOBODYS = hashers.UNUSABLE_PASSWORD_PREFIX


def faults_of(password: str, *, email: str) -> list[tuple[str, str]]:
    """All that is wrong with a new password, as (code, sentence)."""
    try:
        password_validation.validate_password(password, User(email=email))
    except ValidationError as error:
        return [(fault.code or "invalid", fault.messages[0]) for fault in error.error_list]
    return []


def hash_of(password: str) -> str:
    return hashers.make_password(password)


def matches(password: str, user: User | None) -> bool:
    """Whether it is the person's password; takes as long when there is no such person."""
    return hashers.check_password(password, user.password if user else _NOBODYS)


def require(user: User, password: str, *, field: str) -> None:
    """Raise `WrongPassword`, pointing at the field, unless it is the person's."""
    if not matches(password, user):
        raise WrongPassword(field)
