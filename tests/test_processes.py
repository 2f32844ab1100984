"""What holds although a service is several processes: metrics are whole, and a line of the log names its request."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.services import PLAIN_HTTP, Platform, Service, wait_until


def requests_counted(service: Service, route: str) -> float:
    text = httpx.get(f"{service.url}/metrics", timeout=30, **PLAIN_HTTP).text
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

    def both_have_answered() -> bool:
        """Whichever process is free takes a new connection."""
        with ThreadPoolExecutor() as threads:
            url = f"{service.url}/api/v1/docs"
            sent = [threads.submit(httpx.get, url, timeout=30, **PLAIN_HTTP) for _ in range(20)]
        answers.extend(one.result().status_code for one in sent)
        return len(list((platform.var / "metrics" / name).glob("counter_*.db"))) >= 2

    before = requests_counted(service, "api/v1/docs")
    wait_until(both_have_answered, "each process to answer")
    assert set(answers) == {200}
    assert {requests_counted(service, "api/v1/docs") for _ in range(8)} == {before + len(answers)}


@pytest.mark.parametrize("name", ["auth", "core"])
def test_every_line_of_the_log_is_json_and_has_the_id_of_its_request(platform: Platform, name: str) -> None:
    service: Service = getattr(platform, name)
    for path in ("/api/v1/docs", "/nothing", "/readyz"):
        httpx.get(service.url + path, timeout=30, headers={"X-Request-ID": f"asked-{name}-1"}, **PLAIN_HTTP)
    lines = [json.loads(line) for line in service.log.read_text().splitlines()]
    assert all(line["request_id"] and line["service"] == name for line in lines)
    told = [line["message"] for line in lines if line["request_id"] == f"asked-{name}-1"]
    assert told == ["GET /api/v1/docs 200", "GET /nothing 404"]  # probes are not told of
