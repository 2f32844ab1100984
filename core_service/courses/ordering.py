"""Places among siblings: 0, 1, 2, … without gaps, kept so by two statements for every shift.

One statement that shifts several rows would meet the unique constraint halfway, on both databases. So rows first pass
to negative places, where no sibling stands, and then to their new ones. Callers hold the lock of the course.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Case, F, QuerySet, Value, When

from core_service.courses.models import OrderedContent
from shared_settings.problems import Invalid

Rows = QuerySet[Any]


def siblings_of(row: OrderedContent) -> Rows:
    """All rows of the same parent, the row itself among them."""
    return siblings_in(type(row), row.parent_id)


def siblings_in(model: type[OrderedContent], parent_id: uuid.UUID) -> Rows:
    return model.objects.filter(**{f"{model.parent_name}_id": parent_id})


def checked(index: int | None, end: int) -> int:
    """The index, or the end without one; raises `Invalid` past the end."""
    if index is None:
        return end
    if not 0 <= index <= end:
        raise Invalid.field("order_index", "out_of_range", f"It is at most {end}, which is the end.")
    return index


def make_room(siblings: Rows, index: int | None) -> int:
    """Shift what stands at the index and after it up by one; returns the free place (the end without an index)."""
    end = siblings.count()
    place = checked(index, end)
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
    place, here = min(checked(index, end), end - 1), row.order_index
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
