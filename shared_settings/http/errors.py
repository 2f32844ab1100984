"""Every refusal and failure as an RFC 9457 problem, from one place."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings

from shared_settings import trace
from shared_settings.problems import FieldError, Forbidden, Invalid, NotFound, Problem, Unavailable

logger = logging.getLogger("http")

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 100
MOST_TEXT = 24_000  # of all errors together, as JSON: a refusal may be kept for its retry
NAME_LENGTH = 200  # of a name in a pointer: it is the client's, and as long as a body may be


class Unauthenticated(Problem):
    status = 401
    code = "not_authenticated"
    title = "Sign in first."
    detail = "Send `Authorization: Bearer <access token>`."


class MethodNotAllowed(Problem):
    status = 405
    code = "method_not_allowed"
    title = "This address does not take that method."
    detail = "`Allow` names the methods that it takes."


class NotAcceptable(Problem):
    status = 406
    code = "not_acceptable"
    title = "Nothing that you accept can be sent."
    detail = "Accept `application/json`."


class UnsupportedMediaType(Problem):
    status = 415
    code = "unsupported_media_type"
    title = "This kind of body is not read here."
    detail = "Send it as `application/json`."


class ParseError(Problem):
    status = 400
    code = "parse_error"
    title = "The body cannot be read."


class TooManyRequests(Problem):
    status = 429
    code = "too_many_requests"
    title = "Too many requests."
    detail = "Wait as long as `Retry-After` says."


class InternalError(Problem):
    status = 500
    code = "internal_error"
    title = "Something went wrong on our side."
    detail = "It was recorded. Name the `request_id` when you report it."


_BY_STATUS: dict[int, type[Problem]] = {
    400: Invalid,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    405: MethodNotAllowed,
    406: NotAcceptable,
    415: UnsupportedMediaType,
    429: TooManyRequests,
    503: Unavailable,
}


def body_of(problem: Problem) -> dict[str, Any]:
    """The problem as JSON-ready values."""
    body: dict[str, Any] = {
        "type": f"urn:course-platform:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail or problem.title,
        "code": problem.code,
        "request_id": trace.request_id.get(),
    }
    if problem.status == Invalid.status:
        body["errors"] = list(_shown(problem.errors))
    return body


def _shown(errors: Sequence[FieldError]) -> Iterator[dict[str, str]]:
    room = MOST_TEXT
    for error in errors[:MOST_ERRORS]:
        shown = {"pointer": error.pointer, "code": error.code, "detail": error.detail}
        room -= len(json.dumps(shown))
        if room < 0:
            return
        yield shown


def problem_response(problem: Problem) -> HttpResponse:
    """A problem for what is answered outside of DRF's views."""
    content = json.dumps(body_of(problem))
    return HttpResponse(content, status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers)


class Place(str):
    """A pointer to what a client named, as a key of DRF's error detail: no such name is taken for one of DRF's own."""

    __slots__ = ()


def pointer_part(name: object) -> str:
    """One step of a JSON Pointer (RFC 6901)."""
    return "/" + str(name)[:NAME_LENGTH].replace("~", "~0").replace("/", "~1")


def _step(name: str) -> str:
    if isinstance(name, Place):
        return name
    return "" if name == "non_field_errors" else pointer_part(name)


def field_errors(detail: Any, pointer: str = "") -> Iterator[FieldError]:
    """DRF's nested error detail as a flat list."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from field_errors(inner, pointer + _step(name))
    elif isinstance(detail, list | tuple):
        for index, inner in enumerate(detail):
            # A list of texts is what is wrong with this place; a list of dicts is one entry an element.
            nested = isinstance(inner, Mapping | list | tuple)
            yield from field_errors(inner, pointer + pointer_part(index) if nested else pointer)
    elif detail:
        yield FieldError(pointer, getattr(detail, "code", None) or "invalid", str(detail))


def _of_api_exception(error: exceptions.APIException) -> Problem:
    if isinstance(error, exceptions.ValidationError):
        return Invalid(errors=list(field_errors(error.detail)))
    if isinstance(error, exceptions.ParseError):
        return ParseError(str(error.detail))
    kind = _BY_STATUS.get(error.status_code, Problem)
    problem = kind()
    wait = getattr(error, "wait", None)
    if wait:
        problem.headers["Retry-After"] = str(int(wait) + 1)
    challenge = getattr(error, "auth_header", None)
    if challenge:
        problem.headers["WWW-Authenticate"] = challenge
    return problem


def problem_of(error: Exception) -> Problem:
    """What to tell the client of an exception; what we did not expect is logged, and told as a 500 only."""
    match error:
        case Problem():
            return error
        case exceptions.APIException():
            return _of_api_exception(error)
        case Http404():
            return NotFound()
        case PermissionDenied():
            return Forbidden()
        case RequestDataTooBig() | SuspiciousOperation():
            return ParseError("It is malformed, cut off, or has too many parts.")
        case OperationalError() | InterfaceError():
            logger.exception("The database does not answer.")
            return Unavailable("The database does not answer.")
        case DataError():
            logger.exception("The database refused a value that our checks let through.")
            return ParseError("A value is outside of what can be stored.")
    logger.error("Unexpected exception.", exc_info=error)
    return InternalError()


def answer(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler."""
    problem = problem_of(error)
    if problem.status == Unauthenticated.status:
        # A page that shows this asks who it is, which would fail again.
        context["request"].user = api_settings.UNAUTHENTICATED_USER()  # type: ignore[operator]  # the class itself
    if isinstance(problem, UnsupportedMediaType):
        taken = " or ".join(f"`{parser.media_type}`" for parser in context["view"].parser_classes)
        problem.detail = f"Send it as {taken}."
    if isinstance(problem, NotAcceptable):
        sent = dict.fromkeys(f"`{renderer.media_type}`" for renderer in context["view"].renderer_classes)
        problem.detail = f"Accept {' or '.join(sent)}."
    response = Response(body_of(problem), status=problem.status, headers=problem.headers)
    response.problem = problem  # type: ignore[attr-defined]
    return response


def unknown_path(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    return problem_response(NotFound("There is no such address."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`: what failed outside of every view."""
    return problem_response(InternalError())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's `handler400`."""
    return problem_response(ParseError("It is malformed."))
