"""The statistics against independent implementations and published examples."""

from __future__ import annotations

import math
from itertools import permutations
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qualify.eval.stats import mcnemar, power, student
from qualify.eval.stats.alpha import Array, alpha, interval, nominal
from qualify.eval.stats.holm import holm
from scipy import stats

# ---------------------------------------------------------------- McNemar


@given(st.integers(0, 200), st.integers(0, 200))
def test_mcnemar_is_the_binomial_test(gained: int, lost: int) -> None:
    wanted = stats.binomtest(gained, gained + lost).pvalue if gained + lost else 1.0
    assert mcnemar.exact(gained, lost) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize(("gained", "lost", "p"), [(0, 0, 1), (0, 1, 1), (0, 5, 0.0625), (0, 6, 0.03125)])
def test_few_changed_calls_prove_nothing(gained: int, lost: int, p: float) -> None:
    assert mcnemar.exact(gained, lost) == p


def test_thousands_of_changed_calls_fit_a_float() -> None:
    assert 0 < mcnemar.exact(4000, 6000) < 1e-80


# ---------------------------------------------------------------- Student


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 11, 12, 49, 500])
def test_student_is_scipys(freedom: int) -> None:
    for t in (0.0, 0.3, 1.0, 2.5, 9.0):
        assert student.two_sided(t, freedom) == pytest.approx(2 * stats.t.sf(t, freedom), abs=1e-12)
    assert student.bound(0.95, freedom) == pytest.approx(stats.t.ppf(0.975, freedom))


# ---------------------------------------------------------------- Holm


@pytest.mark.parametrize(
    ("given_p", "adjusted"),
    [
        ([], ()),
        ([0.04], (0.04,)),
        ([0.01, 0.04, 0.03, 0.005], (0.03, 0.06, 0.06, 0.02)),
        ([0.6, 0.5], (1.0, 1.0)),
        ([0.02, 0.02], (0.04, 0.04)),
    ],
)
def test_holm(given_p: list[float], adjusted: tuple[float, ...]) -> None:
    assert holm(given_p) == pytest.approx(adjusted)


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_rejects_step_by_step(given_p: list[float]) -> None:
    """The definition: the smallest against α/m, the next against α/(m-1)… until one stands."""
    level, rejected = 0.05, set()
    for rank, at in enumerate(sorted(range(len(given_p)), key=given_p.__getitem__)):
        if given_p[at] * (len(given_p) - rank) > level:
            break
        rejected.add(at)
    assert {at for at, p in enumerate(holm(given_p)) if p <= level} == rejected


# ---------------------------------------------------------------- how many calls


@pytest.mark.parametrize("seed", range(3))
def test_that_many_pairs_are_told_four_times_in_five(seed: int) -> None:
    """Drawn pairs of which 12% got better and 4% worse."""
    needed = power.pairs_needed(12, 4, 100, level=0.05)
    assert needed is not None
    drawn = np.random.default_rng(seed).multinomial(needed, [0.12, 0.04, 0.84], size=400)
    told = np.mean([mcnemar.exact(int(better), int(worse)) <= 0.05 for better, worse, _ in drawn])
    assert 0.72 < told < 0.87


def test_that_many_calls_shrink_the_error_enough() -> None:
    needed = power.calls_needed(0.03, 0.02, 100, level=0.05)
    assert needed == 349
    assert 0.03 / (0.02 * math.sqrt(100 / needed)) == pytest.approx(1.96 + 0.8416, abs=0.01)


@pytest.mark.parametrize("family", [1, 10, 50])
def test_a_larger_family_takes_more_calls(family: int) -> None:
    alone = power.pairs_needed(12, 4, 100, level=0.05) or 0
    among = power.pairs_needed(12, 4, 100, level=0.05 / family) or 0
    assert among > alone if family > 1 else among == alone


def test_no_difference_is_never_told() -> None:
    assert power.pairs_needed(5, 5, 100, level=0.05) is None
    assert power.calls_needed(0.0, 0.1, 100, level=0.05) is None
    assert power.calls_needed(0.1, 0.0, 100, level=0.05) is None


# ---------------------------------------------------------------- Krippendorff's alpha

Unit: TypeAlias = str
"""The values that observers gave to one thing, a dot for none."""

BINARY = ["01", "11", "01", "00", "00", "01", "00", "00", "10", "00"]
NAMES = ["ab", "aa", "bb", "bb", "db", "cc", "cc", "cc", "ee", "dd", "dd", "ad"]
FOUR = ["11.1", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", ".555", "..11", ".3.."]


def _alpha(units: list[Unit], distances: Array) -> float:
    """Any number of observers: each ordered pair of a thing's values weighs 1 over its other values."""
    values = sorted({v for unit in units for v in unit if v != "."})
    totals, disagreement = np.zeros(len(values)), 0.0
    for unit in (u.replace(".", "") for u in units):
        if len(unit) > 1:
            totals += [unit.count(v) for v in values]
            pairs = [distances[values.index(a), values.index(b)] for a, b in permutations(unit, 2)]
            disagreement += float(sum(pairs)) / (len(unit) - 1)
    return alpha(disagreement, totals, distances)


@pytest.mark.parametrize(
    ("units", "distances", "published"),
    [
        (BINARY, nominal(2), 0.095),
        (NAMES, nominal(5), 0.692),
        (FOUR, nominal(5), 0.743),
        (FOUR, interval(5), 0.849),
    ],
    ids=["A binary", "B nominal", "C nominal", "C interval"],
)
def test_alpha_of_krippendorffs_examples(units: list[Unit], distances: Array, published: float) -> None:
    """Krippendorff 2011, examples A to C."""
    assert _alpha(units, distances) == pytest.approx(published, abs=0.0005)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), min_size=1, max_size=30))
def test_full_agreement_is_1_and_less_is_less(pairs: list[tuple[str, str]]) -> None:
    values = sorted({v for pair in pairs for v in pair})
    found = _alpha(["".join(pair) for pair in pairs], nominal(len(values)))
    if len(values) == 1:
        assert math.isnan(found)
    else:
        assert (found == 1) == all(a == b for a, b in pairs)
        assert found <= 1


def test_alpha_is_its_definition_by_pairs() -> None:
    """Seen: pairs within things. Expected: all pairs of values, whatever thing they belong to."""
    pairs = ["ab", "bb", "cb", "cc", "ac", "bc"]
    pool = [v for pair in pairs for v in pair]
    distance = {(a, b): float((ord(a) - ord(b)) ** 2) for a in "abc" for b in "abc"}
    seen = np.mean([distance[a, b] for a, b in pairs])
    chance = np.mean([distance[a, b] for a, b in permutations(pool, 2)])
    assert _alpha(pairs, interval(3)) == pytest.approx(1 - seen / chance)
