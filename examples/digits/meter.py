"""The example's Prometheus metrics, by service, version and mode, in a registry of their own."""

from __future__ import annotations

from collections.abc import Iterable

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Histogram, Summary, generate_latest

LABELS = ("service", "version", "mode")
MODES = ("live", "shadow")
# The version label of items that no version read: people were given them at once.
PEOPLE = "people"
# Seconds. Both readers answer within the first six, a slow release ends in (0.25, 0.5].
LATENCY_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)

CONTENT_TYPE = prometheus_client.CONTENT_TYPE_LATEST
COUNTERS = {
    "requests": "Items that were given to a version, or to people while no version is asked.",
    "errors": "Items a version failed to read. People key them in.",
    "read": "Items a version read.",
    "accepted": "Items read with at least the accept threshold of confidence (shadow: that would have been).",
    "keyed": "Items a person keys in (shadow: would have).",
    "labelled": "Read items whose true digit is known by now.",
    "labelled_accepted": "Accepted items whose true digit is known by now.",
    "misread": "Accepted items whose true digit turned out to be another one.",
    "customers_touched": "Customers who had a misread, failed or slow item, each once in ten minutes.",
}


class Meter:
    """Counts for every service of the process. Each series exists from the start, at 0."""

    def __init__(self, services: Iterable[str], versions: Iterable[str]) -> None:
        prometheus_client.disable_created_metrics()
        self._registry = CollectorRegistry()
        self._counters = {name: Counter(name, says, LABELS, registry=self._registry) for name, says in COUNTERS.items()}
        self._latency = Histogram(
            "latency_seconds",
            "Processor time of the handful of items that was read together, and any wait the release adds.",
            LABELS,
            buckets=LATENCY_BUCKETS,
            registry=self._registry,
        )
        self._confidence = Summary("confidence", "Confidence of the reading, 0 to 1.", LABELS, registry=self._registry)
        versions = list(versions)
        for service in services:
            self._begin(service, versions)

    def add(self, name: str, amount: int, *, service: str, version: str, mode: str = "live") -> None:
        self._counters[name].labels(service, version, mode).inc(amount)

    def took(self, seconds: float, confidences: Iterable[float], *, service: str, version: str, mode: str) -> None:
        """Note for each item of a handful how long it took, in seconds, and how sure the reader was."""
        latency = self._latency.labels(service, version, mode)
        confidence = self._confidence.labels(service, version, mode)
        for value in confidences:
            latency.observe(seconds)
            confidence.observe(value)

    def value(self, name: str, *, service: str, version: str, mode: str = "live") -> float:
        """What a sample such as `misread_total` or `latency_seconds_count` stands at."""
        labels = {"service": service, "version": version, "mode": mode}
        return self._registry.get_sample_value(name, labels) or 0.0

    def page(self) -> bytes:
        """The metrics in Prometheus' text format."""
        return generate_latest(self._registry)

    def _begin(self, service: str, versions: list[str]) -> None:
        for name in ("requests", "keyed"):
            self._counters[name].labels(service, PEOPLE, "live")
        for labels in ((service, version, mode) for version in versions for mode in MODES):
            for metric in (*self._counters.values(), self._latency, self._confidence):
                metric.labels(*labels)
