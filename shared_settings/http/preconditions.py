"""Conditional requests (RFC 9110): what `If-Match` and `If-None-Match` say."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import parse_etags
from rest_framework.request import Request

from shared_settings.etags import Expected


def expected_by(request: Request) -> Expected | None:
    """What `If-Match` names; None when anything will do. A malformed one names nothing, so nothing will do."""
    header = request.META.get("HTTP_IF_MATCH", "").strip()
    if header in ("", "*"):
        return None
    return Expected.of(parse_etags(header))


def is_not_modified(request: Request | HttpRequest, tag: str) -> bool:
    """Whether the caller of a GET already has this."""
    header = request.META.get("HTTP_IF_NONE_MATCH", "").strip()
    if request.method not in ("GET", "HEAD") or not header:
        return False
    return header == "*" or tag in (given.removeprefix("W/") for given in parse_etags(header))
