"""What Core's worker does about people: follow what Auth tells of them."""

from __future__ import annotations

from django.utils import timezone

from core_service.people import actions, auth_feed
from core_service.people.problems import AuthAway
from shared_settings.subscriptions import every

MOST_PAGES = 20  # well within the worker's lease


@every(seconds=10)
def follow_auth() -> None:
    """Hear of erasures and new names."""
    for _ in range(MOST_PAGES):
        try:
            page = auth_feed.events_after(auth_feed.cursor())
        except AuthAway:
            return
        actions.take_news(page)
        if not page.has_more:
            return


@every(seconds=60)
def forget_erased_people_once_more() -> None:
    actions.forget_once_more(now=timezone.now())
