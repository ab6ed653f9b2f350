"""Labels and predictions side by side."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from qualify.eval.scoring import Mismatches, absent, cases, mismatches, read_transcripts

from qualify.dataset import Dataset
from qualify.errors import InputError
from qualify.records import Turn

DATASET = Path(__file__).parents[1] / "data" / "dataset"
KNOWN = [("atelier-morel", "morel-001"), ("atelier-morel", "morel-003")]


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """Two labeled calls, the second in the words of the first."""
    shutil.copytree(DATASET, tmp_path / "dataset")
    calls = tmp_path / "dataset" / "calls" / "atelier-morel"
    (calls / "morel-002.json").unlink()
    text = (calls / "morel-001.json").read_text(encoding="utf-8")
    (calls / "morel-003.json").write_text(text.replace("morel-001", "morel-003"), encoding="utf-8")
    return Dataset.open(tmp_path / "dataset")


def test_a_call_without_labels_cannot_be_scored() -> None:
    with pytest.raises(InputError, match="pas d'étiquettes"):
        cases(Dataset.open(DATASET), [])


def test_a_call_without_prediction_has_failed(dataset: Dataset) -> None:
    found = cases(dataset, [])
    assert [(c.tenant.id, c.id) for c in found] == KNOWN
    assert all(c.failed and c.failure == "aucune prédiction pour cet appel" for c in found)


def test_a_case_knows_its_call(dataset: Dataset) -> None:
    turns = (Turn(speaker="caller", text="allô"),)
    first, second = cases(dataset, [], heard={KNOWN[0]: turns})
    assert first.turns
    assert first.style in ("verbatim", "asr")
    assert first.heard == turns
    assert second.heard is None


def test_predictions_that_have_no_call_or_one_too_many(dataset: Dataset) -> None:
    made = [absent(KNOWN[0]), absent(KNOWN[0]), absent(("atelier-morel", "nobody"))]
    assert mismatches(dataset, made) == Mismatches(
        unknown=(("atelier-morel", "nobody"),), doubled=(KNOWN[0],), absent=(KNOWN[1],)
    )


def test_transcripts_are_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "transcripts.jsonl"
    path.write_text('{"id": "a", "tenant": "t", "turns": [{"speaker": "caller", "text": "allô"}]}\n\n')
    assert read_transcripts(path) == {("t", "a"): (Turn(speaker="caller", text="allô"),)}


@pytest.mark.parametrize("line", ["x", "[]", "{}", '{"id": "a", "tenant": "t", "turns": [{"text": "allô"}]}'])
def test_a_line_that_is_no_transcript_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "transcripts.jsonl"
    path.write_text(f"\n{line}\n")
    with pytest.raises(InputError, match="ligne 2"):
        read_transcripts(path)
