"""New people."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import IntegrityError, transaction

from auth_service.accounts import events, rules
from auth_service.accounts.models import User
from auth_service.accounts.problems import EmailTaken
from shared_settings import journal


def _create(user: User) -> None:
    """Insert a new person; the unique column decides who of several gets an address. Raises `EmailTaken`."""
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise EmailTaken from None


def register_person(*, email: str, hashed_password: str, full_name: str | None) -> User | None:
    """A new active person, who is mailed a link to verify the address; raises `EmailTaken`.

    Where registering hides who has an account it returns None instead, and the owner of the address is told by mail.
    """
    user = User(email=email, email_key=rules.email_key(email), password=hashed_password, full_name=full_name)
    with transaction.atomic():
        try:
            _create(user)
        except EmailTaken:
            if not settings.REGISTRATION_HIDES_ACCOUNTS:
                raise
            owner = User.objects.with_email(email).values_list("pk", flat=True).first()
            journal.record(events.REGISTRATION_REPEATED, user_id=owner)
            return None
        journal.record(events.REGISTERED, user_id=user.pk)
        journal.audit(events.REGISTERED, actor_id=user.pk, kind="user", object_id=user.pk)
    return user


def invite_person(*, email: str, full_name: str | None, actor_id: uuid.UUID) -> User:
    """An account that an admin makes for somebody, who is mailed a link to set the password; raises `EmailTaken`."""
    user = User(email=email, email_key=rules.email_key(email), full_name=full_name)
    user.set_unusable_password()
    with transaction.atomic():
        _create(user)
        journal.record(events.REGISTERED, user_id=user.pk)
        journal.record(events.PASSWORD_RESET_REQUESTED, user_id=user.pk)
        journal.audit(events.INVITED, actor_id=actor_id, kind="user", object_id=user.pk)
    return user


def create_superuser(*, email: str, hashed_password: str, full_name: str | None = None) -> User:
    """The first admin, or a further one, by command; raises `EmailTaken`."""
    user = User(
        email=email,
        email_key=rules.email_key(email),
        password=hashed_password,
        full_name=full_name,
        is_superuser=True,
        is_verified=True,
    )
    with transaction.atomic():
        _create(user)
        journal.audit(events.SUPERUSER_CREATED, actor_id=None, kind="user", object_id=user.pk)
    return user
