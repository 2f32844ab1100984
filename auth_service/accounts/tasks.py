"""What the worker does about people: mails, and deleting what has served."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.utils import timezone

from auth_service.accounts import actions, events, mail
from auth_service.accounts.mail import Mail
from auth_service.accounts.models import Purpose, User
from shared_settings.worker import Event, every, on

OLD_TOKENS_KEPT = timedelta(days=1)


def _mail_link(event: Event, purpose: Purpose) -> None:
    if event.payload["user_id"] is None:
        return
    row = actions.issue_one_time_token(token_id=event.id, user_id=uuid.UUID(event.payload["user_id"]), purpose=purpose)
    if row is not None:
        mail.send_link(row)


def _tell(event: Event, kind: Mail) -> None:
    user = User.objects.filter(pk=event.payload["user_id"], is_active=True).first()
    if user is not None:
        mail.send(kind, to=user.email, user=user)


@on(events.REGISTERED)
@on(events.VERIFICATION_REQUESTED)
def mail_verification(event: Event) -> None:
    _mail_link(event, Purpose.VERIFY_EMAIL)


@on(events.EMAIL_CHANGED)
def mail_verification_of_changed_address(event: Event) -> None:
    if not event.payload["is_confirmed"]:
        _mail_link(event, Purpose.VERIFY_EMAIL)


@on(events.PASSWORD_RESET_REQUESTED)
def mail_password_reset(event: Event) -> None:
    _mail_link(event, Purpose.RESET_PASSWORD)


@on(events.EMAIL_CHANGE_REQUESTED)
def mail_confirmation_to_new_address(event: Event) -> None:
    _mail_link(event, Purpose.CHANGE_EMAIL)


@on(events.EMAIL_CHANGE_REQUESTED)
def tell_old_address(event: Event) -> None:
    _tell(event, Mail.EMAIL_CHANGE_REQUESTED)


@on(events.PASSWORD_CHANGED)
def tell_of_changed_password(event: Event) -> None:
    _tell(event, Mail.PASSWORD_CHANGED)


@on(events.ROLE_CHANGED)
def tell_of_changed_role(event: Event) -> None:
    _tell(event, Mail.ADMIN_GRANTED if event.payload["is_superuser"] else Mail.ADMIN_TAKEN)


@on(events.REGISTRATION_REPEATED)
def tell_of_repeated_registration(event: Event) -> None:
    if event.payload["user_id"] is not None:
        _tell(event, Mail.REGISTRATION_REPEATED)


@every(seconds=3600)
def delete_old_tokens() -> None:
    actions.delete_old_tokens(before=timezone.now() - OLD_TOKENS_KEPT)
