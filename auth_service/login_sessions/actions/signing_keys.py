"""What is done with signing keys: standby → active → retired, or revoked."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from auth_service.login_sessions import encryption, events, keys, rules
from auth_service.login_sessions.models import KeyState, SigningKey
from auth_service.login_sessions.problems import NoSuchKey
from shared_settings import journal


def _locked() -> dict[str, list[SigningKey]]:
    """All keys under a lock, by state."""
    found: dict[str, list[SigningKey]] = {state: [] for state in KeyState.values}
    # Locked first and read then: whoever waited for the lock would else not see a key that was added meanwhile.
    list(SigningKey.objects.select_for_update().order_by("created_at").values_list("pk"))
    for key in SigningKey.objects.order_by("created_at"):
        found[key.state].append(key)
    return found


def add_standby_key() -> SigningKey:
    """Publish the key that signs next; the one that waits already, if any."""
    with transaction.atomic():
        standby = _locked()[KeyState.STANDBY]
        if standby:
            return standby[0]
        key = keys.new_key(KeyState.STANDBY)
        key.save(force_insert=True)
        journal.audit(events.KEY_ADDED, actor_id=None, kind="signing_key", object_id=key.pk, kid=key.kid)
    return key


def promote_standby_key(*, now: datetime | None = None, at_once: bool = False) -> SigningKey | None:
    """Sign with the standby key from now on, once it was published for 10 minutes (or at once).

    Returns it; None when there is none, or not long enough.
    """
    now = now or timezone.now()
    with transaction.atomic():
        by_state = _locked()
        standby = next(iter(by_state[KeyState.STANDBY]), None)
        active = by_state[KeyState.ACTIVE]
        is_due = at_once or not active or (standby and now - standby.created_at >= rules.STANDBY_TIME)
        if standby is None or not is_due:
            return None
        for key in active:
            _retire(key, now)
        _activate(standby)
    keys.ring.forget()
    return standby


def _retire(key: SigningKey, now: datetime) -> None:
    """Published until its last token has expired; other processes may sign with it for some seconds more."""
    life = timedelta(minutes=settings.ACCESS_TOKEN_EXPIRE_MINUTES)
    key.state = KeyState.RETIRED
    key.published_until = now + life + rules.RETIRED_MARGIN
    key.private_key = ""
    key.save(update_fields=["state", "published_until", "private_key", "updated_at"])


def _activate(key: SigningKey) -> None:
    """Sign with the key, which is locked, or new."""
    key.state = KeyState.ACTIVE
    key.save()
    journal.audit(events.KEY_ACTIVATED, actor_id=None, kind="signing_key", object_id=key.pk, kid=key.kid)


def revoke_signing_key(*, kid: str) -> SigningKey | None:
    """Believe no token of this key any more. Another key takes its place when it was the active one.

    Returns the key that signs from now on, or None when that has not changed. Raises `NoSuchKey`.
    """
    with transaction.atomic():
        by_state = _locked()
        key = next((key for keys_ in by_state.values() for key in keys_ if key.kid == kid), None)
        if key is None:
            raise NoSuchKey
        was_active = key.state == KeyState.ACTIVE
        key.state, key.private_key, key.published_until = KeyState.REVOKED, "", None
        key.save(update_fields=["state", "private_key", "published_until", "updated_at"])
        journal.audit(events.KEY_REVOKED, actor_id=None, kind="signing_key", object_id=key.pk, kid=kid)
        successor = None
        if was_active:
            successor = next(iter(by_state[KeyState.STANDBY]), None) or keys.new_key(KeyState.STANDBY)
            _activate(successor)
    keys.ring.forget()
    return successor


def delete_expired_keys(*, now: datetime) -> int:
    """Delete retired keys whose last token has expired; revoked ones stay, as a record."""
    return int(SigningKey.objects.filter(state=KeyState.RETIRED, published_until__lt=now).delete()[0])


def reencrypt_keys() -> int:
    """Encrypt all private keys with the newest key; returns how many. Raises `encryption.Undecryptable`."""
    with transaction.atomic():
        rows = [row for row in SigningKey.objects.select_for_update().order_by("created_at") if row.private_key]
        for row in rows:
            row.private_key = encryption.renew(row.private_key)
            row.save(update_fields=["private_key", "updated_at"])
    return len(rows)
