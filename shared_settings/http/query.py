"""Query parameters: strict, described once by a serializer, read by the view that names it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote_to_bytes

from django.core.handlers.wsgi import get_bytes_from_wsgi
from django.core.validators import RegexValidator
from django.db.models import Q
from rest_framework import serializers
from rest_framework.request import Request

from shared_settings.http.errors import field_errors
from shared_settings.http.serializers import StrictSerializer, TextField, WholeNumberField
from shared_settings.problems import FieldError, Invalid

DEFAULT_PAGE_SIZE = 20
MOST_ROWS = 100
MOST_WORDS = 10
_INDEXED = re.compile(r"[^\W_]{3}")
_ALWAYS = frozenset({"format"})  # DRF's own: which renderer answers


class QuerySerializer(StrictSerializer):
    """The parameters of a call, one field each (a `ListField` may be repeated); this base has none."""

    is_query = True
    noun = "parameter"


class ListQuery(QuerySerializer):
    """What every list takes."""

    cursor = TextField(
        required=False,
        max_length=2000,
        validators=[RegexValidator(r"^[A-Za-z0-9_-]+$", "Take it from `next` or `previous`.", code="invalid_cursor")],
        help_text="Where the page begins; taken from `next` and `previous`.",
    )
    page_size = WholeNumberField(
        default=DEFAULT_PAGE_SIZE, min_value=1, max_value=MOST_ROWS, help_text="Rows a page, 1 to 100."
    )


class SearchField(TextField):
    """Words to search for in these fields of the model, the first of which is short; the value is a condition on rows.

    PostgreSQL's index knows three letters or digits in a row. Other words would have every text read.
    """

    def __init__(self, *fields: str, **kwargs: Any) -> None:
        self.searched = fields
        wide, short = (" or ".join(f"`{name}`" for name in names) for names in (fields, fields[:1]))
        kwargs.setdefault(
            "help_text",
            f"Rows that have every one of these words in {wide}; at most {MOST_WORDS} words."
            f" One without three letters or digits in a row is looked for in {short} only.",
        )
        # An empty search box sends an empty text.
        super().__init__(required=False, allow_blank=True, max_length=200, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        words = dict.fromkeys(super().run_validation(data).split())
        if len(words) > MOST_WORDS:  # every word is another look through the texts
            raise serializers.ValidationError(f"Search for at most {MOST_WORDS} different words.", code="too_many")
        return Q(*(self._has(word) for word in words))

    def _has(self, word: str) -> Q:
        fields = self.searched if _INDEXED.search(word) else self.searched[:1]
        return Q(*((f"{field}__icontains", word) for field in fields), _connector=Q.OR)


class OrderingField(TextField):
    """`field,-field` over the fields given; the value is a tuple of them."""

    def __init__(self, *fields: str, default: str, **kwargs: Any) -> None:
        self.allowed = fields
        kwargs.setdefault(
            "help_text", f"Comma-separated, `-` for descending: {', '.join(f'`{name}`' for name in fields)}."
        )
        super().__init__(default=default, max_length=200, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        names = super().to_internal_value(data).split(",")
        plain = [name.removeprefix("-") for name in names]
        if not set(plain) <= set(self.allowed) or len(set(plain)) != len(plain):
            raise serializers.ValidationError(f"Order by these, each once: {', '.join(self.allowed)}.", code="ordering")
        return tuple(names)

    def get_default(self) -> Any:
        return self.to_internal_value(super().get_default())


def read_query(request: Request, serializer_class: type[QuerySerializer]) -> dict[str, Any]:
    """The validated parameters; raises `Invalid` with all that is wrong, each as `?name`."""
    try:
        unquote_to_bytes(get_bytes_from_wsgi(request.META, "QUERY_STRING", "")).decode()
    except UnicodeDecodeError:
        raise Invalid(errors=[FieldError("?", "invalid_utf8", "Send text as UTF-8, percent-encoded.")]) from None
    given = request.query_params
    fields = serializer_class().fields
    lists = {name for name, field in fields.items() if isinstance(field, serializers.ListField)}
    repeated = [name for name in given if len(given.getlist(name)) > 1 and name not in lists]
    if repeated:
        raise Invalid(errors=[FieldError(f"?{name}", "repeated", "Give it once.") for name in repeated])
    values = {name: given.getlist(name) if name in lists else given[name] for name in given if name not in _ALWAYS}
    serializer = serializer_class(data=values)
    if not serializer.is_valid():
        wrong = [
            FieldError("?" + error.pointer.removeprefix("/").partition("/")[0], error.code, error.detail)
            for error in field_errors(serializer.errors)
        ]
        raise Invalid(errors=wrong)
    return dict(serializer.validated_data)
