"""Exchanges in which callers give their names in all the ways there are → the name to write down.

The table is `tests/data/names.yaml`. Every third exchange of a group was held back while the finder was
written: `HELD_BACK` must do about as well as the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from name_calls import call, value_of

from qualify.drafting.facts import fold
from qualify.records import unsupported
from qualify.understanding.fields.names import caller_name

TABLE = Path(__file__).parents[2] / "data" / "names.yaml"
BEYOND = frozenset(["Nguyen Van Minh | Van Minh Nguyen", "Assia Hadj Ali"])
"""Names that only someone who knows the language they come from takes apart rightly."""


def _exchanges() -> Iterator[tuple[str, int, str, tuple[str, ...]]]:
    """Each exchange's group, place in it, name and turns."""
    for group, rows in yaml.safe_load(TABLE.read_text(encoding="utf-8")).items():
        for place, row in enumerate(rows):
            ((name, turns),) = row.items()
            yield group, place, name, tuple(turns.strip().split("\n"))


EXCHANGES = list(_exchanges())
HELD_BACK = [e for e in EXCHANGES if e[1] % 3 == 2]


def _is_right(name: str, turns: tuple[str, ...]) -> bool:
    judgment = caller_name(call(*turns))
    if judgment is None or judgment.unsure:
        return False
    return fold(str(judgment.value)) in {fold(way) for way in name.split(" | ")}


@pytest.mark.parametrize(
    ("name", "turns"),
    [
        pytest.param(name, turns, id=f"{group}: {name}")
        for group, place, name, turns in EXCHANGES
        if place % 3 != 2 and name not in BEYOND
    ],
)
def test_the_caller_is_named_rightly(name: str, turns: tuple[str, ...]) -> None:
    assert _is_right(name, turns)


def test_exchanges_held_back_are_named_as_rightly() -> None:
    wrong = [name for _, _, name, turns in HELD_BACK if not _is_right(name, turns)]
    assert len(wrong) <= 0.05 * len(HELD_BACK), wrong


@pytest.mark.parametrize("turns", [turns for *_, turns in EXCHANGES])
def test_the_evidence_stands_in_the_call(turns: tuple[str, ...]) -> None:
    transcript = call(*turns)
    judgment = caller_name(transcript)
    assert judgment is None or (judgment.evidence and not unsupported(transcript, judgment.evidence))


REMARKS = [
    ("Marchand avec un T à la fin.", "Marchant"),
    ("Lefebvre, sans B.", "Lefevre"),
    ("Duverney, E T à la fin.", "Duvernet"),
    ("Bahlou avec un H à la fin.", "Bahlouh"),
    ("Michaut avec un D.", "Michaud"),
    ("Duran, avec un D à la fin.", "Durand"),
    ("Carrette, deux R, deux T.", "Carrette"),
    ("Zimmerman, avec deux N.", "Zimmermann"),
    ("Rodriguez avec un S à la fin.", "Rodrigues"),
    ("Maury avec un Y.", "Maury"),
    ("Peltier, avec un accent.", "Peltier"),
]


@pytest.mark.parametrize(("said", "name"), REMARKS)
def test_remarks_on_letters(said: str, name: str) -> None:
    assert value_of(caller_name(call("A: Votre nom ?", f"C: {said}"))) == name


CASED = [
    ("Le Goff", ("A: Vous épelez ?", "C: L E plus loin G O deux F.")),
    ("Jean-Paul Pillet", ("A: Votre nom ?", "C: jean-paul pillet")),
    ("Hélène Fabre", ("A: Votre nom ?", "C: FABRE, Hélène FABRE.")),
    ("Aminata N'Diaye", ("A: Votre nom ?", "C: Aminata N'Diaye, N apostrophe D I A Y E.")),
    ("Claire Vidal-Roux", ("A: Votre nom ?", "C: Claire Vidal trait d'union Roux.")),
    ("Benoît Le Tallec", ("A: Votre nom ?", "C: Le Tallec, L E, T A deux L E C. Benoît.")),
    (
        "Sonia Belkhir",
        ("A: Votre nom ?", "C: Sonia Belkir.", "A: Avec un K seul ?", "C: Non, K H I R à la fin."),
    ),
]


@pytest.mark.parametrize(("name", "turns"), CASED)
def test_capitals_hyphens_and_accents(name: str, turns: tuple[str, ...]) -> None:
    judgment = caller_name(call(*turns))
    assert value_of(judgment) == name


def test_letters_said_over_turns_are_all_evidence() -> None:
    judgment = caller_name(call("A: Votre nom ?", "C: B E R T H", "A: oui", "C: O L O N."))
    assert value_of(judgment) == "Bertholon"
    assert judgment is not None
    assert [e.quote for e in judgment.evidence] == ["B E R T H", "O L O N"]


def test_a_spelling_that_is_no_name_changes_none() -> None:
    judgment = caller_name(
        call("A: Votre nom ?", "C: Luc Ferrand.", "A: Et le mail ?", "C: l f e r arobase gmail point com.")
    )
    assert value_of(judgment) == "Luc Ferrand"
