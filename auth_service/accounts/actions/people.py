"""People as they are: names, addresses, roles, and going away."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from auth_service.accounts import events, passwords, rules
from auth_service.accounts.actions import factors, person_events
from auth_service.accounts.models import FormerAddress, OneTimeToken, Tombstone, User
from auth_service.accounts.problems import EmailTaken, LastSuperuser, NoSuchUser
from auth_service.login_sessions import actions as session_actions
from auth_service.login_sessions import events as session_events
from auth_service.login_sessions.models import EndReason
from shared_settings import journal
from shared_settings.etags import Expected, check_expected
from shared_settings.problems import Invalid


def change_own_profile(
    *, user: User, changes: Mapping[str, Any], current_password: str | None, expected: Expected | None
) -> User:
    """Change one's `full_name`, and ask for a new `email`, which counts once its link was followed.

    One's present address cancels a new one that waits. Raises `WrongPassword`, `EmailTaken` and `PreconditionFailed`.
    """
    email = changes.get("email")
    wanted = email if email is not None and rules.email_key(email) != user.email_key else None
    if wanted is not None:
        if current_password is None:
            raise Invalid.field("current_password", "required", "A new email needs it.")
        passwords.require(user, current_password, field="current_password")
    with transaction.atomic():
        row: User | None = User.objects.locked(user.pk)
        if row is None:
            raise NoSuchUser
        if wanted is not None:
            passwords.require_unchanged(row, user, field="current_password")
        check_expected(expected, row)
        fields = _rename(row, changes)
        if wanted is not None:  # perhaps once more: the mail may have been lost
            _require_free(wanted, row)
            _keep_address(row, journal.record(events.EMAIL_CHANGE_REQUESTED, user_id=row.pk))
            journal.audit(events.EMAIL_CHANGE_REQUESTED, actor_id=row.pk, kind="user", object_id=row.pk)
        if email is not None and (wanted or row.pending_email):
            row.pending_email = wanted
            fields.append("pending_email")
        if fields:
            row.save(update_fields=[*fields, "updated_at"])
    return row


def _rename(row: User, changes: Mapping[str, Any]) -> list[str]:
    if "full_name" not in changes or changes["full_name"] == row.full_name:
        return []
    row.full_name = changes["full_name"]
    person_events.tell(events.RENAMED, row.pk)
    return ["full_name"]


def _keep_address(row: User, event_id: uuid.UUID) -> None:
    """Have the event told to the address that the person has now."""
    FormerAddress.objects.create(id=event_id, user=row, address=row.email, created_at=timezone.now())


def _require_free(email: str, row: User) -> None:
    """Refuse another's address at once, unless this service tells nobody who has an account."""
    if settings.REGISTRATION_HIDES_ACCOUNTS:
        return
    if User.objects.with_email(email).exclude(pk=row.pk).exists():
        raise EmailTaken


def change_user(
    *, user_id: uuid.UUID, changes: Mapping[str, Any], actor_id: uuid.UUID, expected: Expected | None = None
) -> User:
    """What an admin changes of somebody, at once: `full_name`, `email`, `is_active`, `is_verified`.

    A new address is not verified unless that is said with it. Raises `NoSuchUser`, `EmailTaken`, `LastSuperuser` and
    `PreconditionFailed`.
    """
    with transaction.atomic():
        row, others = User.objects.locked_with_superusers(user_id)
        if row is None:
            raise NoSuchUser
        check_expected(expected, row)
        fields = [*_rename(row, changes), *_readdress(row, changes), *_set_active(row, changes, others)]
        if "is_verified" in changes and row.is_verified != changes["is_verified"]:
            row.is_verified = changes["is_verified"]
            fields.append("is_verified")
        if not fields:
            return row
        journal.audit(events.CHANGED, actor_id=actor_id, kind="user", object_id=row.pk, fields=sorted(set(fields)))
        try:
            with transaction.atomic():
                row.save(update_fields=[*fields, "tokens_not_before", "updated_at"])
        except IntegrityError:
            raise EmailTaken from None
    return row


def _readdress(row: User, changes: Mapping[str, Any]) -> list[str]:
    email = changes.get("email")
    if email is None or email == row.email:
        return []
    key = rules.email_key(email)
    if key != row.email_key:
        row.is_verified = False
        _keep_address(row, journal.record(events.EMAIL_CHANGED, user_id=row.pk, is_confirmed=False))
    row.email, row.email_key, row.pending_email = email, key, None
    return ["email", "email_key", "pending_email", "is_verified"]


def _set_active(row: User, changes: Mapping[str, Any], others: int) -> list[str]:
    is_active = changes.get("is_active", row.is_active)
    if is_active == row.is_active:
        return []
    if not is_active:
        if rules.is_last_superuser(row.is_superuser, others):
            raise LastSuperuser
        session_actions.end_sessions(user_id=row.pk, reason=EndReason.DEACTIVATED)
        _outdate_tokens(row)
    row.is_active = is_active
    person_events.tell(events.REACTIVATED if is_active else events.DEACTIVATED, row.pk)
    return ["is_active"]


def _outdate_tokens(row: User) -> None:
    row.tokens_not_before = session_actions.outdate_tokens(
        user_id=row.pk, last=row.tokens_not_before, now=timezone.now()
    )


def set_superuser(*, user_id: uuid.UUID, is_superuser: bool, actor_id: uuid.UUID) -> User:
    """Give somebody the admin's role, or take it; raises `NoSuchUser` and `LastSuperuser`."""
    with transaction.atomic():
        row, others = User.objects.locked_with_superusers(user_id)
        if row is None:
            raise NoSuchUser
        if row.is_superuser == is_superuser:
            return row
        if not is_superuser and rules.is_last_superuser(row.is_superuser and row.is_active, others):
            raise LastSuperuser
        row.is_superuser = is_superuser
        _outdate_tokens(row)
        row.save(update_fields=["is_superuser", "tokens_not_before", "updated_at"])
        journal.record(events.ROLE_CHANGED, user_id=row.pk, is_superuser=is_superuser)
        done = events.ADMIN_GRANTED if is_superuser else events.ADMIN_TAKEN
        journal.audit(done, actor_id=actor_id, kind="user", object_id=row.pk)
    return row


def sign_out_user(*, user_id: uuid.UUID, actor_id: uuid.UUID) -> None:
    """End all sessions of somebody; raises `NoSuchUser`."""
    with transaction.atomic():
        if User.objects.locked(user_id) is None:
            raise NoSuchUser
        session_actions.end_sessions(user_id=user_id, reason=EndReason.ENDED_BY_ADMIN)
        journal.audit(session_events.SIGNED_OUT_EVERYWHERE, actor_id=actor_id, kind="user", object_id=user_id)


def _forget_answers(user_id: uuid.UUID) -> None:
    """Delete the kept answers that were given to a person or show them; the one that is being given has no body yet."""
    answers = journal.journal_model("IdempotencyKey").objects.exclude(status=0)
    answers.filter(Q(caller=str(user_id)) | Q(body__contains=str(user_id))).delete()


def _forget_errors(user_id: uuid.UUID) -> None:
    """A mail server's refusal may quote whom it refused."""
    failed = journal.journal_model("Delivery").objects.exclude(last_error="")
    failed.filter(event__user_id=str(user_id)).update(last_error="")


def erase_person(
    *, user_id: uuid.UUID, actor_id: uuid.UUID | None, verified: User | None = None, expected: Expected | None = None
) -> None:
    """Remove all that is stored of a person; only the id stays, as a tombstone.

    `verified` is the row whose password was verified, of who erases oneself. Raises `NoSuchUser`, `LastSuperuser`,
    `PreconditionFailed` and `WrongPassword`.
    """
    with transaction.atomic():
        row, others = User.objects.locked_with_superusers(user_id)
        if row is None:
            raise NoSuchUser
        check_expected(expected, row)
        if verified is not None:
            passwords.require_unchanged(row, verified, field="password")
        if rules.is_last_superuser(row.is_superuser and row.is_active, others):
            raise LastSuperuser
        Tombstone.objects.create(id=row.pk, erased_at=timezone.now())
        _forget_answers(row.pk)
        _forget_errors(row.pk)
        session_actions.forget_person(user_id=row.pk, last_outdated=row.tokens_not_before)
        OneTimeToken.objects.filter(user_id=row.pk).delete()
        FormerAddress.objects.filter(user_id=row.pk).delete()
        factors.forget_second_factor(row.pk)
        User.objects.filter(pk=row.pk).delete_rows()
        person_events.tell(events.ERASED, user_id)
        journal.audit(events.ERASED, actor_id=actor_id, kind="user", object_id=user_id)
