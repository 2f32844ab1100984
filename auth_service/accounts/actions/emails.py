"""Links by mail: who gets one, and what it does."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from auth_service.accounts import events, reads, rules
from auth_service.accounts.models import CONFIRMING, FormerAddress, OneTimeToken, Purpose, User
from auth_service.accounts.problems import EmailTaken, InvalidToken
from shared_settings import journal


def _request(event: str, email: str) -> None:
    with transaction.atomic():
        user_id = User.objects.with_email(email).values_list("pk", flat=True).first()
        journal.record(event, user_id=user_id)


def request_verification(*, email: str) -> None:
    """Have the link to verify an address mailed again, if there is anybody to verify."""
    _request(events.VERIFICATION_REQUESTED, email)


def request_password_reset(*, email: str) -> None:
    """Have a link to set a new password mailed, if anybody has this address."""
    _request(events.PASSWORD_RESET_REQUESTED, email)


def issue_one_time_token(
    *, token_id: uuid.UUID, user_id: uuid.UUID, purpose: Purpose, now: datetime | None = None
) -> OneTimeToken | None:
    """The row behind a link that is about to be mailed; the same one when asked again with its id.

    By then it may be late, since the mail server was away: its life begins anew, with the mail. None when there is
    nobody to mail to, nothing to confirm, or too many mails went out lately.
    """
    now = now or timezone.now()
    with transaction.atomic():
        user = User.objects.locked(user_id)
        address = _address_for(purpose, user) if user and user.is_active else None
        if user is None or address is None:
            return None
        tokens = OneTimeToken.objects.of(user.pk, purpose)
        life = rules.RESET_LIFE if purpose == Purpose.RESET_PASSWORD else rules.CONFIRMATION_LIFE
        made: OneTimeToken | None = tokens.filter(pk=token_id).first()
        if made is not None:
            if made.used_at is not None or made.address != address:
                return None
            if rules.is_half_over(made.expires_at, life, now):
                made.expires_at = now + life
                made.save(update_fields=["expires_at"])
            return made
        sent_lately = tokens.filter(created_at__gt=now - rules.MAIL_LIMIT_PERIOD).count()
        if not rules.is_below_mail_limit(sent_lately):
            return None
        return OneTimeToken.objects.create(
            id=token_id, user=user, purpose=purpose, address=address, created_at=now, expires_at=now + life
        )


def _address_for(purpose: Purpose, user: User) -> str | None:
    match purpose:
        case Purpose.CHANGE_EMAIL:
            return user.pending_email
        case Purpose.VERIFY_EMAIL:
            return None if user.is_verified else user.email
        case _:
            return user.email


def confirm_email(*, token: str) -> User:
    """Take a mailed link as proof of its address, or of the new one that waits for it.

    Raises `InvalidToken`, and `EmailTaken` when somebody else has got the new address meanwhile.
    """
    now = timezone.now()
    with transaction.atomic():
        row = reads.usable_link(token, *CONFIRMING)
        user: User | None = User.objects.locked(row.user_id)
        if user is None or not OneTimeToken.objects.usable(now).filter(pk=row.pk).update(used_at=now):
            raise InvalidToken
        if row.purpose == Purpose.CHANGE_EMAIL:
            _move_to_new_address(user, row.address)
        else:
            _verify_present_address(user, row.address)
    return user


def _verify_present_address(user: User, address: str) -> None:
    if user.email_key != rules.email_key(address):
        raise InvalidToken
    user.is_verified = True
    user.save(update_fields=["is_verified", "updated_at"])
    journal.audit(events.VERIFIED, actor_id=user.pk, kind="user", object_id=user.pk)


def _move_to_new_address(user: User, address: str) -> None:
    if user.pending_email != address:
        raise InvalidToken
    user.email, user.email_key = address, rules.email_key(address)
    user.pending_email, user.is_verified = None, True
    try:
        with transaction.atomic():
            user.save(update_fields=["email", "email_key", "pending_email", "is_verified", "updated_at"])
    except IntegrityError:
        raise EmailTaken from None
    journal.record(events.EMAIL_CHANGED, user_id=user.pk, is_confirmed=True)
    journal.audit(events.EMAIL_CHANGED, actor_id=user.pk, kind="user", object_id=user.pk)


def forget_former_address(*, address_id: uuid.UUID) -> None:
    """Delete an address of before, once it was told."""
    FormerAddress.objects.filter(pk=address_id).delete()


def delete_old_former_addresses(*, before: datetime) -> int:
    """Delete addresses of before this that could not be told; returns how many."""
    return int(FormerAddress.objects.filter(created_at__lt=before).delete()[0])


def delete_old_tokens(*, before: datetime) -> int:
    """Delete one-time tokens that were used or late before this; returns how many."""
    return int(OneTimeToken.objects.over(before).delete()[0])
