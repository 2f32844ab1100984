"""Timed work on sessions and keys."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from auth_service.login_sessions import actions
from shared_settings.subscriptions import every

OLD_SESSIONS_KEPT = timedelta(days=30)


@every(seconds=3600)
def delete_old_sessions() -> None:
    actions.delete_old_sessions(before=timezone.now() - OLD_SESSIONS_KEPT)


@every(seconds=600)
def forget_expired_revocations() -> None:
    actions.forget_expired_revocations(now=timezone.now())


@every(seconds=60)
def turn_signing_keys() -> None:
    """Use a new key once it was published long enough, and drop retired ones that no token needs."""
    actions.promote_standby_key(now=timezone.now())
    actions.delete_expired_keys(now=timezone.now())
