"""Seconds a call takes, as a whole and by stage, and against the recording's own length.

Definition: the mean of the seconds that the prediction notes; `real_time`, all seconds spent over all seconds
of audio. Range: 0 up; of the machine that made the predictions. Source: ours; the real-time factor is usual.
Unscored: calls without such a note (a stage that did not run, no audio), and failed ones, which stop early.
"""

from __future__ import annotations

from collections.abc import Callable

from ..scoring import Case
from .metric import Metric, mean, of_things, ratio

AUDIO = "audio"
"""The key of `timing` that is no stage: the recording's duration."""
STAGES = {
    "decoding": "décodage",
    "activity": "détection de parole",
    "transcription": "transcription",
    "understanding": "compréhension",
    "drafting": "rédaction",
}
"""The pipeline's stages, and what reports call them."""


def spent(case: Case) -> float | None:
    """The seconds of all stages together."""
    stages = [seconds for stage, seconds in case.predicted.timing.items() if stage != AUDIO]
    return sum(stages) if stages and not case.failed else None


def _of(stage: str) -> Callable[[Case], float | None]:
    return lambda case: None if case.failed else case.predicted.timing.get(stage)


def _against_audio(case: Case) -> tuple[float, float]:
    taken = spent(case)
    return (0.0, 0.0) if taken is None else (taken, case.predicted.timing.get(AUDIO, 0.0))


SECONDS = mean(
    "seconds",
    "seconds a call",
    spent,
    title="Secondes par appel",
    group="resources",
    unit="seconds",
    margin=1.0,
)
BY_STAGE = tuple(
    mean(
        f"seconds_{stage}",
        f"seconds a call, {stage}",
        _of(stage),
        title=f"Secondes par appel, {name}",
        group="resources",
        unit="seconds",
        margin=1.0,
    )
    for stage, name in STAGES.items()
)
REAL_TIME = Metric(
    id="real_time",
    label="seconds a second of audio",
    title="Secondes par seconde d'audio",
    group="resources",
    parts=of_things(_against_audio),
    value=ratio,
    better="lower",
    unit="index",
    margin=0.1,
)
