"""What every request passes before its view: proxies, trace and log, host, size of the body, and the pages' session."""

from __future__ import annotations

import ipaddress
import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import DisallowedHost
from django.core.signals import request_finished
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.utils.module_loading import import_string

from shared_settings import trace
from shared_settings.env import Network
from shared_settings.http import metrics
from shared_settings.http.errors import UnsupportedMediaType, problem_of, problem_response
from shared_settings.problems import Problem

Next = Callable[[HttpRequest], HttpResponseBase]

logger = logging.getLogger("http")

PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
_WITHOUT_CONTENT = frozenset({204, 304})


class LengthRequired(Problem):
    status = 411
    code = "length_required"
    title = "The length of the body is missing."
    detail = "Send a `Content-Length`; chunked bodies are not read."


class BodyTooLarge(Problem):
    status = 413
    code = "body_too_large"
    title = "The body is too large."


class BadHost(Problem):
    status = 400
    code = "bad_host"
    title = "This host is not served here."
    detail = "Add the host to `ALLOWED_HOSTS` if it should be."


def _is_trusted(address: str, proxies: list[Network]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        parsed = parsed.ipv4_mapped or parsed  # as a server that listens on [::] sees an IPv4 proxy
    return any(parsed in network for network in proxies)


def client_address(remote: str, forwarded_for: str, proxies: list[Network]) -> str:
    """Who asks: the last address, read from right to left, that is not a trusted proxy."""
    address = remote
    for hop in reversed(forwarded_for.split(",")):
        if not _is_trusted(address, proxies):
            break
        try:
            address = str(ipaddress.ip_address(hop.strip()))
        except ValueError:
            break
    return address


def forwarded(get_response: Next) -> Next:
    """Believe `X-Forwarded-*` when, and only when, a trusted proxy sends it."""
    proxies = settings.TRUSTED_PROXIES
    if not proxies:
        return get_response

    def middleware(request: HttpRequest) -> HttpResponseBase:
        meta = request.META
        if _is_trusted(meta.get("REMOTE_ADDR", ""), proxies):
            meta["REMOTE_ADDR"] = client_address(
                meta["REMOTE_ADDR"], meta.get("HTTP_X_FORWARDED_FOR", ""), settings.TRUSTED_PROXIES
            )
            if meta.get("HTTP_X_FORWARDED_PROTO") in ("http", "https"):
                meta["wsgi.url_scheme"] = meta["HTTP_X_FORWARDED_PROTO"]
            if meta.get("HTTP_X_FORWARDED_HOST"):
                meta["HTTP_HOST"] = meta["HTTP_X_FORWARDED_HOST"]
        return get_response(request)

    return middleware


def _leave_trace(**_: object) -> None:
    trace.end()


class Trace:
    """Request id, one log line and one measurement for every request; the last net for an exception of a view."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        # Not at the end of `__call__`: an answer may be streamed after it, and what fails in here is logged after it.
        request_finished.connect(_leave_trace, dispatch_uid=__name__)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = trace.begin(request.META.get("HTTP_X_REQUEST_ID", ""))
        started = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - started
        response.headers["X-Request-ID"] = request_id
        if response.status_code in _WITHOUT_CONTENT:
            del response.headers["Content-Type"]  # Django's default; RFC 9110, 8.6, forbids a length, too
        elif isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
        if request.method == "HEAD" and isinstance(response, HttpResponse):
            response.content = b""
        if request.path_info not in PROBES:
            match = getattr(request, "resolver_match", None)
            route = getattr(match, "route", None) or "unknown"
            metrics.observe(request.method or "", route, response.status_code, seconds)
            view = getattr(getattr(match, "func", None), "cls", None)
            is_routine = getattr(view, "is_polled", False) and response.status_code < 400
            logger.log(
                logging.DEBUG if is_routine else logging.INFO,
                "%s %s %s",
                request.method,
                request.path_info,
                response.status_code,
                extra={"status": response.status_code, "milliseconds": round(seconds * 1000, 1)},
            )
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a view outside the API (the API's answer by themselves), also with `DEBUG` never a debug page."""
        return problem_response(problem_of(exception))


def allowed_host(get_response: Next) -> Next:
    """Refuse a host that is not ours, on every path but the probes (an orchestrator asks those by address)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in PROBES:
            try:
                request.get_host()
            except DisallowedHost:
                return problem_response(BadHost())
        return get_response(request)

    return middleware


def _refusal_of_body(request: HttpRequest) -> Problem | None:
    meta = request.META
    if meta.get("HTTP_TRANSFER_ENCODING"):
        return LengthRequired()
    length = meta.get("CONTENT_LENGTH") or "0"
    if not length.isdigit():
        return LengthRequired()
    if meta.get("HTTP_CONTENT_ENCODING", "").strip().lower() not in ("", "identity"):
        detail = "Send the body as it is: nothing is unpacked here."
        return UnsupportedMediaType(detail, headers={"Accept-Encoding": "identity"})
    is_form = request.content_type == "multipart/form-data"
    limit = settings.UPLOAD_MAX_BYTES + settings.JSON_MAX_BYTES if is_form else settings.JSON_MAX_BYTES
    if int(length) > limit:
        return BodyTooLarge(f"It may have {limit:,} bytes and has {int(length):,}.")
    return None


def body_limits(get_response: Next) -> Next:
    """Refuse a body of unknown or too large size, before anything reads it and at once: `gunicorn.conf.py` says how."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        refusal = _refusal_of_body(request)
        if refusal is not None:
            return problem_response(refusal)
        return get_response(request)

    return middleware


class Pages:
    """Session, user and messages for pages that people see: the admin, and the browsable API of who signed in there.

    Every other request goes straight to its view. CSRF is checked where a cookie is believed: by the admin's views
    and by `authentication.PageSession`.
    """

    def __init__(self, get_response: Next) -> None:
        self.plain = get_response
        # Django's middleware types are wider than ours: they also allow async functions.
        chain: Any = get_response
        user = import_string(settings.PAGE_USER_MIDDLEWARE)
        for middleware in (XFrameOptionsMiddleware, MessageMiddleware, user, SessionMiddleware):
            chain = middleware(chain)
        self.pages: Next = chain

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_page = request.path_info.startswith("/admin") or (
            settings.SESSION_COOKIE_NAME in request.COOKIES and "HTTP_AUTHORIZATION" not in request.META
        )
        if not is_page:
            return self.plain(request)
        response = self.pages(request)
        if request.is_secure():
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response
