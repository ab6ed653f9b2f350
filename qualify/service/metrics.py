"""Prometheus metrics: queue age, seconds by stage, review rate, failures by reason.

Each process counts what it did itself; what all processes share (the queue, calls by state) is read from
the store when metrics are asked for. Labels hold typed codes only, nothing that a call says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from qualify.records import Outcome

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

STAGE_BUCKETS_S = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300)
"""From a grammar's milliseconds to the transcription of a long call."""
REQUEST_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Those counted by name; a client may send any word as a method, and each would be a series."""
MAX_LABEL = 48
"""Characters of a label; longer ones are no code of ours."""

_CODE = re.compile(r"[a-z][a-z0-9_.:-]*", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class QueueState:
    """What the store says of all calls at one moment."""

    calls: Mapping[str, int] = field(default_factory=dict)
    """Number of calls by state."""
    failures: Mapping[str, int] = field(default_factory=dict)
    """Number of failed calls by typed reason."""
    oldest_s: float = 0.0
    """How long the oldest queued call has waited; 0 where none waits."""
    dead_letters: int = 0
    """Deliveries that were given up, or whose end is unknown, and wait for a person."""


class Metrics:
    """The counters of one process. Each has a registry of its own: apps and tests don't share one."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._accepted = Counter(
            "qualify_calls_accepted", "Calls accepted, by origin.", ["origin"], registry=registry
        )
        self._handled = Counter(
            "qualify_calls_handled",
            "Calls handled, by door: ready, needs_review, failed. The review rate is the share of one.",
            ["door"],
            registry=registry,
        )
        self._reviews = Counter(
            "qualify_review_reasons", "Reasons for which calls need review.", ["code"], registry=registry
        )
        self._failures = Counter(
            "qualify_failures", "Calls that failed here, by stage.", ["stage"], registry=registry
        )
        self._stages = Histogram(
            "qualify_stage_seconds",
            "Seconds that a call spent in a stage.",
            ["stage"],
            buckets=STAGE_BUCKETS_S,
            registry=registry,
        )
        self._audio = Counter("qualify_audio_seconds", "Seconds of recordings handled.", registry=registry)
        self._deliveries = Counter(
            "qualify_deliveries",
            "Attempts to deliver, by channel and how they ended.",
            ["channel", "status"],
            registry=registry,
        )
        self._requests = Histogram(
            "qualify_request_seconds",
            "Seconds that HTTP requests took, by route and status.",
            ["method", "route", "status"],
            buckets=REQUEST_BUCKETS_S,
            registry=registry,
        )
        self._calls = Gauge("qualify_calls", "Calls in the store, by state.", ["state"], registry=registry)
        self._failed = Gauge(
            "qualify_failed_calls", "Failed calls in the store, by reason.", ["reason"], registry=registry
        )
        self._oldest = Gauge(
            "qualify_queue_age_seconds", "How long the oldest queued call has waited.", registry=registry
        )
        self._dead = Gauge("qualify_dead_letters", "Deliveries that wait for a person.", registry=registry)

    def accepted(self, origin: str) -> None:
        """Count a call accepted with 202; `origin` is `recording` or `transcript`."""
        self._accepted.labels(code_of(origin)).inc()

    def outcome(self, outcome: Outcome) -> None:
        """Count a handled call: its door, seconds by stage, reasons of review, stage of failure."""
        self._handled.labels(outcome.status).inc()
        for review in {review.code for review in outcome.reasons}:
            self._reviews.labels(code_of(review)).inc()
        if outcome.failure is not None:
            self._failures.labels(code_of(outcome.failure.stage)).inc()
        for stage, seconds in outcome.timing_s.items():
            if stage == "audio":
                self._audio.inc(seconds)
            else:
                self._stages.labels(code_of(stage)).observe(seconds)

    def delivery(self, channel: str, status: str) -> None:
        """Count one attempt to deliver by the status that it ended with."""
        self._deliveries.labels(code_of(channel), code_of(status)).inc()

    def request(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Count an HTTP request; `route` is the template (`/v1/calls/{call_id}`), never the path."""
        self._requests.labels(method if method in METHODS else "other", route, str(status)).observe(seconds)

    def text(self, queue: QueueState) -> bytes:
        """All metrics in Prometheus' text format, to be served as `CONTENT_TYPE`."""
        for gauge, numbers in ((self._calls, queue.calls), (self._failed, queue.failures)):
            gauge.clear()
            for code, number in numbers.items():
                gauge.labels(code_of(code)).inc(number)
        self._oldest.set(queue.oldest_s)
        self._dead.set(queue.dead_letters)
        return generate_latest(self._registry)


def code_of(text: str) -> str:
    """A typed code as it is; anything else, which might be words of a call, as `other`."""
    return text if len(text) <= MAX_LABEL and _CODE.fullmatch(text) else "other"
