from pathlib import Path

import numpy as np
import pytest
from drafting_calls import said, transcript

from qualify.drafting import salience
from qualify.drafting.cues import Clues
from qualify.errors import EngineError
from qualify.records import Transcript
from qualify.weights import shipped

MODEL = salience.read(shipped("gist", "weights.npz"))


def chances(call: Transcript, clues: Clues | None = None) -> dict[str, float]:
    return {s.word: carried for s, carried, _ in MODEL.weigh(call, clues or Clues())}


def test_what_is_broken_weighs_more_than_how_the_caller_feels() -> None:
    found = chances(transcript("A: Bonjour.", "C: Franchement, la chaudière fuit depuis lundi."))
    assert min(found["chaudiere"], found["fuit"]) > found["franchement"]


def test_only_the_callers_words_that_mean_something_are_weighed() -> None:
    call = transcript("A: Une fuite d'eau ?", "C: Oui, dans la cave.")
    assert {s.word for s, *_ in MODEL.weigh(call, Clues())} == {"cave"}


def test_what_a_field_rests_on_weighs_less() -> None:
    call = transcript("C: Nadia Moreau, la chaudière fuit.")
    stated = Clues(fields=(said(call, "Nadia Moreau"),), stated=frozenset({"nadia", "moreau"}))
    assert chances(call, stated)["moreau"] < chances(call)["moreau"]


def test_ranges_are_those_of_the_words() -> None:
    call = transcript("A: Oui ?", "C: L'échéance approche.")
    for word, *_ in MODEL.weigh(call, Clues()):
        assert call.turns[word.turn].text[word.start : word.end].lower().startswith(("échéance", "approche"))


def test_a_call_without_words_has_none() -> None:
    assert MODEL.weigh(transcript("A: Allô ?"), Clues()) == []


def test_an_unknown_word_has_the_row_of_its_stem_else_the_last() -> None:
    known = next(w for w in MODEL.index if w.endswith("*") and len(w) == salience.STEM_LETTERS + 1)
    assert MODEL.row(known[:-1] + "zzz") == MODEL.index[known]
    assert MODEL.row("qzxwvk") == MODEL.unknown


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no weights"])
def test_a_file_without_weights_is_a_named_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "weights.npz"
    path.write_bytes(content)
    with pytest.raises(EngineError, match=r"weights\.npz"):
        salience.read(path)


def test_a_file_that_lacks_an_array_is_a_named_error(tmp_path: Path) -> None:
    np.savez(tmp_path / "weights.npz", words=np.array(["a"]))
    with pytest.raises(EngineError, match="illisibles"):
        salience.read(tmp_path / "weights.npz")
