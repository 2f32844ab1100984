"""Prometheus metrics, whole over all processes of a service (they share files under `VAR_DIR/metrics/`)."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from django.db import DatabaseError
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from shared_settings import journal

logger = logging.getLogger("metrics")

_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})

requests_total = Counter("http_requests_total", "Requests answered.", ["method", "route", "status"])
request_seconds = Histogram(
    "http_request_duration_seconds",
    "Time to answer a request.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request; `route` is the pattern, never the path, so that there are few and no ids in them."""
    method = method if method in _METHODS else "other"
    requests_total.labels(method, route, str(status)).inc()
    request_seconds.labels(method, route).observe(seconds)


class Backlog(Collector):
    """The deliveries that wait, run and have failed for good, as the database has them now."""

    def collect(self) -> Iterator[Metric]:
        gauge = GaugeMetricFamily("journal_deliveries", "Deliveries that are not done, up to 10,000.", labels=["state"])
        try:
            for state, count in journal.backlog().items():
                gauge.add_metric([state], count)
        except DatabaseError:
            logger.warning("The database does not answer: the backlog is left out of the metrics.")
            return
        yield gauge


def exposed() -> bytes:
    """All metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    registry.register(Backlog())
    return generate_latest(registry)
