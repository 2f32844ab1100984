"""Questions about people and their one-time tokens."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

from auth_service.accounts import rules


class UserQuerySet(models.QuerySet[Any, Any]):
    def with_email(self, address: str) -> Self:
        """Who has this address, in whatever spelling; nobody when it is none."""
        try:
            return self.filter(email_key=rules.email_key(address))
        except ValueError:
            return self.none()

    def delete_rows(self) -> int:
        """Delete just these rows. `delete` would also look into the admin's log, whose table we do not have."""
        return self._raw_delete(self.db)

    def locked(self, user_id: uuid.UUID) -> Any:
        """The row under a lock, or None. Inside a transaction."""
        return self.select_for_update().filter(pk=user_id).first()

    def locked_with_superusers(self, user_id: uuid.UUID) -> tuple[Any, int]:
        """The row (or None), and how many active superusers there are beside it; all of them locked.

        Always in the order of the ids, so that two admins who end each other wait and do not deadlock.
        """
        rows = list(self.select_for_update().filter(Q(pk=user_id) | Q(is_superuser=True)).order_by("pk"))
        others = sum(row.is_superuser and row.is_active and row.pk != user_id for row in rows)
        return next((row for row in rows if row.pk == user_id), None), others


class FactorQuerySet(models.QuerySet[Any, Any]):
    def of(self, user_id: uuid.UUID) -> Self:
        return self.filter(user_id=user_id)

    def confirmed(self) -> Self:
        return self.filter(confirmed_at__isnull=False)

    def pending(self, since: datetime) -> Self:
        """Begun since then, and not confirmed yet."""
        return self.filter(confirmed_at__isnull=True, created_at__gt=since)

    def abandoned(self, before: datetime) -> Self:
        return self.filter(confirmed_at__isnull=True, created_at__lte=before)

    def spend_step(self, step: int, now: datetime) -> int:
        """Use the code of this time step; 1 for the first who comes with it or a later one, 0 for all others."""
        return self.filter(last_step__lt=step).update(last_step=step, last_used_at=now)


class OneTimeTokenQuerySet(models.QuerySet[Any, Any]):
    def usable(self, now: datetime) -> Self:
        return self.filter(used_at__isnull=True, expires_at__gt=now, user__is_active=True)

    def of(self, user_id: uuid.UUID, purpose: str) -> Self:
        return self.filter(user_id=user_id, purpose=purpose)

    def over(self, before: datetime) -> Self:
        return self.filter(Q(expires_at__lt=before) | Q(used_at__lt=before))


class PersonEventQuerySet(models.QuerySet[Any, Any]):
    def unnumbered(self) -> Self:
        return self.filter(position__isnull=True).order_by("pk")

    def newest_position(self) -> int:
        """0 when there is none."""
        return self.aggregate(newest=models.Max("position"))["newest"] or 0

    def no_longer_told(self, name_kept: str, before: datetime) -> Self:
        """Old ones, asked for or not, but for those of a name. The newest position stays, to be counted on from."""
        old = self.filter(created_at__lt=before).exclude(name=name_kept)
        return old.exclude(position=self.model.objects.newest_position())
