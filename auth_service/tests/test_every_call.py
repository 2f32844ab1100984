"""What every call of Auth refuses alike."""

from __future__ import annotations

from typing import Any

import pytest

from auth_service.tests.cast import NOBODY, ApiClient, Member
from shared_settings.testing import SERVICE_TOKEN
from shared_settings.tests.calls import FORM, Call, calls_of, other_methods

pytestmark = pytest.mark.django_db
CALLS = calls_of("auth")


def every(calls: list[Call]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("call", calls, ids=str)


def assert_problem(answer: Any, status: int, pointer: str | None = None) -> None:
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), answer.content
    if pointer is not None:
        assert pointer in {error["pointer"] for error in answer.json()["errors"]}


def caller_of(call: Call, admin: Member) -> ApiClient:
    return ApiClient().bearer(SERVICE_TOKEN) if call.is_of_services else admin.client


@every(CALLS)
def test_an_unknown_parameter_is_400(call: Call, admin: Member) -> None:
    assert_problem(call.sent_by(caller_of(call, admin), row_id=NOBODY, query="?bogus=1"), 400, "?bogus")


@every([call for call in CALLS if call.content_type and not call.has_id])
def test_a_body_of_another_shape_is_400(call: Call, admin: Member) -> None:
    client = caller_of(call, admin)
    if call.content_type == FORM:
        assert_problem(call.sent_by(client, body="bogus=1"), 400)
        return
    assert_problem(call.sent_by(client, body='{"bogus": 1}'), 400, "/bogus")
    for body in ("[]", "null", "7", '{"a": 1', '{"a": "\\u0000"}'):
        assert_problem(call.sent_by(client, body=body), 400)


@every([call for call in CALLS if call.content_type and not call.has_id])
def test_a_body_of_another_type_is_415(call: Call, admin: Member) -> None:
    assert_problem(call.sent_by(caller_of(call, admin), body="x", content_type="text/plain"), 415)


@every([call for call in CALLS if not call.is_open])
def test_without_a_token_is_401(call: Call, anonymous: ApiClient) -> None:
    answer = call.sent_by(anonymous, row_id=NOBODY)
    assert_problem(answer, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer")


@every(CALLS)
def test_a_bad_token_is_401_also_where_none_is_needed(call: Call, anonymous: ApiClient) -> None:
    for header in ("Bearer nonsense", "Bearer a.b.c", "Basic YTpi"):
        answer = call.sent_by(anonymous, row_id=NOBODY, HTTP_AUTHORIZATION=header)
        assert_problem(answer, 401)
        assert answer["WWW-Authenticate"].startswith("Bearer")


@every([call for call in CALLS if call.has_id])
def test_an_unknown_or_malformed_id_is_404(call: Call, admin: Member) -> None:
    for row_id in ("7", NOBODY):
        assert_problem(call.sent_by(admin.client, row_id=row_id), 404)


@every(other_methods(CALLS))
def test_another_method_is_405(call: Call, admin: Member) -> None:
    client = ApiClient().bearer(SERVICE_TOKEN) if _is_of_services(call.path) else admin.client
    answer = call.sent_by(client, row_id=NOBODY)
    assert_problem(answer, 405)
    assert call.method.upper() not in answer["Allow"]


def _is_of_services(path: str) -> bool:
    return any(call.is_of_services for call in CALLS if call.path == path)
