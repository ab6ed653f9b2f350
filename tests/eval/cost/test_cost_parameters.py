"""The file of parameters: what it must say, and what is said of its defects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from costed import PARAMETERS
from qualify.eval.cost import SHIPPED, load_parameters
from qualify.eval.cost.parameters import NAMES

from qualify.tenant import DefectError

TEXT = SHIPPED.read_text(encoding="utf-8")


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "costs.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_shipped_file_holds_every_parameter_in_order() -> None:
    assert tuple(PARAMETERS.by_name) == NAMES
    for parameter in PARAMETERS.by_name.values():
        assert parameter.low < parameter.high


def test_what_is_published_names_who_published_it_and_when() -> None:
    published = {name: p for name, p in PARAMETERS.by_name.items() if p.kind == "published"}
    assert set(published) == {"hourly_rate", "reviewer_hourly_rate"}
    for parameter in published.values():
        assert "Insee" in parameter.source
        assert "2023" in parameter.source


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ("central: 38.7", "central: 70", "hourly_rate", "low ≤ central ≤ high"),
        ("high: 0.9", "high: 1.2", "clarified", "des parts de 0 à 1"),
        ("low: 23.8", "low: -1", "hourly_rate.low", "supérieur ou égal à 0"),
        ("low: 23.8", "low: peu", "hourly_rate.low", "un nombre"),
        ("kind: published", "kind: publié", "hourly_rate.kind", "measured, published, assumption"),
        ("unit: euros/heure", "unit: francs", "hourly_rate.unit", "un mot parmi"),
        ("late_harm:", "late_harms:", "late_harms", "vouliez-vous dire « late_harm »"),
        ("late_harm:", "late_harms:", "late_harm", "clé absente"),
        ("  central: 38.7\n", "", "hourly_rate.central", "clé absente"),
        ("  central: 38.7\n", "  central: 38.7\n  central: 40\n", "hourly_rate.central", "deux fois"),
        (
            "source: ordre de grandeur ; à chronométrer\n",
            'source: ""\n',
            "needless_minutes.source",
            "un texte",
        ),
    ],
)
def test_a_defect_is_named_with_its_key(
    old: str, new: str, key: str, said: str, written: Callable[[str], Path]
) -> None:
    assert old in TEXT
    with pytest.raises(DefectError) as caught:
        load_parameters(written(TEXT.replace(old, new, 1)))
    assert any(d.key == key and said in str(d) and d.line for d in caught.value.defects), str(caught.value)


def test_all_defects_are_told_at_once(written: Callable[[str], Path]) -> None:
    with pytest.raises(DefectError) as caught:
        load_parameters(written(TEXT.replace("low: 23.8", "low: peu").replace("high: 0.9", "high: 1.2")))
    assert {d.key for d in caught.value.defects} == {"hourly_rate.low", "clarified"}


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DefectError, match="introuvable"):
        load_parameters(tmp_path / "costs.yaml")
