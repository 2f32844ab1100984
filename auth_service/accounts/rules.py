"""When two addresses are one, and what a one-time token is good for."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

import idna

RESET_LIFE = timedelta(minutes=60)
CONFIRMATION_LIFE = timedelta(hours=24)
ENROLMENT_LIFE = timedelta(minutes=30)
MAIL_LIMIT = 3
MAIL_LIMIT_PERIOD = timedelta(minutes=15)

_REFUSED_CATEGORIES = ("C", "Z")  # control, format and unassigned letters; separators


def email_key(address: str) -> str:
    """What is equal for all spellings of one address: letter case, width, the form of the domain.

    Raises ValueError for what cannot be an address.
    """
    text = unicodedata.normalize("NFKC", address.strip()).casefold()
    text = unicodedata.normalize("NFKC", text)  # casefolding may undo the normal form
    if any(unicodedata.category(letter)[0] in _REFUSED_CATEGORIES for letter in text):
        raise ValueError("It has a control character or a blank.")
    local, at, domain = text.rpartition("@")
    if not at or not local:
        raise ValueError("It has no @, or nothing before it.")
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError as error:
        raise ValueError("Its domain is none.") from error


def is_half_over(end: datetime, life: timedelta, now: datetime) -> bool:
    return end - now < life / 2


def is_below_mail_limit(sent_lately: int) -> bool:
    return sent_lately < MAIL_LIMIT


def is_last_superuser(is_superuser: bool, other_active_superusers: int) -> bool:
    """Whether taking the role from this person, or the person away, would leave no active superuser."""
    return is_superuser and other_active_superusers == 0
