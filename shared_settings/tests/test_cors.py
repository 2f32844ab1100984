"""Pages of other origins: which may call, what they may send, and what they may read of an answer."""

from __future__ import annotations

from typing import Any

import pytest

from shared_settings.tests.conftest import Caller

OURS, OTHER = "https://app.example.org", "https://evil.example.net"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_origin(settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = [OURS]


def words(header: str) -> set[str]:
    return {word.strip().lower() for word in header.split(",")}


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/things/", {}, 200),
        ("GET", "/things/?bogus=1", {}, 400),
        ("GET", "/things/", {"Host": OTHER.removeprefix("https://")}, 400),
        ("GET", "/nothing", {}, 404),
        ("DELETE", "/things/", {}, 405),
        ("POST", "/things/", {"Transfer-Encoding": "chunked"}, 411),
        ("POST", "/things/", {"Content-Type": "text/plain"}, 415),
    ],
)
def test_a_page_of_ours_reads_every_answer_with_its_headers(
    call: Caller, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    named = {name.replace("-", "_"): value for name, value in headers.items()}
    answer = call(method, path, b"{}" if method == "POST" else None, Origin=OURS, **named)
    assert answer.status_code == status
    assert_is_read(answer)


def test_a_page_of_ours_also_reads_that_something_went_wrong(call: Caller) -> None:
    answer = call.client.get("/broken", headers={"Origin": OURS})
    assert answer.status_code == 500
    assert_is_read(answer)


def assert_is_read(answer: Any) -> None:
    assert answer["Access-Control-Allow-Origin"] == OURS
    assert words(answer["Access-Control-Expose-Headers"]) == {"etag", "location", "x-request-id", "retry-after"}
    assert "origin" in words(answer["Vary"])
    assert answer["X-Request-ID"]


def test_a_page_of_another_origin_reads_nothing(call: Caller) -> None:
    for path in ("/things/", "/nothing"):
        answer = call("GET", path, Origin=OTHER)
        assert "Access-Control-Allow-Origin" not in answer
        assert "origin" in words(answer["Vary"])


def test_a_page_of_ours_may_send_the_headers_of_the_contract(call: Caller) -> None:
    asked = {"Access_Control_Request_Method": "PATCH", "Access_Control_Request_Headers": "if-match"}
    answer = call("OPTIONS", "/things/", Origin=OURS, **asked)
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, OURS)
    assert {"GET", "POST", "PUT", "PATCH", "DELETE"} <= set(answer["Access-Control-Allow-Methods"].split(", "))
    assert words(answer["Access-Control-Allow-Headers"]) == {
        *("authorization", "content-type", "if-match", "if-none-match", "idempotency-key", "x-request-id")
    }
    assert "Access-Control-Allow-Credentials" not in answer
