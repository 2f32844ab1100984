"""What is done with sessions: start, refresh, end."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, Value
from django.db.models.functions import Least
from django.utils import timezone

from auth_service.login_sessions import events, rules
from auth_service.login_sessions.actions import revocations
from auth_service.login_sessions.devices import Device
from auth_service.login_sessions.models import EndReason, Session
from auth_service.login_sessions.problems import NoSuchSession, RefreshRefused
from auth_service.login_sessions.refresh_tokens import RefreshToken
from auth_service.login_sessions.rules import Verdict
from shared_settings import journal

ENDED_AT_ONCE = 500


@dataclass(frozen=True)
class Opened:
    """A session and the refresh token that it now goes by, which is stored nowhere."""

    session: Session
    refresh_token: RefreshToken


def start_session(*, user: Any, device: Device, now: datetime | None = None) -> Opened:
    """Sign a person in on a device; of more than 50 live sessions the longest unused end.

    Inside a transaction that holds the person's row, so that two at once count each other.
    """
    now = now or timezone.now()
    session = Session(user=user, ip=device.ip, user_agent=device.user_agent)
    token = RefreshToken.new(session.id)
    session.refresh_token = token.hash
    session.created_at = session.auth_time = session.last_used_at = session.rotated_at = now
    session.ends_at = now + rules.LONGEST_LIFE
    session.expires_at = rules.idle_end(now, session.ends_at)
    others = Session.objects.of(user.pk).live(now)
    revocations.end(others.oldest_beyond(rules.MOST_LIVE_SESSIONS - 1), reason=EndReason.TOO_MANY, now=now)
    session.save(force_insert=True)
    return Opened(session, token)


def refresh_session(*, refresh_token: str, device: Device, now: datetime | None = None) -> Opened:
    """Rotate the refresh token; raises `RefreshRefused`.

    One conditional UPDATE decides who of several rotates. Not inside a transaction: the end of a session whose token
    was reused must stay, although the caller is refused.
    """
    now = now or timezone.now()
    token = RefreshToken.read(refresh_token)
    if token is None:
        raise RefreshRefused
    successor = token.successor()
    idle_end = now + rules.IDLE_LIFE
    present = Session.objects.live(now).filter(pk=token.session_id, refresh_token=token.hash)
    has_won = present.update(
        refresh_token=successor.hash,
        previous_refresh_token=token.hash,
        rotation=successor.number,
        rotated_at=now,
        expires_at=Least(Value(idle_end, output_field=DateTimeField()), "ends_at"),
        last_used_at=now,
        updated_at=now,
        ip=device.ip,
        user_agent=device.user_agent,
    )
    session = Session.objects.select_related("user").filter(pk=token.session_id).first()
    if session is None or not session.user.is_active:
        raise RefreshRefused
    if not has_won:
        _refuse_unless_retry(session, token, successor, now)
    return Opened(session, successor)


def _refuse_unless_retry(session: Session, token: RefreshToken, successor: RefreshToken, now: datetime) -> None:
    verdict = rules.verdict_on_old_token(
        is_live=session.revoked_at is None and session.expires_at > now,
        is_previous=session.previous_refresh_token == token.hash,
        leads_to_present=session.refresh_token == successor.hash,
        rotated_at=session.rotated_at,
        leeway=timedelta(seconds=settings.REFRESH_LEEWAY_SECONDS),
        now=now,
    )
    if verdict is Verdict.RETRY:
        return
    if verdict is Verdict.REUSED:
        with transaction.atomic():
            if revocations.end(Session.objects.filter(pk=session.pk), reason=EndReason.REUSED, now=now):
                _audit(events.REFRESH_TOKEN_REUSED, None, session.user_id, session.pk)
    raise RefreshRefused


def renew_session(*, session_id: uuid.UUID, now: datetime | None = None) -> Opened:
    """Give a live session a refresh token that does not follow from the one before, after its person signed in anew.

    Inside a transaction. Raises `NoSuchSession` when it has ended meanwhile.
    """
    now = now or timezone.now()
    sessions = Session.objects.select_for_update(of=("self",)).select_related("user")
    session = sessions.live(now).filter(pk=session_id).first()
    if session is None:
        raise NoSuchSession
    token = RefreshToken.new(session.pk, session.rotation + 1)
    session.previous_refresh_token = session.refresh_token
    session.refresh_token = token.hash
    session.rotation = token.number
    session.rotated_at = session.auth_time = session.last_used_at = now
    session.expires_at = rules.idle_end(now, session.ends_at)
    session.save(
        update_fields=[
            *("refresh_token", "previous_refresh_token", "rotation", "rotated_at"),
            *("auth_time", "last_used_at", "expires_at", "updated_at"),
        ]
    )
    return Opened(session, token)


def end_by_refresh_token(*, refresh_token: str) -> None:
    """Sign out the device that shows a refresh token of ours, however old; nothing happens for any other."""
    token = RefreshToken.read(refresh_token)
    session = Session.objects.filter(pk=token.session_id).first() if token else None
    if session is not None:
        with suppress(NoSuchSession):
            end_session(session_id=session.pk, user_id=session.user_id, reason=EndReason.SIGNED_OUT)


def end_session(
    *, session_id: uuid.UUID, user_id: uuid.UUID, reason: EndReason = EndReason.SIGNED_OUT_ELSEWHERE
) -> None:
    """End one of a person's sessions; raises `NoSuchSession`."""
    with transaction.atomic():
        chosen = Session.objects.of(user_id).filter(pk=session_id)
        if not revocations.end(chosen, reason=reason, now=timezone.now()):
            raise NoSuchSession
        done = events.SIGNED_OUT if reason == EndReason.SIGNED_OUT else events.SESSION_ENDED
        _audit(done, user_id, user_id, session_id)


def _audit(action: str, actor_id: uuid.UUID | None, user_id: uuid.UUID, session_id: uuid.UUID) -> None:
    """Under the person, since a session's row does not stay."""
    journal.audit(action, actor_id=actor_id, kind="user", object_id=user_id, session_id=session_id)


def sign_out_everywhere(*, user_id: uuid.UUID, keep: uuid.UUID | None) -> None:
    """End all of one's own sessions, but for the one to keep."""
    with transaction.atomic():
        end_sessions(user_id=user_id, reason=EndReason.SIGNED_OUT_ELSEWHERE, keep=keep)
        journal.audit(events.SIGNED_OUT_EVERYWHERE, actor_id=user_id, kind="user", object_id=user_id)


def end_sessions(*, user_id: uuid.UUID, reason: EndReason, keep: uuid.UUID | None = None) -> None:
    """End all sessions of a person, but for the one to keep."""
    revocations.end(Session.objects.of(user_id), reason=reason, now=timezone.now(), keep=keep)


def end_sessions_as_admin(*, session_ids: Sequence[uuid.UUID], actor_id: uuid.UUID) -> int:
    """End those of these sessions that live, whosever they are, some at a time; returns how many."""
    starts = range(0, len(session_ids), ENDED_AT_ONCE)
    return sum(_end_some(session_ids[start : start + ENDED_AT_ONCE], actor_id) for start in starts)


def _end_some(session_ids: Sequence[uuid.UUID], actor_id: uuid.UUID) -> int:
    with transaction.atomic():
        chosen = Session.objects.filter(pk__in=session_ids)
        ended = revocations.end(chosen, reason=EndReason.ENDED_BY_ADMIN, now=timezone.now())
        for session_id, user_id in Session.objects.filter(pk__in=ended).values_list("pk", "user_id"):
            _audit(events.SESSION_ENDED, actor_id, user_id, session_id)
    return len(ended)


def forget_person(*, user_id: uuid.UUID, last_outdated: int) -> None:
    """Delete every trace of a person's devices, because the person is erased; services refuse their tokens."""
    now = timezone.now()
    revocations.outdate_tokens(user_id=user_id, last=last_outdated, now=now)
    sessions = Session.objects.of(user_id)
    revocations.refuse(sessions.locked(), now)
    sessions.delete()


def delete_old_sessions(*, before: datetime) -> int:
    """Delete what was over before this; returns how many rows that were."""
    return int(Session.objects.over(before).delete()[0])
