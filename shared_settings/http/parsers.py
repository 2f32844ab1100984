"""Bodies: strict JSON, of bounded depth, in UTF-8; and forms, whole and without repetitions."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.http import parse_header_parameters
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, FormParser, MultiPartParser

from shared_settings.problems import FieldError, Invalid

# Closed or not, so that the search is linear in whatever comes.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_ONE_KIND = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def is_too_deep(body: bytes, most: int) -> bool:
    """Whether arrays and objects lie in each other more than `most` deep (what is never closed, twice that at most)."""
    if body.count(b"[") + body.count(b"{") <= most:
        return False
    brackets = _STRING.sub(b"", body).translate(_ONE_KIND, _NO_BRACKETS)
    for _ in range(most):  # each takes the innermost away
        brackets = brackets.replace(b"[]", b"")
    return b"[]" in brackets or brackets.count(b"[") > most


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("a number is too large")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(members)
    if len(value) < len(members):
        raise ValueError("an object names a member twice")
    return value


def read_json(body: bytes) -> Any:
    """The value of a JSON text; raises DRF's ParseError with a sentence."""
    if is_too_deep(body, settings.JSON_MAX_DEPTH):
        raise ParseError(f"It is nested more than {settings.JSON_MAX_DEPTH} deep.")
    try:
        value = json.loads(
            body.decode("utf-8"), object_pairs_hook=_object, parse_float=_finite, parse_constant=_no_constant
        )
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


def _refuse_repeated(names: Iterable[str]) -> None:
    if repeated := [name for name, count in Counter(names).items() if count > 1]:
        raise Invalid(errors=[FieldError(f"/{name[:200]}", "repeated", "Send it once.") for name in repeated])


class StrictUrlEncodedParser(FormParser):
    """`application/x-www-form-urlencoded`; refuses repetitions, of which Django would take the last (RFC 6749, 3.2)."""

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        form = super().parse(stream, media_type, parser_context)
        _refuse_repeated(name for name, values in form.lists() for _ in values)
        return form


class _Watched:
    """A stream that remembers the end of what was read from it."""

    _longest_end = 256  # a boundary has at most 201 characters

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.end = b""

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        self.end = (self.end + chunk)[-self._longest_end :]
        return chunk


class StrictFormParser(MultiPartParser):
    """`multipart/form-data`; refuses one that was cut off, where Django would take half of a file for all of it."""

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        watched: Any = _Watched(stream)
        form = super().parse(watched, media_type, parser_context)
        boundary = parse_header_parameters(media_type or "")[1].get("boundary", "")
        if f"--{boundary}--".encode() not in watched.end:
            raise ParseError("The form is cut off: its closing boundary is missing.")
        _refuse_repeated(name for part in (form.data, form.files) for name, values in part.lists() for _ in values)
        return form
