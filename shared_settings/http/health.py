"""Probes outside of the API: alive, ready, and what Prometheus reads."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.module_loading import import_string
from prometheus_client import CONTENT_TYPE_LATEST

from shared_settings import database
from shared_settings.http import metrics
from shared_settings.http.errors import MethodNotAllowed, problem_response
from shared_settings.problems import Unavailable

logger = logging.getLogger("health")


class NotReady(Unavailable):
    code = "not_ready"
    title = "The service is not ready."


def _checks() -> list[tuple[str, Callable[[], None]]]:
    """The parts that must work, by name; a service names its own in READY_CHECKS (a dotted path each)."""
    own = [(name, import_string(dotted)) for name, dotted in settings.READY_CHECKS.items()]
    return [("database", database.require_answer), ("migrations", database.require_migrations), *own]


def _only_get(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def checked(request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            problem = MethodNotAllowed(headers={"Allow": "GET, HEAD"})
            return problem_response(problem)
        response = view(request)
        response.headers["Cache-Control"] = "no-store"
        return response

    return checked


@_only_get
def alive(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@_only_get
def ready(request: HttpRequest) -> HttpResponse:
    for name, check in _checks():
        try:
            check()
        except Exception as error:
            logger.warning("Not ready: %s (%s).", name, error)
            return problem_response(NotReady(f"Not ready: {name}."))
    return JsonResponse({"status": "ok"})


@_only_get
def prometheus(request: HttpRequest) -> HttpResponse:
    return HttpResponse(metrics.exposed(), content_type=CONTENT_TYPE_LATEST)
