"""Telling services what to refuse, in the transaction that is the cause."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from auth_service.login_sessions import rules
from auth_service.login_sessions.models import EndedSession, EndReason, OutdatedTokens
from auth_service.login_sessions.querysets import SessionQuerySet


def _end_of_need(now: datetime) -> datetime:
    return rules.revocation_end(now, timedelta(minutes=settings.ACCESS_TOKEN_EXPIRE_MINUTES))


def end(
    sessions: SessionQuerySet, *, reason: EndReason, now: datetime, keep: uuid.UUID | None = None
) -> list[uuid.UUID]:
    """End those of the sessions that live, and have services refuse their tokens; returns their ids.

    The one to keep is locked with them, in its turn: whoever locks it afterwards waits for nobody crosswise.
    """
    with transaction.atomic():
        ids = [session_id for session_id in sessions.live(now).locked() if session_id != keep]
        if ids:
            refuse(ids, now)
            sessions.model.objects.filter(pk__in=ids).end(reason=reason, now=now)
        return ids


def refuse(session_ids: Iterable[uuid.UUID], now: datetime) -> None:
    """Have services refuse the tokens of these sessions."""
    expires_at = _end_of_need(now)
    EndedSession.objects.bulk_create(
        [EndedSession(id=session_id, expires_at=expires_at) for session_id in session_ids], ignore_conflicts=True
    )


def outdate_tokens(*, user_id: uuid.UUID, last: int, now: datetime) -> int:
    """Have services refuse the tokens that a person has now, whose role changes or who may not sign in any more.

    Returns from when on tokens count (in seconds since the epoch), for the person's row, which had the `last` one.
    Inside a transaction that holds it.
    """
    not_before = rules.not_before(now, last)
    OutdatedTokens.objects.bulk_create(
        [OutdatedTokens(id=user_id, not_before=not_before, expires_at=_end_of_need(now))],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["not_before", "expires_at"],
    )
    return not_before


def forget_expired_revocations(*, now: datetime) -> int:
    """Delete what no living token needs any more; returns how many rows that were."""
    return int(EndedSession.objects.over(now).delete()[0] + OutdatedTokens.objects.over(now).delete()[0])
