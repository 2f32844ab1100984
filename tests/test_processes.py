"""What holds although a service is several processes: metrics are whole, and a line of the log names its request."""

from __future__ import annotations

import json

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.services import PATIENCE_SECONDS, PLAIN_HTTP, Platform, Service

pytestmark = pytest.mark.one_database  # no row is written


def requests_counted(service: Service, route: str) -> float:
    text = httpx.get(f"{service.url}/metrics", timeout=PATIENCE_SECONDS, **PLAIN_HTTP).text
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "http_requests_total" and sample.labels["route"] == route
    )


@pytest.mark.parametrize("name", ["auth", "core"])
def test_metrics_are_whole_whichever_process_answers(platform: Platform, name: str) -> None:
    service: Service = getattr(platform, name)
    answers: list[int] = []

    def ask() -> None:
        answers.append(httpx.get(f"{service.url}/api/v1/docs", timeout=PATIENCE_SECONDS, **PLAIN_HTTP).status_code)

    before = requests_counted(service, "api/v1/docs")
    service.wait_until_all_answer(ask, "api/v1/docs")
    assert set(answers) == {200}
    assert {requests_counted(service, "api/v1/docs") for _ in range(8)} == {before + len(answers)}


@pytest.mark.parametrize("name", ["auth", "core"])
def test_every_line_of_the_log_is_json_and_has_the_id_of_its_request(platform: Platform, name: str) -> None:
    service: Service = getattr(platform, name)
    for path in ("/api/v1/docs", "/nothing", "/readyz"):
        headers = {"X-Request-ID": f"asked-{name}-1"}
        httpx.get(service.url + path, timeout=PATIENCE_SECONDS, headers=headers, **PLAIN_HTTP)
    whole_lines = service.log.read_text().rpartition("\n")[0].splitlines()
    lines = [json.loads(line) for line in whole_lines]
    assert all(line["request_id"] and line["service"] == name for line in lines)
    told = [line["message"] for line in lines if line["request_id"] == f"asked-{name}-1"]
    assert told == ["GET /api/v1/docs 200", "GET /nothing 404"]  # probes are not told of
