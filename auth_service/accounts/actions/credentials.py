"""Passwords: signing in with one, changing it, setting a new one by mail."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone

from auth_service.accounts import attempts, events, passwords, reads, rules
from auth_service.accounts.actions import factors
from auth_service.accounts.models import OneTimeToken, Purpose, User
from auth_service.accounts.problems import InvalidCredentials, InvalidToken, OtpRequired, WrongPassword, weak_password
from auth_service.login_sessions import actions as session_actions
from auth_service.login_sessions import reads as session_reads
from auth_service.login_sessions.devices import Device
from auth_service.login_sessions.models import EndReason
from shared_settings import journal


def sign_in(*, email: str, password: str, otp: str | None = None, device: Device) -> session_actions.Opened:
    """Start a session for who has this address and password, and a code where a second factor is turned on.

    Raises `InvalidCredentials`, `OtpRequired` and `TooManyAttempts`. Hashes, so before any transaction; raises
    `TooBusy`.
    """
    passwords.refuse_if_busy()
    with attempts.at_signing_in(email, device.ip):
        known = User.objects.with_email(email).first()
        is_right = passwords.matches(password, known)
        if known is None or not is_right or not known.is_active:
            raise InvalidCredentials
        if known.has_second_factor:
            factors.require_code(user_id=known.pk, otp=otp)
        with transaction.atomic():
            user = User.objects.locked(known.pk)
            # The password may have been changed, and its sessions ended, while the old one was verified.
            if user is None or not user.is_active or user.password != known.password:
                raise InvalidCredentials
            if user.has_second_factor and not known.has_second_factor:
                raise OtpRequired
            is_new_device = session_reads.is_new_device(user_id=user.pk, device=device)
            opened = session_actions.start_session(user=user, device=device)
            session_id = opened.session.pk
            if is_new_device:
                journal.record(events.SIGNED_IN_ON_NEW_DEVICE, user_id=user.pk, session_id=session_id)
            journal.audit(events.SIGNED_IN, actor_id=user.pk, kind="user", object_id=user.pk, session_id=session_id)
            return opened


def change_password(
    *, user: User, session_id: uuid.UUID, current_password: str, new_password: str
) -> session_actions.Opened:
    """Set a new password and end every other session; this one goes on with a fresh refresh token.

    Raises `WrongPassword`, `TooManyAttempts` and `Invalid`. Hashes before its transaction.
    """
    if faults := passwords.faults_of(new_password, email=user.email):
        raise weak_password("new_password", faults)
    passwords.require(user, current_password, field="current_password")
    hashed = passwords.hash_of(new_password)
    with transaction.atomic():
        locked = User.objects.locked(user.pk)
        if locked is None:
            raise WrongPassword("current_password")
        passwords.require_unchanged(locked, user, field="current_password")
        _store_password(locked, hashed, keep=session_id)
        return session_actions.renew_session(session_id=session_id)


def reset_password(*, token: str, hashed_password: str) -> None:
    """Set a new password by a mailed link and end every session; raises `InvalidToken`."""
    now = timezone.now()
    with transaction.atomic():
        row = reads.usable_link(token, Purpose.RESET_PASSWORD)
        user = User.objects.locked(row.user_id)
        if user is None or user.email_key != rules.email_key(row.address):
            raise InvalidToken
        if not OneTimeToken.objects.usable(now).filter(pk=row.pk).update(used_at=now):
            raise InvalidToken
        _store_password(user, hashed_password, keep=None)


def _store_password(user: User, hashed_password: str, *, keep: uuid.UUID | None) -> None:
    user.password = hashed_password
    user.pending_email = None  # who knew the password before may have asked for it
    user.save(update_fields=["password", "pending_email", "updated_at"])
    now = timezone.now()
    OneTimeToken.objects.of(user.pk, Purpose.RESET_PASSWORD).usable(now).update(used_at=now)
    session_actions.end_sessions(user_id=user.pk, reason=EndReason.PASSWORD_CHANGED, keep=keep)
    journal.record(events.PASSWORD_CHANGED, user_id=user.pk)
    done = events.PASSWORD_RESET if keep is None else events.PASSWORD_CHANGED
    journal.audit(done, actor_id=user.pk, kind="user", object_id=user.pk)
