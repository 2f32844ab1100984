"""What Core does when Auth tells of people."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core_service.files import actions as files_actions
from core_service.journal.models import FeedCursor, IdempotencyKey, Tombstone
from core_service.people import auth_feed
from core_service.progress import actions as progress_actions
from shared_settings.http.lifetimes import LONGEST_LIFE_SECONDS

ERASED = "user.erased"
SOON = timedelta(minutes=1)  # by then every process has heard of the revoked tokens, and no request still runs
LONGEST_TOKEN_LIFE = timedelta(seconds=LONGEST_LIFE_SECONDS) + timedelta(minutes=5)


def take_news(page: auth_feed.Page) -> None:
    """Do what follows from a page of Auth's events, then note how far that is: coming again does no harm.

    Names that were kept at an earlier place in the events are asked for anew from then on.
    """
    for event in page.events:
        if event.name == ERASED:
            erase_person(event.person_id)
    if page.cursor != auth_feed.cursor():
        FeedCursor.objects.update_or_create(pk=auth_feed.FEED, defaults={"cursor": page.cursor})


def erase_person(person_id: uuid.UUID, *, now: datetime | None = None) -> None:
    """Forget a person whom Auth has erased, and let nothing more be written in their name.

    What they learnt goes. What they taught stays: their courses and files keep or lose an id that names nobody. The
    audit and events keep ids, too; events are swept away.
    """
    now = now or timezone.now()
    with transaction.atomic():
        stone = Tombstone(id=person_id, erased_at=now, forget_again_at=now + SOON)
        Tombstone.objects.bulk_create([stone], ignore_conflicts=True)
        _forget(person_id)


def _forget(person_id: uuid.UUID) -> None:
    progress_actions.forget_person(person_id)
    files_actions.forget_person(person_id)
    IdempotencyKey.objects.filter(caller=str(person_id)).delete()


def forget_once_more(*, now: datetime) -> int:
    """Forget what was written by requests that came before all had heard of the erasure; returns of how many people.

    Twice: soon, and when the last token has expired.
    """
    due = list(Tombstone.objects.filter(forget_again_at__lte=now))
    for stone in due:
        last = stone.erased_at + LONGEST_TOKEN_LIFE
        with transaction.atomic():
            _forget(stone.pk)
            stone.forget_again_at = last if now < last else None
            stone.save(update_fields=["forget_again_at"])
    return len(due)
