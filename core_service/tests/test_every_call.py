"""What every call of Core refuses alike."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from core_service.conftest import ApiClient
from shared_settings.tests.calls import Call, calls_of, other_methods

pytestmark = pytest.mark.django_db
CALLS = calls_of("core")
LISTS_OF_ANYBODY = "/courses/author/{author_id}"  # an author without courses is not unknown


def every(calls: list[Call]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("call", calls, ids=str)


def assert_problem(answer: Any, status: int, pointer: str | None = None) -> None:
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), answer.content
    if pointer is not None:
        assert pointer in {error["pointer"] for error in answer.json()["errors"]}


@every(CALLS)
def test_an_unknown_parameter_is_400(call: Call, admin: ApiClient) -> None:
    assert_problem(call.sent_by(admin, row_id=uuid.uuid4(), query="?bogus=1"), 400, "?bogus")


@every([call for call in CALLS if call.content_type and not call.has_id])
def test_a_body_of_another_shape_is_400(call: Call, admin: ApiClient) -> None:
    assert_problem(call.sent_by(admin, body='{"bogus": 1}'), 400, "/bogus")
    for body in ("[]", "null", "7", '{"a": 1', '{"a": "\\u0000"}'):
        assert_problem(call.sent_by(admin, body=body), 400)


@every([call for call in CALLS if call.content_type and not call.has_id])
def test_a_body_of_another_type_is_415(call: Call, admin: ApiClient) -> None:
    assert_problem(call.sent_by(admin, body="x", content_type="text/plain"), 415)


@every([call for call in CALLS if not call.is_open])
def test_without_a_token_is_401(call: Call, anonymous: ApiClient) -> None:
    answer = call.sent_by(anonymous, row_id=uuid.uuid4())
    assert_problem(answer, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer")


@every(CALLS)
def test_a_bad_token_is_401_also_where_none_is_needed(call: Call, anonymous: ApiClient) -> None:
    for header in ("Bearer nonsense", "Bearer a.b.c", "Basic YTpi"):
        answer = call.sent_by(anonymous, row_id=uuid.uuid4(), HTTP_AUTHORIZATION=header)
        assert_problem(answer, 401)
        assert answer["WWW-Authenticate"].startswith("Bearer")


@every([call for call in CALLS if call.has_id])
def test_an_unknown_or_malformed_id_is_404(call: Call, admin: ApiClient) -> None:
    assert_problem(call.sent_by(admin, row_id="7"), 404)
    answer = call.sent_by(admin, row_id=uuid.uuid4())
    if call.path == LISTS_OF_ANYBODY:
        assert answer.json()["results"] == []
    else:
        assert_problem(answer, 404)


@every(other_methods(CALLS))
def test_another_method_is_405(call: Call, admin: ApiClient) -> None:
    answer = call.sent_by(admin, row_id=uuid.uuid4())
    assert_problem(answer, 405)
    assert call.method.upper() not in answer["Allow"]
