"""What every call of a service refuses alike; each service collects it in a module of its own, with two fixtures.

`client_for` returns who may send a call; `lists_of_anybody` are the paths with an id that may be anybody's, which list
nothing of who has nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from shared_settings.tests.calls import FORM, Call, calls_of, other_methods

pytestmark = pytest.mark.django_db
CALLS = calls_of(settings.ROOT_URLCONF.removesuffix("_service.urls"))
CALLS_WITH_BODY = [call for call in CALLS if call.content_type and not call.has_id]
ClientFor = Callable[[Call], Any]


def every(calls: list[Call]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("call", calls, ids=str)


def assert_problem(answer: Any, status: int, pointer: str | None = None) -> None:
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), answer.content
    if pointer is not None:
        assert pointer in {error["pointer"] for error in answer.json()["errors"]}


@every(CALLS)
def test_an_unknown_parameter_is_400(call: Call, client_for: ClientFor) -> None:
    assert_problem(call.sent_by(client_for(call), row_id=uuid.uuid4(), query="?bogus=1"), 400, "?bogus")


@every(CALLS_WITH_BODY)
def test_a_body_of_another_shape_is_400(call: Call, client_for: ClientFor) -> None:
    client = client_for(call)
    if call.content_type == FORM:
        assert_problem(call.sent_by(client, body="bogus=1"), 400, "/bogus")
        return
    assert_problem(call.sent_by(client, body='{"bogus": 1}'), 400, "/bogus")
    for body in ("[]", "null", "7", '{"a": 1', '{"a": "\\u0000"}'):
        assert_problem(call.sent_by(client, body=body), 400)


@every(CALLS_WITH_BODY)
def test_a_body_of_another_type_is_415(call: Call, client_for: ClientFor) -> None:
    assert_problem(call.sent_by(client_for(call), body="x", content_type="text/plain"), 415)


@every([call for call in CALLS if not call.is_open])
def test_without_a_token_is_401(call: Call, anonymous: Any) -> None:
    answer = call.sent_by(anonymous, row_id=uuid.uuid4())
    assert_problem(answer, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer")


@every(CALLS)
def test_a_bad_token_is_401_also_where_none_is_needed(call: Call, anonymous: Any) -> None:
    for header in ("Bearer nonsense", "Bearer a.b.c", "Basic YTpi"):
        answer = call.sent_by(anonymous, row_id=uuid.uuid4(), HTTP_AUTHORIZATION=header)
        assert_problem(answer, 401)
        assert answer["WWW-Authenticate"].startswith("Bearer")


@every([call for call in CALLS if call.has_id])
def test_an_unknown_or_malformed_id_is_404(
    call: Call, client_for: ClientFor, lists_of_anybody: tuple[str, ...]
) -> None:
    client = client_for(call)
    assert_problem(call.sent_by(client, row_id="7"), 404)
    answer = call.sent_by(client, row_id=uuid.uuid4())
    if call.path in lists_of_anybody:
        assert (answer.status_code, answer.json()["results"]) == (200, [])
    else:
        assert_problem(answer, 404)


@every(other_methods(CALLS))
def test_another_method_is_405(call: Call, client_for: ClientFor) -> None:
    answer = call.sent_by(client_for(call), row_id=uuid.uuid4())
    assert_problem(answer, 405)
    assert call.method.upper() not in answer["Allow"]
