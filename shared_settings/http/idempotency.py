"""Idempotency-Key: the retry of a POST gets the first answer again, and nothing is done twice."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Protocol

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from shared_settings import trace
from shared_settings.http.errors import TooManyRequests
from shared_settings.journal import journal_model
from shared_settings.problems import Invalid, Problem

KEPT = timedelta(hours=24)
_WELL_FORMED = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT_HEADERS = ("Location", "ETag")
LONGEST_WAIT = "10s"  # for a twin
_WAITED_TOO_LONG = frozenset({"55P03", "57014"})  # PostgreSQL's codes of `lock_timeout` and `statement_timeout`


class BadIdempotencyKey(Problem):
    status = 400
    code = "bad_idempotency_key"
    title = "The Idempotency-Key is not well formed."
    detail = "It is 1 to 255 visible ASCII characters; a UUID serves well."


class IdempotencyKeyReused(Problem):
    status = 422
    code = "idempotency_key_reused"
    title = "This Idempotency-Key came with another body before."
    detail = "Make a new key for every new request."


class StillRunning(Problem):
    status = 409
    code = "idempotency_key_in_use"
    title = "The first request with this Idempotency-Key still runs."
    detail = "Wait as long as `Retry-After` says, then send it again with the same key."


class View(Protocol):
    replays: bool

    def prepare(self, request: Request, *args: Any, **kwargs: Any) -> None: ...

    def handle_exception(self, exc: Exception) -> Response: ...


class _NotKept(Exception):
    def __init__(self, response: Response) -> None:
        self.response = response


def _comparable(value: Any) -> Any:
    """The body as JSON-ready values; a file counts by what is in it, since a form's boundary differs every time."""
    if isinstance(value, UploadedFile):
        digest = hashlib.sha256()
        for chunk in value.chunks():
            digest.update(chunk)
        value.seek(0)
        return {"name": value.name, "sha256": digest.hexdigest()}
    if hasattr(value, "lists"):
        return {name: [_comparable(inner) for inner in values] for name, values in value.lists()}
    return value


def _mac(request: Request) -> str:
    text = json.dumps(_comparable(request.data), sort_keys=True)
    return salted_hmac("idempotency", text, algorithm="sha256").hexdigest()


def _again(row: Any, mac: str) -> Response:
    if row.body_mac != mac:
        raise IdempotencyKeyReused
    is_problem = row.status >= 400
    body = json.loads(row.body or "null")
    if is_problem:
        body["request_id"] = trace.request_id.get()  # whoever reports it means this request, which the log knows
    response = Response(body, status=row.status, headers=row.headers)
    response.exception = is_problem
    return response


def once(view: View, handler: Callable[..., Response], request: Request, *args: Any, **kwargs: Any) -> Response:
    """Run the handler of a POST, or answer as it did before.

    The key, all that the handler writes and its answer are one transaction: a crash leaves either everything or
    nothing, and a twin that comes meanwhile waits for the first to end; raises StillRunning when that takes long.
    `view.prepare` runs before the transaction.
    """
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is not None and not _WELL_FORMED.fullmatch(key):
        raise BadIdempotencyKey
    if key is None or not view.replays:
        view.prepare(request, *args, **kwargs)
        return handler(request, *args, **kwargs)

    rows = journal_model("IdempotencyKey").objects
    caller = str(request.user.pk) if request.user.is_authenticated else "anonymous"
    name = {"caller": caller, "path": request.path.rstrip("/")[:500], "key": key}
    mac = _mac(request)
    now = timezone.now()
    known = rows.filter(**name, created_at__gt=now - KEPT).first()
    if known is not None:
        return _again(known, mac)
    try:
        view.prepare(request, *args, **kwargs)
    except Exception as error:
        if isinstance(error, Problem) and error.status == TooManyRequests.status:
            raise  # nothing was tried: the same key may come again after `Retry-After`
        if isinstance(error, ValidationError | Invalid) and not request.user.is_authenticated:
            raise  # nothing was counted: kept, it would let anybody fill the table; the same body is refused alike
        handler = _refusal(error)  # kept like a refusal of the handler
    try:
        with transaction.atomic():
            with _no_endless_wait():
                rows.filter(**name, created_at__lte=now - KEPT).delete()
                row = rows.create(**name, body_mac=mac, created_at=now)
            response = _run(view, handler, request, *args, **kwargs)
            if response.status_code >= 500:
                raise _NotKept(response)
            row.status = response.status_code
            row.headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
            row.body = "" if response.data is None else JSONRenderer().render(response.data).decode()
            row.save(update_fields=["status", "headers", "body"])
            return response
    except IntegrityError:
        known = rows.filter(**name).first()
        if known is None:
            raise
        return _again(known, mac)
    except _NotKept as failed:
        return failed.response


@contextmanager
def _no_endless_wait() -> Iterator[None]:
    """On PostgreSQL what is done inside waits for nothing but a twin. SQLite's one writer may do anything else, and
    whoever waits too long for it hears that the database does not answer."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'")
        try:
            yield
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) not in _WAITED_TOO_LONG:
                raise
            raise StillRunning(headers={"Retry-After": "5"}) from error
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")


def _refusal(error: Exception) -> Callable[..., Response]:
    def refuse(request: Request, *args: Any, **kwargs: Any) -> Response:
        raise error

    return refuse


def _run(view: View, handler: Callable[..., Response], request: Request, *args: Any, **kwargs: Any) -> Response:
    """The handler's answer, also when it refuses; what it wrote before a refusal is undone."""
    try:
        with transaction.atomic():
            return handler(request, *args, **kwargs)
    except Exception as error:
        response = view.handle_exception(error)
        response.exception = True
        return response
