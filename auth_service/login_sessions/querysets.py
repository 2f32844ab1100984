"""Questions about sessions and signing keys."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q


class SessionQuerySet(models.QuerySet[Any, Any]):
    def of(self, user_id: uuid.UUID) -> Self:
        return self.filter(user_id=user_id)

    def live(self, now: datetime) -> Self:
        """Neither ended nor left alone for too long. The absolute end is never before `expires_at`."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=now)

    def signed_in(self, now: datetime) -> Self:
        """Live sessions of active people, each with its person."""
        return self.live(now).filter(user__is_active=True).select_related("user")

    def of_refresh_token(self, session_id: uuid.UUID, token_hash: str, now: datetime) -> Self:
        """The live session, with its person, of whom this is the present refresh token."""
        return self.signed_in(now).filter(pk=session_id, refresh_token=token_hash)

    def over(self, before: datetime) -> Self:
        """Ended or expired before this."""
        return self.filter(Q(expires_at__lt=before) | Q(revoked_at__lt=before))

    def locked(self) -> list[uuid.UUID]:
        """The ids, all of them locked. Inside a transaction.

        Always in the order of the ids, so that two who end the same sessions wait and do not deadlock.
        """
        return list(self.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))

    def end(self, *, reason: str, now: datetime) -> None:
        self.update(revoked_at=now, revoked_reason=reason, updated_at=now)

    def oldest_beyond(self, most: int) -> Self:
        """All but the `most` that were used last."""
        newest = self.order_by("-last_used_at", "-id")
        return self.model.objects.filter(pk__in=newest.values("pk")[most:])


class RevocationQuerySet(models.QuerySet[Any, Any]):
    def present(self, now: datetime) -> Self:
        """Those that a living token may still need."""
        return self.filter(expires_at__gt=now)

    def over(self, now: datetime) -> Self:
        return self.filter(expires_at__lte=now)


class SigningKeyQuerySet(models.QuerySet[Any, Any]):
    def published(self, now: datetime) -> Self:
        """Those whose signature counts: all but revoked ones, and retired ones whose last token has expired."""
        return self.exclude(state="revoked").exclude(state="retired", published_until__lt=now)

    def revoked(self) -> Self:
        return self.filter(state="revoked")
