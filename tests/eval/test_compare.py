"""Two runs compared: pairs, tests, verdicts, and how often they are wrong."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
import pytest
from qualify.eval.compare import compare
from qualify.eval.compare_report import lines, verdict
from qualify.eval.difference import Changed, Difference, difference_of
from qualify.eval.gate import gate
from qualify.eval.intervals import figure
from qualify.eval.metrics import of_calls
from qualify.eval.metrics.metric import mean
from qualify.eval.pairing import Pairs, paired
from qualify.eval.scoring import Case
from scored import BY_ID, case
from two_runs import call, failed, run, wrong

INTENT, WORDS = BY_ID["intent"], BY_ID["words"]


# ---------------------------------------------------------------- pairs


def test_only_calls_of_both_runs_are_compared() -> None:
    one, two, three = run(calls=3)
    pairs = paired([one, two], [three, two])
    assert (pairs.a, pairs.b) == ((two,), (two,))
    assert (pairs.only_a, pairs.only_b) == ((("t0", "c0"),), (("t2", "c2"),))


def test_the_same_id_at_two_tenants_is_two_calls() -> None:
    one, two = call(1, tenants=5), replace(call(2, tenants=5), id="c1")
    assert paired([one], [two]).only_a == (("t1", "c1"),)


def test_calls_labeled_anew_are_not_compared() -> None:
    one = call(1)
    anew = replace(one, labels=one.labels.model_copy(update={"intent": "other"}))
    pairs = paired([one], [anew])
    assert (len(pairs), pairs.relabeled) == (0, (("t1", "c1"),))


def test_the_order_of_calls_is_of_no_matter() -> None:
    before, after = run(calls=40), run(wrong(range(5)), calls=40)
    straight = compare(before, after, [INTENT]).by_id["intent"]
    turned = compare(before, after[::-1], [INTENT]).by_id["intent"]
    assert straight == turned


# ---------------------------------------------------------------- tests


def differ(name: str, before: list[Case], after: list[Case]) -> Difference:
    return difference_of(BY_ID[name], paired(before, after))


def test_right_or_wrong_is_mcnemar() -> None:
    found = differ("intent", run(wrong([1, 2, 3])), run(wrong([3, 4])))
    assert (found.test, found.total) == ("mcnemar", Changed(gained=2, lost=1, pairs=240))
    assert found.p == 1
    assert found.value == pytest.approx(1 / 240)


@pytest.mark.parametrize(("name", "lost"), [("intent", 3), ("failed", 3)])
def test_lost_is_worse_whichever_way_is_better(name: str, lost: int) -> None:
    found = differ(name, run(), run(failed([1, 2, 3])))
    assert found.total == Changed(0, lost, 240)
    assert found.worse_by == pytest.approx(3 / 240)


def test_calls_that_a_run_chose_itself_are_no_pairs() -> None:
    """Two more calls are sent, with wrong numbers: of the calls sent by both, none changed."""
    held = {"status": "needs_review", "reasons": [{"code": "x", "detail": "x"}]}
    found = differ("wrong_ready", run(wrong([0, 10], **held)), run())
    assert found.total == Changed(0, 0, 238)
    assert found.test == "bootstrap"
    assert found.value == pytest.approx(24 / 240 - 22 / 238)
    assert found.p < 1


def test_figures_are_those_of_each_run_on_the_common_calls() -> None:
    before, after = run(calls=60), run(failed([4]), calls=60)
    found = differ("words", before, [*after, call(99)])
    assert found.a == figure(WORDS, before)
    assert (found.b.n, found.b.unscored) == (59, 1)
    assert found.b.value == figure(WORDS, after).value


def test_the_paired_interval_is_narrower_than_two_apart() -> None:
    """Tenants differ much, and by the same in both runs: only the difference's own spread is left."""

    def lengths(extra: int) -> list[Case]:
        return [call(n, message="mot " * (2 + n % 12 + extra * (1 + (n % 12) % 2))) for n in range(240)]

    found = differ("words", lengths(0), lengths(1))
    assert found.value == pytest.approx(1.5)
    assert found.high - found.low < 1 < found.a.high - found.a.low


def test_tenants_that_all_differ_alike_are_a_test_of_signs() -> None:
    longer = run(lambda n: {"message": "Vélo cassé. Voilà."}, tenants=6)
    found = differ("words", run(tenants=6), longer)
    assert (found.error, found.value) == (0, 1)
    assert found.p == 2**-5


def test_what_adding_floats_leaves_is_no_spread() -> None:
    quick, slow = (run(lambda n, s=s: {"timing": {"drafting": s}}, calls=250, tenants=6) for s in (0.1, 0.4))
    found = differ("seconds", quick, slow)
    assert 0 < found.error < 1e-12
    assert found.p == 2**-5
    assert found.calls_needed(level=0.05) is None


def test_one_tenant_says_nothing_of_others() -> None:
    found = differ("words", run(tenants=1), run(lambda n: {"message": "Vélo cassé. Voilà."}, tenants=1))
    assert math.isnan(found.p)
    assert found.calls_needed(level=0.05) is None


# ---------------------------------------------------------------- verdicts


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([], range(40), "moins bien"),
        (range(40), [], "mieux"),
        ([], [], "sans écart"),
        ([1, 2], [3, 4], "sans écart"),
        ([], [1, 2], "on ne peut pas trancher, il faudrait environ 940 appels"),
    ],
)
def test_verdicts(before: list[int], after: list[int], said: str) -> None:
    found = compare(run(wrong(before)), run(wrong(after)), [INTENT]).by_id["intent"]
    assert verdict(found).replace("\u202f", " ") == said


def test_a_family_takes_more_to_tell() -> None:
    before, after = run(), run(wrong(range(6)))
    alone = compare(before, after, [INTENT]).by_id["intent"]
    among = compare(before, after, of_calls(before)).by_id["intent"]
    assert (alone.verdict, among.verdict) == ("worse", "cannot_tell")
    assert alone.needed is None
    assert among.needed is not None
    assert among.needed > 240


def test_what_scores_every_call_alike_asks_no_question() -> None:
    """Metrics of the message are the same in both runs: they leave the level to the others."""
    before, after = run(), run(wrong(range(6)))
    metrics = [INTENT, WORDS, BY_ID["all_facts"], BY_ID["fields"]]
    found = compare(before, after, metrics).by_id
    assert found["intent"].adjusted_p == found["intent"].difference.p
    assert math.isnan(found["words"].adjusted_p)


def test_a_change_that_cancels_out_is_a_question() -> None:
    found = compare(run(wrong([1])), run(wrong([2])), [INTENT]).by_id["intent"]
    assert (found.difference.value, found.adjusted_p) == (0, 1)


def test_in_a_family_it_takes_more_calls() -> None:
    before, after = run(), run(wrong([1, 2]))
    alone = compare(before, after, [INTENT]).by_id["intent"].needed or 0
    among = compare(before, after, of_calls(before)).by_id["intent"].needed or 0
    assert among > 1.2 * alone


def test_what_is_not_told_takes_more_calls_than_there_are() -> None:
    """Three tenants differ by 1, 2 and 3 words: clear to a normal distribution, not to Student's."""
    longer = run(lambda n: {"message": " ".join(["mot"] * (3 + n % 3))}, tenants=3)
    found = compare(run(tenants=3), longer, [WORDS]).by_id["words"]
    assert 0.05 < found.adjusted_p < 0.1
    assert found.needed == 241


def test_needed_calls_are_calls_of_the_data_set_and_not_only_of_those_scored() -> None:
    """A quarter of the calls is critical."""
    after = run(lambda n: {"urgency": "high"} if n in (3, 7) else {})
    found = compare(run(), after, [BY_ID["critical"]]).by_id["critical"]
    all_critical = [c for c in after if c.labels.urgency == "critical"]
    alone = compare(run(), all_critical, [BY_ID["critical"]]).by_id["critical"]
    assert found.needed == pytest.approx(4 * (alone.needed or 0), abs=4)


def test_breakdowns_are_in_no_family() -> None:
    found = compare(run(calls=24), run(calls=24), of_calls(run(calls=24)))
    assert not [c for c in found.metrics if c.metric.detail]
    assert {"intent", "intent_macro_f1", "failed"} <= {*found.by_id}


def test_the_table_counts_calls_that_are_not_compared_and_those_that_failed() -> None:
    before, after = run(calls=30), run(failed([4, 5]), calls=40)
    text = list(lines(gate(compare(before, after, [INTENT, BY_ID["wer"]]))))
    assert text[0] == "30 appels communs de 12 clients ; appels en échec : 0 dans A, 2 dans B"
    assert text[1].startswith("Appels seulement dans B, non comparés : 10 (t6/c30, t7/c31,")
    assert text[3].split()[:4] == ["Motif", "juste", "1,000", "0,933"]
    assert "Sans mesure dans les deux passages : Erreurs de mots (WER)" in text


# ---------------------------------------------------------------- is 95% 95%, is 5% 5%

CALLS = [case(tenant=call(n).tenant) for n in range(96)]
PAIRS = Pairs(
    tuple(replace(c, id=f"a{n}") for n, c in enumerate(CALLS)),
    tuple(replace(c, id=f"b{n}") for n, c in enumerate(CALLS)),
    (), (), (),
)  # fmt: skip


def _difference(dice: np.random.Generator, *, truth: float) -> Difference:
    """Twelve tenants of eight calls each, whose own differences scatter around the true one."""
    level, own = dice.normal(0, 3, size=12), dice.normal(truth, 1, size=12)
    measured = {f"a{n}": level[n % 12] + dice.normal() for n in range(96)}
    measured |= {f"b{n}": level[n % 12] + own[n % 12] + dice.normal() for n in range(96)}
    drawn = mean("m", "m", lambda c: measured[c.id], title="m", group="message", unit="points", margin=1)
    return difference_of(drawn, PAIRS)


@pytest.mark.slow
def test_the_differences_interval_and_test_keep_their_word() -> None:
    dice = np.random.default_rng(3)
    found = [_difference(dice, truth=0.0) for _ in range(400)]
    assert 0.92 <= np.mean([d.low <= 0 <= d.high for d in found]) <= 0.98
    assert 0.025 <= np.mean([d.p <= 0.05 for d in found]) <= 0.08


@pytest.mark.slow
def test_that_many_calls_tell_a_difference_four_times_in_five() -> None:
    """What the formula asks for twelve tenants, given twelve: with few tenants somewhat less is told."""
    dice = np.random.default_rng(4)
    error = math.sqrt((1 + 2 / 8) / 12)
    found = [_difference(dice, truth=(1.96 + 0.84) * error) for _ in range(300)]
    assert 0.65 <= np.mean([d.p <= 0.05 for d in found]) <= 0.85
    assert np.median([d.calls_needed(level=0.05) or 0 for d in found]) == pytest.approx(96, rel=0.25)


# ---------------------------------------------------------------- speed


@pytest.mark.slow
def test_ten_thousand_calls_are_compared_in_seconds() -> None:
    before = run(calls=10_000, tenants=50)
    after = [replace(c, predicted=c.predicted) for c in before]
    begun = time.process_time()
    compare(before, after, of_calls(before))
    assert time.process_time() - begun < 15
