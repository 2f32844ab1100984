"""Answers that several tables give together."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from auth_service.accounts import links, rules
from auth_service.accounts.models import Factor, FormerAddress, OneTimeToken, PersonEvent, Purpose, RecoveryCode, User
from auth_service.accounts.problems import InvalidToken
from auth_service.login_sessions.models import Session
from shared_settings.journal import journal_model
from shared_settings.subscriptions import Event


@dataclass(frozen=True)
class Export:
    """All that is stored of one person: `audit` was done to them, `acts` by them to others."""

    user: User
    sessions: list[Session]
    factors: list[Factor]
    recovery_codes_left: int
    mailed_links: list[OneTimeToken]
    former_addresses: list[FormerAddress]
    audit: list[Any]
    acts: list[Any]
    events: list[PersonEvent]
    journal: list[Any]
    retry_keys: list[Any]


def export_of(user: User) -> Export:
    entries = journal_model("AuditEntry").objects.order_by("at", "pk")
    about_them = Q(kind="user", object_id=user.pk)
    journal = journal_model("Event").objects.filter(user_id=str(user.pk))
    retry_keys = journal_model("IdempotencyKey").objects.filter(caller=str(user.pk))
    return Export(
        user=user,
        sessions=list(Session.objects.of(user.pk).order_by("created_at", "pk")),
        factors=list(Factor.objects.of(user.pk).order_by("created_at")),
        recovery_codes_left=RecoveryCode.objects.filter(user_id=user.pk).count(),
        mailed_links=list(OneTimeToken.objects.filter(user_id=user.pk).order_by("created_at", "pk")),
        former_addresses=list(FormerAddress.objects.filter(user_id=user.pk).order_by("pk")),
        audit=list(entries.filter(about_them)),
        acts=list(entries.filter(actor_id=user.pk).exclude(about_them)),
        events=list(PersonEvent.objects.filter(user_id=user.pk).order_by("pk")),
        journal=list(journal.prefetch_related("deliveries").order_by("pk")),
        retry_keys=list(retry_keys.order_by("created_at", "pk")),
    )


@dataclass(frozen=True)
class SecondFactor:
    """How a person proves who they are, beside the password."""

    is_required: bool
    factors: list[Factor]
    recovery_codes_left: int


def second_factor_of(user: User) -> SecondFactor:
    return SecondFactor(
        is_required=user.lacks_second_factor,
        factors=list(Factor.objects.of(user.pk).confirmed().order_by("created_at")),
        recovery_codes_left=RecoveryCode.objects.filter(user_id=user.pk).count(),
    )


def usable_link(token: str, *purposes: Purpose) -> OneTimeToken:
    """The row of a mailed link that is good now, with its person; raises `InvalidToken`. The link stays good."""
    usable = OneTimeToken.objects.usable(timezone.now()).select_related("user")
    row: OneTimeToken | None = usable.filter(pk=links.row_named_by(token), purpose__in=purposes).first()
    if row is None or not links.is_proof_of(token, row):
        raise InvalidToken
    return row


def times_lately(event: Event) -> int:
    """How often the same happened to the same person in the minutes before, for which mails are limited."""
    same = journal_model("Event").objects.filter(user_id=event.payload["user_id"], name=event.name)
    began = event.created_at - rules.MAIL_LIMIT_PERIOD
    return int(same.filter(created_at__gt=began, created_at__lt=event.created_at).count())


@dataclass(frozen=True)
class PersonEventPage:
    """What happened to people; `cursor` names the last of it, after which to go on, and is empty before the first."""

    events: list[PersonEvent]
    cursor: str
    has_more: bool


def person_events_after(cursor: str, at_most: int) -> PersonEventPage:
    """The next events; from the first on for a cursor of which nothing is known.

    So nothing is passed over after this service was restored to an earlier time, from which another history begins.
    """
    position = _position_of(cursor)
    found = list(PersonEvent.objects.filter(position__gt=position).order_by("position")[: at_most + 1])
    told = found[:at_most]
    last = str(told[-1].pk) if told else cursor if position else ""
    return PersonEventPage(told, last, len(found) > at_most)


def _position_of(cursor: str) -> int:
    try:
        event_id = uuid.UUID(cursor)
    except ValueError:
        return 0
    return PersonEvent.objects.filter(pk=event_id).values_list("position", flat=True).first() or 0
