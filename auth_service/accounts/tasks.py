"""What the worker does about people: mails, and deleting what has served."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from auth_service.accounts import actions, events, mail, reads, rules
from auth_service.accounts.mail import Mail
from auth_service.accounts.models import FormerAddress, Purpose, RecoveryCode, User
from auth_service.login_sessions.devices import Device
from auth_service.login_sessions.models import Session
from shared_settings import mail as mail_files
from shared_settings.subscriptions import Event, every, on

OLD_TOKENS_KEPT = timedelta(days=1)
FORMER_ADDRESSES_KEPT = timedelta(days=7)
MAIL_FILES_KEPT = timedelta(days=7)
PERSON_EVENTS_KEPT = timedelta(days=35)


def _mail_link(event: Event, purpose: Purpose) -> None:
    if event.payload["user_id"] is None:
        return
    row = actions.issue_one_time_token(token_id=event.id, user_id=uuid.UUID(event.payload["user_id"]), purpose=purpose)
    if row is not None:
        mail.send_link(row)


def _tell(event: Event, kind: Mail, **context: object) -> None:
    user = User.objects.filter(pk=event.payload["user_id"], is_active=True).first()
    if user is not None:
        mail.send(kind, to=user.email, user=user, **context)


def _tell_former_address(event: Event, kind: Mail) -> None:
    former = FormerAddress.objects.select_related("user").filter(pk=event.id).first()
    if former is not None:
        mail.send(kind, to=former.address, user=former.user)
        actions.forget_former_address(address_id=former.pk)


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
    _tell_former_address(event, Mail.EMAIL_CHANGE_REQUESTED)


@on(events.EMAIL_CHANGED)
def tell_former_address(event: Event) -> None:
    _tell_former_address(event, Mail.EMAIL_CHANGED_BY_ADMIN)


@on(events.PASSWORD_CHANGED)
def tell_of_changed_password(event: Event) -> None:
    _tell(event, Mail.PASSWORD_CHANGED)


@on(events.ROLE_CHANGED)
def tell_of_changed_role(event: Event) -> None:
    _tell(event, Mail.ADMIN_GRANTED if event.payload["is_superuser"] else Mail.ADMIN_TAKEN)


@on(events.SIGNED_IN_ON_NEW_DEVICE)
def tell_of_new_device(event: Event) -> None:
    session = Session.objects.filter(pk=event.payload["session_id"]).first()
    if session is not None:
        device = Device(session.ip, session.user_agent)
        _tell(event, Mail.SIGNED_IN_ON_NEW_DEVICE, device=device, at=session.created_at)


@on(events.FACTOR_TURNED_ON)
def tell_of_factor_turned_on(event: Event) -> None:
    _tell(event, Mail.FACTOR_TURNED_ON)


@on(events.FACTOR_TURNED_OFF)
def tell_of_factor_turned_off(event: Event) -> None:
    _tell(event, Mail.FACTOR_TURNED_OFF)


@on(events.RECOVERY_CODE_USED)
def tell_of_used_recovery_code(event: Event) -> None:
    left = RecoveryCode.objects.filter(user_id=event.payload["user_id"]).count()
    _tell(event, Mail.RECOVERY_CODE_USED, left=left)


@on(events.REGISTRATION_REPEATED)
def tell_of_repeated_registration(event: Event) -> None:
    if event.payload["user_id"] is not None and rules.is_below_mail_limit(reads.times_lately(event)):
        _tell(event, Mail.REGISTRATION_REPEATED)


@every(seconds=3600)
def delete_old_tokens() -> None:
    actions.delete_old_tokens(before=timezone.now() - OLD_TOKENS_KEPT)


@every(seconds=3600)
def delete_old_mail_files() -> None:
    if settings.EMAIL_FILE_PATH:
        mail_files.delete_old_files(before=timezone.now() - MAIL_FILES_KEPT)


@every(seconds=3600)
def delete_old_former_addresses() -> None:
    actions.delete_old_former_addresses(before=timezone.now() - FORMER_ADDRESSES_KEPT)


@every(seconds=3600)
def delete_abandoned_factors() -> None:
    actions.delete_abandoned_factors(before=timezone.now() - rules.ENROLMENT_LIFE)


@every(seconds=3600)
def delete_old_person_events() -> None:
    actions.delete_old_person_events(before=timezone.now() - PERSON_EVENTS_KEPT)
