from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

from qualify.records import Failure, Outcome, Reason
from qualify.service.metrics import CONTENT_TYPE, Metrics, QueueState, code_of


def samples(metrics: Metrics, queue: QueueState | None = None) -> dict[str, float]:
    """Each sample by its name and labels, as Prometheus reads them; times of creation left out."""
    text = metrics.text(queue or QueueState()).decode()
    return {
        s.name + "".join(f" {label}={value}" for label, value in sorted(s.labels.items())): s.value
        for family in text_string_to_metric_families(text)
        for s in family.samples
        if not s.name.endswith("_created")
    }


def test_what_became_of_calls_is_counted() -> None:
    metrics = Metrics()
    low = Reason(code="low_confidence", detail="Urgence incertaine.")
    metrics.accepted("recording")
    metrics.outcome(Outcome(status="ready", timing_s={"understanding": 0.2}))
    metrics.outcome(Outcome(status="needs_review", reasons=(low, low), timing_s={"audio": 60.0}))
    failure = Failure(stage="decoding", error="fichier vide")
    metrics.outcome(Outcome(status="failed", failure=failure, timing_s={"decoding": 0.02}))
    seen = samples(metrics)
    assert seen["qualify_calls_accepted_total origin=recording"] == 1
    for door in ("ready", "needs_review", "failed"):
        assert seen[f"qualify_calls_handled_total door={door}"] == 1
    assert seen["qualify_review_reasons_total code=low_confidence"] == 1
    assert seen["qualify_failures_total stage=decoding"] == 1
    assert seen["qualify_audio_seconds_total"] == 60
    assert seen["qualify_stage_seconds_sum stage=understanding"] == 0.2
    assert seen["qualify_stage_seconds_bucket le=0.03 stage=decoding"] == 1
    assert "qualify_stage_seconds_sum stage=audio" not in seen


def test_deliveries_and_requests_are_counted() -> None:
    metrics = Metrics()
    metrics.delivery("email", "sent")
    metrics.request(method="GET", route="/v1/calls/{call_id}", status=200, seconds=0.004)
    metrics.request(method="BREW", route="unknown", status=405, seconds=0.004)
    seen = samples(metrics)
    assert seen["qualify_deliveries_total channel=email status=sent"] == 1
    assert seen["qualify_request_seconds_count method=GET route=/v1/calls/{call_id} status=200"] == 1
    assert seen["qualify_request_seconds_count method=other route=unknown status=405"] == 1


def test_the_queue_is_what_the_store_says_now() -> None:
    metrics = Metrics()
    samples(metrics, QueueState(calls={"queued": 3, "sent": 2}, oldest_s=9))
    seen = samples(
        metrics,
        QueueState(calls={"sent": 5}, failures={"decoding": 2}, oldest_s=0, dead_letters=1),
    )
    assert "qualify_calls state=queued" not in seen
    assert seen["qualify_calls state=sent"] == 5
    assert seen["qualify_failed_calls reason=decoding"] == 2
    assert seen["qualify_queue_age_seconds"] == 0
    assert seen["qualify_dead_letters"] == 1


def test_each_process_counts_for_itself() -> None:
    one, other = Metrics(), Metrics()
    one.accepted("transcript")
    assert "qualify_calls_accepted_total origin=transcript" not in samples(other)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("low_confidence", "low_confidence"),
        ("llm:timeout", "llm:timeout"),
        ("Je suis malade", "other"),
        ("+33639981234", "other"),
        ("0639981234", "other"),
        ("", "other"),
        ("a" * 60, "other"),
    ],
)
def test_only_codes_become_labels(text: str, label: str) -> None:
    assert code_of(text) == label


def test_nothing_a_call_says_is_in_the_metrics() -> None:
    metrics = Metrics()
    said = Reason(code="Rappelez Madame Petit", detail="au 06 39 98 12 34")
    failure = Failure(stage="decoding", error="« Madame Petit »")
    metrics.outcome(Outcome(status="failed", reasons=(said,), failure=failure))
    text = metrics.text(QueueState()).decode()
    assert "Petit" not in text
    assert "12 34" not in text


def test_the_type_is_that_of_prometheus() -> None:
    assert CONTENT_TYPE.startswith("text/plain; version=0.0.4")
