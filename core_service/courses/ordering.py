"""Places among siblings: 0, 1, 2, … without gaps, kept so by two statements for every shift.

One statement that shifts several rows would meet the unique constraint halfway, on both databases. So rows first pass
to negative places, where no sibling stands, and then to their new ones. Callers hold the lock of the course.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Case, F, QuerySet, Value, When

from core_service.courses.models import OrderedContent
from core_service.courses.problems import TooManySiblings
from core_service.courses.rules import MOST_SIBLINGS

Rows = QuerySet[Any]


def siblings_of(row: OrderedContent) -> Rows:
    """All rows of the same parent, the row itself among them."""
    return type(row).objects.filter(**{f"{row.parent_name}_id": row.parent_id})


def place_of(index: int | None, end: int) -> int:
    """Where a row comes to stand: at the index, or at the end without one and for any that lies beyond."""
    return end if index is None else min(index, end)


def make_room(siblings: Rows, index: int | None) -> int:
    """Shift what stands at the index and after it up by one; returns the free place (the end without an index).

    Raises `TooManySiblings` when there is none.
    """
    end = siblings.count()
    if end >= MOST_SIBLINGS:
        raise TooManySiblings(f"At most {MOST_SIBLINGS:,} have the same parent.")
    place = place_of(index, end)
    if place < end:
        _shift(siblings, siblings.filter(order_index__gte=place), 1)
    return place


def close_gap(siblings: Rows, place: int) -> None:
    """Shift what stands after a place that was left down by one."""
    _shift(siblings, siblings.filter(order_index__gt=place), -1)


def move(row: OrderedContent, index: int) -> None:
    """Take the row to the index; what lies between shifts by one."""
    siblings = siblings_of(row)
    end = siblings.count()
    place, here = place_of(index, end - 1), row.order_index
    if place == here:
        return
    step = 1 if place < here else -1
    between = siblings.filter(order_index__range=(min(place, here), max(place, here)))
    between.update(
        order_index=Case(When(pk=row.pk, then=Value(-place - 1)), default=-F("order_index") - Value(step + 1))
    )
    settle(siblings)
    row.order_index = place


def settle(rows: Rows) -> None:
    """Bring rows back from the negative places: what is at -1 comes to 0, what is at -2 to 1."""
    rows.filter(order_index__lt=0).update(order_index=-F("order_index") - Value(1))


def _shift(siblings: Rows, rows: Rows, by: int) -> None:
    if rows.update(order_index=-F("order_index") - Value(by + 1)):
        settle(siblings)
