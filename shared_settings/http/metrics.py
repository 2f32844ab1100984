"""Prometheus metrics, whole over all processes of a service (they share files under `VAR_DIR/metrics/`)."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

from django.db import DatabaseError
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from shared_settings import journal

logger = logging.getLogger("metrics")

FILE_BYTES = 1024 * 1024  # for some hundred pairs of method and route
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})

_is_counting = True

requests_total = Counter("http_requests_total", "Requests answered.", ["method", "route", "status"])
request_seconds = Histogram(
    "http_request_duration_seconds",
    "Time to answer a request.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def take_room(folder: Path) -> None:
    """Fill this process's files in advance: into the holes of a file on a full disk nothing can be written, which
    would end the process (SIGBUS). Without room nothing is counted."""
    global _is_counting
    for kind in ("counter", "histogram"):
        file = folder / f"{kind}_{os.getpid()}.db"
        try:
            if not file.exists():
                file.write_bytes(bytes(FILE_BYTES))
        except OSError as error:
            file.unlink(missing_ok=True)
            logger.error("This process counts no requests: there is no room for it (%s).", error)
            _is_counting = False


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request; `route` is the pattern, never the path, so that there are few and no ids in them."""
    if not _is_counting:
        return
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
