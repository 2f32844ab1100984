"""Problems, request ids, hosts, proxies, probes and documentation."""

from __future__ import annotations

import ipaddress
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from shared_settings import database, logs, trace
from shared_settings.http import middleware
from shared_settings.tests.conftest import Caller
from shared_settings.tests.things.models import Thing


def assert_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    body: dict[str, Any] = response.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["request_id"] == response["X-Request-ID"]
    assert body["title"]
    assert body["detail"]
    return body


@pytest.mark.asvs("16.5.1", "16.5.4")
@pytest.mark.django_db
@pytest.mark.parametrize("debug", [False, True])
def test_every_error_is_a_problem(call: Caller, thing: Thing, settings: Any, debug: bool) -> None:
    settings.DEBUG = debug
    assert_problem(call("GET", "/nothing"), 404, "not_found")
    assert_problem(call("GET", "/things/not-a-uuid"), 404, "not_found")
    assert_problem(call("GET", "/things/00000000-0000-0000-0000-000000000000"), 404, "not_found")
    assert "GET" in call("DELETE", "/things/")["Allow"]
    assert_problem(call("OPTIONS", "/things/?search=a"), 405, "method_not_allowed")
    assert_problem(call("DELETE", "/things/"), 405, "method_not_allowed")
    assert_problem(call("POST", "/things/", b"a", Content_Type="text/plain"), 415, "unsupported_media_type")
    assert_problem(call("GET", "/things/", Accept="image/png"), 406, "not_acceptable")
    body = assert_problem(Client(raise_request_exception=False).get("/broken"), 500, "internal_error")
    assert "abcdef" not in json.dumps(body)


@pytest.mark.parametrize("path", ["/schema", "/docs", "/redoc"])
def test_the_documentation_refuses_like_any_call(call: Caller, path: str) -> None:
    assert_problem(call("GET", f"{path}?bogus=1"), 400, "invalid")
    assert_problem(call("GET", f"{path}?format=xml"), 404, "not_found")
    refused = call("POST", path)
    assert_problem(refused, 405, "method_not_allowed")
    assert refused["Allow"] == "GET, HEAD"
    assert "image" not in assert_problem(call("GET", path, Accept="image/png"), 406, "not_acceptable")["detail"]
    assert call("GET", path).status_code == call("HEAD", path).status_code == 200


def test_an_address_that_is_no_path_is_a_problem(call: Caller) -> None:
    assert_problem(call.client.generic("OPTIONS", "*", PATH_INFO="*"), 404, "not_found")


def test_a_browser_finds_an_icon(call: Caller) -> None:
    answer: Any = call.client.get("/favicon.ico", follow=True)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")


def test_the_way_to_the_documentation_takes_only_reading(call: Caller) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "FOO"):
        refused = call.client.generic(method, "/")
        assert_problem(refused, 405, "method_not_allowed")
        assert refused["Allow"] == "GET, HEAD"
    for method in ("GET", "HEAD"):
        answer = call.client.generic(method, "/")
        assert (answer.status_code, answer["Location"]) == (302, "/api/v1/docs")


@pytest.mark.django_db
def test_a_browser_sees_a_problem_in_a_page_only_where_a_page_is(call: Caller) -> None:
    assert_problem(call("GET", "/nothing", Accept="text/html"), 404, "not_found")
    page = call("GET", "/things/?bogus=1", Accept="text/html")
    assert page.status_code == 400
    assert page["Content-Type"].startswith("text/html")
    assert "unknown_field" in page.content.decode()
    assert "application/problem+json" in page.content.decode()


@pytest.mark.django_db
def test_both_forms_of_a_path_answer_alike(call: Caller, thing: Thing) -> None:
    for path in ("/things", "/things/", f"/things/{thing.id}", f"/things/{thing.id}/", "/docs", "/docs/"):
        assert call("GET", path).status_code == 200
    assert call("GET", "/things//").status_code == 404


@pytest.mark.django_db
def test_an_answer_says_how_long_it_is_unless_it_has_no_body(call: Caller, thing: Thing) -> None:
    path = f"/things/{thing.id}"
    read, head = call("GET", path), call("HEAD", path)
    assert read["Content-Length"] == head["Content-Length"] == str(len(read.content))
    assert head.content == b""
    assert call("GET", "/nothing")["Content-Length"]
    assert "Content-Length" not in call("GET", path, If_None_Match=read["ETag"])


@pytest.mark.parametrize("given", ["abcdefgh", "A-Z.a_z-0123", "x" * 64])
@pytest.mark.django_db
def test_a_well_formed_request_id_is_kept(call: Caller, given: str) -> None:
    assert call("GET", "/nothing", X_Request_ID=given)["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["short", "x" * 65, "has space", "semi;colon", "ünïcödé-id"])
@pytest.mark.django_db
def test_any_other_request_id_is_replaced(call: Caller, given: str) -> None:
    made = call("GET", "/nothing", X_Request_ID=given)["X-Request-ID"]
    assert made != given
    assert re.fullmatch(r"[A-Za-z0-9._-]{8,64}", made)


def test_a_host_that_is_not_ours_is_refused_but_for_probes(db: None) -> None:
    client = Client(headers={"Host": "evil.example.net"})
    assert_problem(client.get("/api/v1/things/"), 400, "bad_host")
    assert client.get("/healthz").status_code == 200


@pytest.mark.asvs("15.3.4")
@pytest.mark.parametrize(
    ("remote", "forwarded", "wanted"),
    [
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.3", "10.0.0.3"),
        ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("::ffff:11.0.0.1", "198.51.100.7", "::ffff:11.0.0.1"),
    ],
)
def test_the_client_is_the_last_address_that_no_trusted_proxy_has(remote: str, forwarded: str, wanted: str) -> None:
    assert middleware.client_address(remote, forwarded, [ipaddress.ip_network("10.0.0.0/8")]) == wanted


@pytest.mark.asvs("4.1.3")
def test_forwarded_headers_count_only_from_a_trusted_proxy(settings: Any, rf: RequestFactory) -> None:
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8")]
    passed = middleware.forwarded(lambda request: request)  # type: ignore[arg-type,return-value]
    headers = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "learn.example.org"}
    trusted: Any = passed(rf.get("/", headers=headers, REMOTE_ADDR="10.0.0.1"))
    assert (trusted.META["REMOTE_ADDR"], trusted.scheme, trusted.META["HTTP_HOST"]) == (
        "198.51.100.7",
        "https",
        "learn.example.org",
    )
    stranger: Any = passed(rf.get("/", headers=headers, REMOTE_ADDR="192.0.2.1"))
    assert (stranger.META["REMOTE_ADDR"], stranger.scheme, stranger.META.get("HTTP_HOST")) == (
        "192.0.2.1",
        "http",
        None,
    )


@pytest.mark.django_db
def test_probes_answer_and_say_what_is_wrong(client: Client, settings: Any) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}
    assert_problem(client.post("/healthz"), 405, "method_not_allowed")
    settings.READY_CHECKS = {"keys": f"{__name__}.no_keys"}
    assert "keys" in assert_problem(client.get("/readyz"), 503, "not_ready")["detail"]


def no_keys() -> None:
    raise LookupError("none")


@pytest.mark.django_db
def test_readiness_waits_for_migrations(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_is_migrated", False)
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: ["one"])
    assert "migrations" in assert_problem(client.get("/readyz"), 503, "not_ready")["detail"]


@pytest.mark.django_db
def test_metrics_count_routes_and_no_ids(call: Caller, thing: Thing) -> None:
    call("GET", f"/things/{thing.id}")
    text = call.client.get("/metrics").content.decode()
    assert 'route="api/v1/things/<uuid:thing_id>"' in text
    assert 'journal_deliveries{state="pending"} 0.0' in text
    assert str(thing.id) not in text


def test_the_documentation_is_whole_and_loads_nothing_from_elsewhere(client: Client, db: None) -> None:
    for page in ("docs", "redoc"):
        answer = client.get(f"/api/v1/{page}")
        policy = answer["Content-Security-Policy"]  # for what the scripts would load: ReDoc's has a logo elsewhere
        assert policy.startswith("default-src 'self'")
        assert "http" not in policy
        html = answer.content.decode()
        loaded = re.findall(r"(?:src|href)=\"([^\"]+)\"", html)
        assert loaded
        for link in loaded:
            assert link.startswith(("/", "data:")), link
            if link.startswith("/static/"):
                assert client.get(link).status_code == 200, link
    assert client.get("/api/v1/schema?format=json").json()["openapi"] == "3.0.3"
    assert client.get("/", follow=True).redirect_chain[-1][0] == "/api/v1/docs"


class Lines(logging.Handler):
    """Who said what about which request, and whether with a traceback."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, str, bool]] = []
        self.request_ids: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append((record.name, record.levelname, bool(record.exc_info)))
        self.request_ids.add(trace.request_id.get())


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler = Lines()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


def failing(get_response: Any) -> Any:
    def middleware(request: HttpRequest) -> HttpResponse:
        raise RuntimeError("on purpose")

    return middleware


ABOUT_ITSELF = ("http", "INFO", False)


@pytest.mark.parametrize(
    ("path", "also", "expected"),
    [
        ("/nothing", [], [ABOUT_ITSELF]),
        ("/busy", [], [ABOUT_ITSELF]),
        ("/broken", [], [("http", "ERROR", True), ABOUT_ITSELF]),
        ("/nothing", [f"{__name__}.failing"], [("django.request", "ERROR", True), ABOUT_ITSELF]),
    ],
    ids=["not found", "unavailable", "failed in a view", "failed in a middleware"],
)
def test_a_request_has_one_line_and_a_failure_its_traceback_once(
    settings: Any, lines: Lines, path: str, also: list[str], expected: list[tuple[str, str, bool]]
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, *also]
    answer = Client(raise_request_exception=False).get(path)
    assert lines.seen == expected
    assert lines.request_ids == {answer["X-Request-ID"]}
    assert trace.request_id.get() == "-"


@pytest.mark.asvs("16.2.5")
@pytest.mark.parametrize(
    "text",
    ["Authorization: Bearer abc.def-ghi", "refresh=s3cr3t", '"password": "s3cr3t"', "eyJhbGciOi.eyJzdWIi.c2lnbmF0dXJl"],
)
def test_a_secret_that_reaches_a_log_line_is_removed(text: str) -> None:
    record = logging.LogRecord("a", logging.INFO, "", 0, "it failed: %s", (text,), None)
    logs.TraceFilter("things").filter(record)
    line = logs.JsonLines().format(record)
    assert not re.search(r"abc\.def|s3cr3t|eyJzdWIi", line)
    assert json.loads(line)["service"] == "things"


def test_a_path_of_many_beginnings_of_tokens_is_logged_in_linear_time() -> None:
    path = "eyJ" * 300_000
    assert logs.without_secrets(f"GET /{path} eyJhbGciOi.eyJzdWIi.c2ln") == f"GET /{path} eyJ[removed]"
