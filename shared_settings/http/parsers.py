"""Bodies: strict JSON, of bounded depth, in UTF-8."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

# One match a string (closed or not) or bracket, so that the scan is linear in whatever comes.
_STRING_OR_BRACKET = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.DOTALL)
_ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def is_too_deep(body: bytes, most: int) -> bool:
    """Whether arrays and objects lie in each other more than `most` deep."""
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(body):
        first = match[0][:1]
        if first in b"[{":
            depth += 1
            if depth > most:
                return True
        elif first in b"]}":
            depth -= 1
    return False


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("a number is too large")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def read_json(body: bytes) -> Any:
    """The value of a JSON text; raises DRF's ParseError with a sentence."""
    if is_too_deep(body, settings.JSON_MAX_DEPTH):
        raise ParseError(f"It is nested more than {settings.JSON_MAX_DEPTH} deep.")
    try:
        value = json.loads(body.decode("utf-8"), parse_float=_finite, parse_constant=_no_constant)
        if _ESCAPED_SURROGATE.search(body):
            json.dumps(value, ensure_ascii=False).encode("utf-8")  # half a surrogate pair cannot be stored or sent
    except UnicodeError:
        raise ParseError("It is not valid UTF-8.") from None
    except ValueError as error:
        raise ParseError(f"It is not valid JSON: {error}."[:300]) from None
    return value


class StrictJSONParser(BaseParser):
    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return read_json(stream.read())
