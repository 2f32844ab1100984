"""Second factors: turning one on and off, and using its codes."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from auth_service.accounts import attempts, events, passwords, rules, totp
from auth_service.accounts.models import Factor, FactorKind, RecoveryCode, User
from auth_service.accounts.problems import (
    FactorExists,
    InvalidCredentials,
    NoSecondFactor,
    NoSuchFactor,
    NoSuchUser,
    NothingToConfirm,
    OtpRequired,
    WrongCode,
)
from auth_service.login_sessions import actions as session_actions
from auth_service.login_sessions import encryption
from shared_settings import journal
from shared_settings.problems import Unavailable


def _locked(user_id: uuid.UUID) -> User:
    user: User | None = User.objects.locked(user_id)
    if user is None:
        raise NoSuchUser
    return user


def _locked_as_verified(user: User) -> User:
    """The row under a lock, if its password is still the one that was verified."""
    row = _locked(user.pk)
    passwords.require_unchanged(row, user, field="password")
    return row


def _secret_of(factor: Factor) -> str:
    try:
        return encryption.decrypt(factor.secret).decode()
    except encryption.Undecryptable as error:
        raise Unavailable("The service cannot read your second factor now.") from error


def enrol_totp(*, user: User, password: str, now: datetime | None = None) -> str:
    """Begin to turn on an authenticator app; returns the secret, which is never shown again.

    Beginning again makes another secret, and the one before is void. Raises `FactorExists`, `WrongPassword` and
    `TooManyAttempts`. Hashes before its transaction.
    """
    passwords.require(user, password, field="password")
    secret = totp.new_secret()
    with transaction.atomic():
        _locked_as_verified(user)
        factors = Factor.objects.of(user.pk).filter(kind=FactorKind.TOTP)
        if factors.confirmed().exists():
            raise FactorExists
        factors.delete()
        Factor.objects.create(
            user_id=user.pk,
            kind=FactorKind.TOTP,
            secret=encryption.encrypt(secret.encode()),
            created_at=now or timezone.now(),
        )
    return secret


def confirm_totp(*, user_id: uuid.UUID, otp: str, now: datetime | None = None) -> list[str]:
    """Turn the authenticator app on by one of its codes; returns the recovery codes, which are never shown again.

    Raises `FactorExists`, `NothingToConfirm`, `WrongCode` and `TooManyAttempts`.
    """
    now = now or timezone.now()
    with attempts.at_giving_code(user_id), transaction.atomic():
        user = _locked(user_id)
        factors = Factor.objects.of(user_id).filter(kind=FactorKind.TOTP)
        if factors.confirmed().exists():
            raise FactorExists
        factor = factors.pending(now - rules.ENROLMENT_LIFE).first()
        if factor is None:
            raise NothingToConfirm
        step = max(totp.steps_of(otp, _secret_of(factor), now), default=None)
        if step is None:
            raise WrongCode
        factor.confirmed_at, factor.last_step = now, step
        factor.save(update_fields=["confirmed_at", "last_step"])
        user.has_second_factor = True
        user.save(update_fields=["has_second_factor", "updated_at"])
        journal.record(events.FACTOR_TURNED_ON, user_id=user_id)
        journal.audit(events.FACTOR_TURNED_ON, actor_id=user_id, kind="user", object_id=user_id, factor=factor.kind)
        return _new_recovery_codes(user_id)


def _new_recovery_codes(user_id: uuid.UUID) -> list[str]:
    codes = totp.new_recovery_codes()
    RecoveryCode.objects.filter(user_id=user_id).delete()
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(user_id=user_id, hash=totp.recovery_hash(user_id, code)) for code in codes]
    )
    return codes


def renew_recovery_codes(*, user: User, password: str) -> list[str]:
    """Ten new recovery codes in place of those that are left.

    Raises `NoSecondFactor`, `WrongPassword` and `TooManyAttempts`. Hashes before its transaction.
    """
    passwords.require(user, password, field="password")
    with transaction.atomic():
        if not _locked_as_verified(user).has_second_factor:
            raise NoSecondFactor
        journal.audit(events.RECOVERY_CODES_RENEWED, actor_id=user.pk, kind="user", object_id=user.pk)
        return _new_recovery_codes(user.pk)


def turn_off_totp(*, user: User, password: str, otp: str | None = None, now: datetime | None = None) -> None:
    """Turn the authenticator app off, and void the recovery codes.

    Raises `WrongPassword` and `NoSuchFactor`; for a code that was given and is wrong `WrongCode`; for too many of
    either `TooManyAttempts`. Hashes before its transaction.
    """
    passwords.require(user, password, field="password")
    if not Factor.objects.of(user.pk).confirmed().filter(kind=FactorKind.TOTP).exists():
        raise NoSuchFactor
    if otp is not None:
        with attempts.at_giving_code(user.pk):
            if not spend_code(user_id=user.pk, otp=otp, now=now):
                raise WrongCode
    with transaction.atomic():
        _locked_as_verified(user)
        remove_second_factor(user_id=user.pk, actor_id=user.pk)


def remove_second_factor(*, user_id: uuid.UUID, actor_id: uuid.UUID | None) -> None:
    """Turn off all that a person proves beside the password; raises `NoSuchUser` and `NoSuchFactor`.

    An admin of whom the service demands a second factor thereby has no role until one is turned on again.
    """
    with transaction.atomic():
        user = _locked(user_id)
        if not user.has_second_factor:
            raise NoSuchFactor
        forget_second_factor(user_id)
        user.has_second_factor = False
        if settings.MFA_REQUIRED_FOR_ADMINS and user.is_superuser:
            user.tokens_not_before = session_actions.outdate_tokens(
                user_id=user_id, last=user.tokens_not_before, now=timezone.now()
            )
        user.save(update_fields=["has_second_factor", "tokens_not_before", "updated_at"])
        journal.record(events.FACTOR_TURNED_OFF, user_id=user_id)
        journal.audit(events.FACTOR_TURNED_OFF, actor_id=actor_id, kind="user", object_id=user_id)


def forget_second_factor(user_id: uuid.UUID) -> None:
    """Delete the factors and recovery codes of a person. Inside a transaction."""
    Factor.objects.of(user_id).delete()
    RecoveryCode.objects.filter(user_id=user_id).delete()


def require_code(*, user_id: uuid.UUID, otp: str | None) -> None:
    """Ask who has given the right password for the second factor, too.

    Raises `OtpRequired`; for a wrong code `InvalidCredentials`, and then `TooManyAttempts`. Not inside a transaction.
    """
    if not otp:
        raise OtpRequired
    with attempts.at_giving_code(user_id):
        if spend_code(user_id=user_id, otp=otp):
            return
        with transaction.atomic():
            journal.audit(events.CODE_REFUSED, actor_id=None, kind="user", object_id=user_id)
        raise InvalidCredentials


def spend_code(*, user_id: uuid.UUID, otp: str, now: datetime | None = None) -> bool:
    """Whether this is a code of the person's second factor that was not used before, or one of the recovery codes.

    From then on it is used: of several at once with one code, one conditional statement decides who has it.
    Not inside a transaction, since it stays used, whatever comes of the sign-in.
    """
    now = now or timezone.now()
    factor = Factor.objects.of(user_id).confirmed().filter(kind=FactorKind.TOTP).first()
    if factor is None:
        return False
    # The last one: of two steps with one code, the later would else be good for a second use.
    step = max(totp.steps_of(otp, _secret_of(factor), now), default=None)
    if step is not None and Factor.objects.filter(pk=factor.pk).spend_step(step, now):
        return True
    with transaction.atomic():
        # Nothing hangs on these rows, so Django makes one DELETE of it, whose count is the verdict.
        used, _ = RecoveryCode.objects.filter(user_id=user_id, hash=totp.recovery_hash(user_id, otp)).delete()
        if used:
            journal.record(events.RECOVERY_CODE_USED, user_id=user_id)
            journal.audit(events.RECOVERY_CODE_USED, actor_id=user_id, kind="user", object_id=user_id)
    return bool(used)


def delete_abandoned_factors(*, before: datetime) -> int:
    """Delete factors that were begun before this and never confirmed; returns how many."""
    return int(Factor.objects.abandoned(before).delete()[0])


def reencrypt_factors() -> int:
    """Encrypt the secrets of all factors with the newest key; returns how many. Raises `encryption.Undecryptable`."""
    count = 0
    for factor in Factor.objects.iterator():
        Factor.objects.filter(pk=factor.pk, secret=factor.secret).update(secret=encryption.renew(factor.secret))
        count += 1
    return count
