"""Keyset pages: the cost does not grow with depth, and no row appears twice or is missed while others come and go."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Field, Model, Q, QuerySet

from shared_settings.problems import FieldError, Invalid

MOST_COUNTED = 10_000
_FORWARD, _BACK = "n", "p"


@dataclass(frozen=True)
class Page:
    """Rows of one page; `next` and `previous` are cursors, or None at an end."""

    rows: Sequence[Any]
    next: str | None
    previous: str | None
    count: int
    count_is_exact: bool


@dataclass(frozen=True)
class _Key:
    """One field of the order."""

    name: str
    descending: bool
    field: Field[Any, Any]


def _wrong_cursor() -> Invalid:
    return Invalid(errors=[FieldError("?cursor", "invalid_cursor", "Take it from `next` or `previous`, unchanged.")])


def _keys(model: type[Model], ordering: Sequence[str]) -> list[_Key]:
    fields = {field.name: field for field in model._meta.concrete_fields}
    names = [*ordering, *(() if {"id", "-id"} & set(ordering) else ("id",))]
    return [_Key(name.removeprefix("-"), name.startswith("-"), fields[name.removeprefix("-")]) for name in names]


def _encode(direction: str, keys: Sequence[_Key], row: Any) -> str:
    values = [row[key.name] if isinstance(row, dict) else getattr(row, key.field.attname) for key in keys]
    order = ",".join(("-" if key.descending else "") + key.name for key in keys)
    text = json.dumps([direction, order, [str(value) for value in values]], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _decode(cursor: str, keys: Sequence[_Key]) -> tuple[str, list[Any]]:
    order = ",".join(("-" if key.descending else "") + key.name for key in keys)
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        direction, cursor_order, values = json.loads(text)
        if direction not in (_FORWARD, _BACK) or cursor_order != order or len(values) != len(keys):
            raise _wrong_cursor()
        return direction, [_value_of(text, key.field) for key, text in zip(keys, values, strict=True)]
    except (ValueError, TypeError, OverflowError, binascii.Error, ValidationError, RecursionError):
        raise _wrong_cursor() from None


def _value_of(text: object, field: Field[Any, Any]) -> Any:
    """What a cursor, which anybody can write, says of one field; raises ValueError for what no database takes."""
    if not isinstance(text, str) or "\0" in text:
        raise ValueError("no text")
    text.encode()  # half a surrogate pair is none
    value = field.to_python(text)
    # A time of another zone may lie outside of the calendar in ours.
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _beyond(keys: Sequence[_Key], values: Sequence[Any], *, backwards: bool) -> Q:
    """Rows after these values in the order (before them when backwards).

    The bound on the first field alone repeats what the rest says, so that an index over the order finds its start.
    """
    either = Q()
    equal = Q()
    for key, value in zip(keys, values, strict=True):
        comparison = "lt" if key.descending != backwards else "gt"
        either |= equal & Q((f"{key.name}__{comparison}", value))
        equal &= Q((key.name, value))
    first, bound = keys[0], "lte" if keys[0].descending != backwards else "gte"
    return Q((f"{first.name}__{bound}", values[0])) & either


def _count(queryset: QuerySet[Any, Any]) -> tuple[int, bool]:
    counted = queryset.order_by()[: MOST_COUNTED + 1].count()
    return min(counted, MOST_COUNTED), counted <= MOST_COUNTED


def page_of(queryset: QuerySet[Any, Any], ordering: Sequence[str], size: int, cursor: str | None) -> Page:
    """One page in two queries, or one when it is the whole list; raises `Invalid` for a cursor of another list."""
    keys = _keys(queryset.model, ordering)
    direction, values = _decode(cursor, keys) if cursor else (_FORWARD, None)
    backwards = direction == _BACK
    wanted = queryset if values is None else queryset.filter(_beyond(keys, values, backwards=backwards))
    order = [F(key.name).desc() if key.descending != backwards else F(key.name).asc() for key in keys]
    found = list(wanted.order_by(*order)[: size + 1])
    has_more, rows = len(found) > size, found[:size]
    if backwards:
        rows.reverse()
    is_whole = values is None and not has_more
    count, is_exact = (len(rows), True) if is_whole else _count(queryset)
    has_next = bool(rows) and (backwards or has_more)
    has_previous = bool(rows) and (has_more if backwards else values is not None)
    return Page(
        rows=rows,
        next=_encode(_FORWARD, keys, rows[-1]) if has_next else None,
        previous=_encode(_BACK, keys, rows[0]) if has_previous else None,
        count=count,
        count_is_exact=is_exact,
    )
