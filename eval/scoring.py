"""A labeled call beside what was predicted of it: what every metric reads."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

from pydantic import TypeAdapter, ValidationError

from qualify.dataset import (
    CallTurn,
    Dataset,
    LabeledCall,
    Labels,
    PredictedEvidence,
    Prediction,
    SecondLabels,
)
from qualify.drafting.facts import fold
from qualify.errors import InputError
from qualify.records import Reason, Speaker, Turn, Usage, Value
from qualify.tenant import FieldType, Tenant

from .normalise import words

EXACT: frozenset[FieldType] = frozenset({"phone", "email", "postal_code", "reference", "date", "datetime"})
"""Types whose values are right to the character or wrong."""
NUMERIC: frozenset[FieldType] = frozenset({"number", "money"})
"""Types whose values are right where they are the same number."""

Key: TypeAlias = tuple[str, str]
"""A call's tenant and id."""
Spoken: TypeAlias = Sequence[CallTurn] | Sequence[Turn]
SpokenWords: TypeAlias = Mapping[Speaker, tuple[str, ...]]
"""Each party's words, normalised."""

folded = lru_cache(maxsize=2**16)(fold)
"""`fold`, which many metrics ask of the same short texts."""


@dataclass(frozen=True)
class Case:
    """One call's labels, prediction and tenant, and what is known of how it was made."""

    id: str
    tenant: Tenant
    labels: Labels
    predicted: Prediction
    tags: tuple[str, ...] = ()
    turns: tuple[CallTurn, ...] = ()
    """The labeled transcript."""
    style: Literal["verbatim", "asr"] | None = None
    """How `turns` are written."""
    second: SecondLabels | None = None
    """What a second human says who did not see the first."""
    heard: tuple[Turn, ...] | None = None
    """The transcript that the engine made of the audio; None where it was given `turns`."""
    usage: tuple[Usage, ...] | None = None
    """What endpoints were asked for this call; None where nobody noted it."""
    memory_mib: float | None = None
    """The most memory that the process held while it handled the call; None where nobody noted it."""

    @property
    def failed(self) -> bool:
        """Whether nothing could be made of the call."""
        return self.predicted.status == "failed"

    @property
    def failure(self) -> str:
        """The error of a failed call, as its prediction gives it."""
        return self.predicted.reasons[0].detail if self.predicted.reasons else "sans motif"

    def right(self, field: str) -> bool:
        """Whether a field was given and found, and is the same."""
        return field in self.right_fields

    @cached_property
    def right_fields(self) -> frozenset[str]:
        """The fields that are given, found and the same."""
        wanted, found, types = self.labels.fields, self.predicted.fields, self.field_types
        return frozenset(f for f in wanted if f in found and same(wanted[f], found[f], types[f]))

    @cached_property
    def field_types(self) -> Mapping[str, FieldType]:
        """The type of each field given or found; `text` where the tenant has no such field."""
        known = self.tenant.fields_by_id
        names = (*self.labels.fields, *self.predicted.fields)
        return {f: known[f].type if f in known else "text" for f in names}

    @cached_property
    def written(self) -> str | None:
        """The message, folded; None where there is none."""
        return None if self.predicted.message is None else fold(self.predicted.message)

    @cached_property
    def said_words(self) -> SpokenWords:
        """Each party's words by the labeled transcript."""
        return spoken_words(self.turns)

    @cached_property
    def heard_words(self) -> SpokenWords | None:
        """Each party's words as the engine heard them; None where it heard nothing itself."""
        return None if self.heard is None else spoken_words(self.heard)

    def stands(self, evidence: PredictedEvidence) -> bool:
        """Whether quoted words stand in the transcript that the engine read; true where none is known."""
        read: Spoken = self.turns if self.heard is None else self.heard
        if not read:
            return self.heard is None
        if evidence.turn >= len(read) or not evidence.start < evidence.end:
            return False
        return read[evidence.turn].text[evidence.start : evidence.end] == evidence.quote


def same(wanted: Value, found: Value, kind: FieldType) -> bool:
    """Whether two values of a type are the same.

    To the character for contact details, references and resolved dates, as numbers for amounts, without
    regard to case, accents and punctuation for everything else.
    """
    if kind in NUMERIC:
        return _number(wanted) == _number(found)
    resolved = kind in EXACT and (kind not in ("date", "datetime") or str(wanted)[:4].isdigit())
    return str(wanted) == str(found) if resolved else folded(str(wanted)) == folded(str(found))


def _number(value: Value) -> float | str:
    try:
        return float(value)
    except ValueError:
        return folded(str(value))


def spoken_words(turns: Spoken) -> SpokenWords:
    """Each party's words, normalised, turn after turn."""
    parties: tuple[Speaker, ...] = ("agent", "caller")
    return {p: words(".\n".join(t.text for t in turns if t.speaker == p)) for p in parties}


def cases(
    dataset: Dataset,
    predictions: Sequence[Prediction],
    *,
    heard: Mapping[Key, tuple[Turn, ...]] | None = None,
) -> list[Case]:
    """Labels and predictions side by side, one for each call; a call without prediction has failed.

    `heard` are the transcripts made from audio. InputError where a call can't be read or has no labels;
    of two predictions for a call the later counts, see `mismatches`.
    """
    made = {(p.tenant, p.id): p for p in predictions}
    found = []
    for file, call in dataset.labeled():
        if not isinstance(call, LabeledCall):
            raise call
        if call.labels is None:
            raise InputError(file.path, "labels", "pas d'étiquettes", "un appel étiqueté")
        key = (call.tenant, call.id)
        found.append(
            Case(
                call.id,
                dataset.tenants[call.tenant],
                call.labels,
                made.get(key) or absent(key),
                call.tags,
                turns=call.turns,
                style=call.style,
                second=call.second_labels,
                heard=(heard or {}).get(key),
            )
        )
    return found


def absent(key: Key) -> Prediction:
    """What stands for a prediction that there is not: a failed call."""
    reason = Reason(code="absent", detail="aucune prédiction pour cet appel")
    return Prediction(id=key[1], tenant=key[0], status="failed", reasons=(reason,))


class Mismatches(NamedTuple):
    """Where predictions and calls don't correspond."""

    unknown: tuple[Key, ...]
    """Predicted, but no call of the data set."""
    doubled: tuple[Key, ...]
    """Predicted more than once."""
    absent: tuple[Key, ...]
    """Calls without prediction."""


def mismatches(dataset: Dataset, predictions: Sequence[Prediction]) -> Mismatches:
    """Predictions for unknown calls, doubled ones, and calls that have none; in order, each once."""
    made = Counter((p.tenant, p.id) for p in predictions)
    calls = dict.fromkeys((file.tenant, file.path.stem) for file in dataset.calls)
    return Mismatches(
        unknown=tuple(k for k in made if k not in calls),
        doubled=tuple(k for k, times in made.items() if times > 1),
        absent=tuple(k for k in calls if k not in made),
    )


_HEARD: TypeAdapter[tuple[Turn, ...]] = TypeAdapter(tuple[Turn, ...])


def read_transcripts(path: Path) -> dict[Key, tuple[Turn, ...]]:
    """The transcripts of a run's `transcripts.jsonl`; InputError at the first line that is none."""
    found: dict[Key, tuple[Turn, ...]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if line.strip():
            try:
                data: dict[str, Any] = json.loads(line)
                found[data["tenant"], data["id"]] = _HEARD.validate_python(data["turns"])
            except (ValueError, KeyError, TypeError, ValidationError) as error:
                expected = "un objet JSON avec id, tenant et turns (speaker, text)"
                raise InputError(path, f"ligne {number}", "transcription illisible", expected) from error
    return found
