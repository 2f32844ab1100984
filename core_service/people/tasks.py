"""What Core's worker does about people: follow what Auth tells of them."""

from __future__ import annotations

import logging

from django.conf import settings
from django.utils import timezone

from core_service.people import actions, auth_feed, reads
from core_service.people.problems import AuthSilent
from shared_settings.subscriptions import every

MOST_PAGES = 20  # well within the worker's lease
logger = logging.getLogger("people")


@every(seconds=10)
def follow_auth() -> None:
    """Hear of erasures and new names."""
    if not settings.AUTH_SERVICE_TOKEN:
        return
    for _ in range(MOST_PAGES):
        try:
            page = auth_feed.events_after(reads.cursor_of_auth_events())
        except AuthSilent as silence:
            logger.warning("Auth does not tell what happened to people (%s).", silence)
            return
        actions.take_news(page)
        if not page.has_more:
            return


@every(seconds=60)
def forget_erased_people_once_more() -> None:
    actions.forget_once_more(now=timezone.now())
