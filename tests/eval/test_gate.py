"""The gate says no to planted defects, by the metric that should move, and yes to the undamaged copy."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Collection
from functools import cache
from xml.etree import ElementTree

import pytest
from qualify.eval.compare import compare
from qualify.eval.compare_report import as_json, lines
from qualify.eval.gate import Gate, gate
from qualify.eval.junit import junit
from qualify.eval.metrics import of_calls
from qualify.eval.scoring import Case
from scored import BY_ID
from two_runs import MESSAGE, Changes, call, failed, labels, run, wrong

CONTACTS = ("call_back", "wrong_ready", "serious_ready")
EVERY_TWENTIETH = range(3, 240, 20)


@cache
def before(calls: int = 240, tenants: int = 12) -> list[Case]:
    return run(calls=calls, tenants=tenants)


def gated(after: list[Case], first: list[Case] | None = None) -> Gate:
    known = before() if first is None else first
    return gate(compare(known, after, of_calls(known)))


def failing(found: Gate) -> set[str]:
    return {check.compared.metric.id for check in found.failed}


# ---------------------------------------------------------------- defects


def swapped_digits(n: int) -> Changes:
    fields = labels(n)["fields"]
    number = fields["phone"]
    return {"fields": {**fields, "phone": number[:-4] + number[-3] + number[-4] + number[-2:]}}


def number_one_off(n: int) -> Changes:
    """A digit in a call of twenty."""
    fields = labels(n)["fields"]
    return {"fields": {**fields, "phone": fields["phone"][:-1] + "x"}} if n in EVERY_TWENTIETH else {}


def always_normal(n: int) -> Changes:
    return {"urgency": "normal"}


def invented_sentence(n: int) -> Changes:
    return {"message": f"{MESSAGE} Le client est furieux."}


def invented_in_one_of_twenty(n: int) -> Changes:
    return invented_sentence(n) if n in EVERY_TWENTIETH else {}


def shuffled_confidence(n: int) -> Changes:
    order = random.Random(1).sample(range(240), 240)
    return {"confidence": call(order[n]).predicted.confidence}


def one_tenant_worse(n: int) -> Changes:
    return {"intent": "wrong", "message": "Rien."} if n % 12 == 3 else {}


def nothing_said(n: int) -> Changes:
    return {"message": "Bonjour."}


def failed_calls(n: int) -> Changes:
    return failed(EVERY_TWENTIETH)(n)


UNTOUCHED = {"disposition", "missing", "too_long", "needless", "failed"}
MOVES: list[tuple[Callable[[int], Changes], Collection[str], Collection[str]]] = [
    (swapped_digits, {*CONTACTS, "fields", "ece", "safe_coverage"}, {"intent", "urgency", "supported"}),
    (number_one_off, {*CONTACTS}, {"intent", "urgency", "key_facts", "supported"}),
    (always_normal, {"urgency", "urgency_right", "critical", "severe_miss", "over_triage", "under_triage"},
     {"intent", "fields", "call_back", "key_facts", "wrong_ready"}),
    (invented_sentence, {"supported", "unsupported"}, {"intent", "urgency", "fields", "key_facts"}),
    (invented_in_one_of_twenty, {"supported", "unsupported"}, {"intent", "urgency", "fields", "key_facts"}),
    (shuffled_confidence, {"safe_coverage", "aurc", "brier"},
     {"intent", "urgency", "fields", "call_back", "wrong_ready", "supported"}),
    (one_tenant_worse, {"intent", "intent_macro_f1", "key_facts", "all_facts"},
     {"urgency", "fields", "call_back", "ready"}),
    (nothing_said, {"key_facts", "all_facts"}, {"intent", "urgency", "fields", "supported"}),
]  # fmt: skip


@pytest.mark.parametrize(("defect", "moved", "unmoved"), MOVES, ids=[m[0].__name__ for m in MOVES])
def test_a_defect_fails_its_metrics_and_no_others(
    defect: Callable[[int], Changes], moved: Collection[str], unmoved: Collection[str]
) -> None:
    found = gated(run(defect))
    assert not found.passed
    assert set(moved) <= failing(found)
    assert not failing(found) & {*unmoved, *UNTOUCHED}


def test_the_undamaged_copy_passes() -> None:
    found = gated(run())
    assert found.passed
    assert {check.outcome for check in found.checks} == {"passed", "skipped"}


def test_what_got_better_passes() -> None:
    found = gate(compare(run(always_normal), before(), of_calls(before())))
    assert found.passed
    assert found.comparison.by_id["urgency_right"].verdict == "better"


def test_failed_calls_fail_their_own_metric_and_what_they_did_not_find() -> None:
    found = failing(gated(run(failed_calls)))
    assert {"failed", "intent", "ready", "call_back", "all_facts"} <= found
    assert not found & {"fields_precision", "over_triage", "unsupported", "words"}


# ---------------------------------------------------------------- margins


def test_what_stays_within_the_margin_passes() -> None:
    """4 of 240 intents are 0.017, 5 are 0.021; the margin is 0.02."""
    assert "intent" not in failing(gated(run(wrong(range(4)))))
    assert "intent" in failing(gated(run(wrong(range(5)))))


def test_exactly_the_margin_is_not_worse_than_it() -> None:
    known = before(50, 5)
    assert BY_ID["intent"].margin == 1 / 50
    assert "intent" not in failing(gated(run(wrong([1]), calls=50, tenants=5), known))


def test_a_margin_given_counts_for_shares_and_not_for_words() -> None:
    longer = run(wrong(range(5), intent="wrong", message=" ".join(["Vélo cassé"] * 20)))
    found = gate(compare(before(), longer, of_calls(before()), margin=0.3))
    assert found.comparison.by_id["intent"].margin == 0.3
    assert found.comparison.by_id["words"].margin == BY_ID["words"].margin
    assert found.passed


# ---------------------------------------------------------------- one tenant


def test_a_tenant_that_many_others_hide_fails_all_the_same() -> None:
    known, spoilt = before(720, 60), run(wrong(range(7, 720, 60)), calls=720, tenants=60)
    intent = gate(compare(known, spoilt, [BY_ID["intent"]])).checks[0]
    assert not intent.compared.over_margin
    assert intent.faults == ("tenant",)
    assert [(one.tenant, one.changed) for one in intent.compared.spoilt] == [("t7", (0, 12, 12))]
    assert intent.compared.spoilt[0].worse_by == 1


def test_as_many_errors_spread_over_all_tenants_do_not() -> None:
    known, spread = before(720, 60), run(wrong(range(12)), calls=720, tenants=60)
    assert gate(compare(known, spread, [BY_ID["intent"]])).passed


def test_a_single_tenant_can_be_gated() -> None:
    found = gated(run(always_normal, tenants=1), before(240, 1))
    assert {"urgency", "urgency_right", "critical"} <= failing(found)
    assert found.comparison.by_id["urgency_right"].verdict == "worse"
    assert found.comparison.by_id["urgency"].verdict == "cannot_tell"


# ---------------------------------------------------------------- nothing to compare


def test_what_is_not_said_any_more_fails() -> None:
    found = gated(run(lambda n: {"confidence": {}}))
    assert {check.compared.metric.id for check in found.failed if check.faults == ("lost",)} >= {
        "ece",
        "brier",
    }
    assert not {"intent", "urgency", "fields"} & failing(found)


def test_how_a_run_was_made_is_no_fault() -> None:
    timed = run(lambda n: {"timing": {"drafting": 1.0}})
    found = gated(run(), timed)
    assert found.comparison.by_id["seconds"].lost
    assert found.passed


def test_without_common_calls_nothing_passes() -> None:
    found = gated([])
    assert not found.passed
    assert "REFUSÉ : aucun appel commun aux deux passages" in lines(found)
    suite = ElementTree.fromstring(junit(found)).find("testsuite")
    assert suite is not None
    assert suite.get("failures") == "1"
    assert suite.find("testcase[@name='calls']/failure") is not None


# ---------------------------------------------------------------- what CI reads


def test_junit_names_each_metric_and_says_why_it_fails() -> None:
    found = gated(run(number_one_off))
    suite = ElementTree.fromstring(junit(found)).find("testsuite")
    assert suite is not None
    cases = {case.get("name"): case for case in suite}
    assert {*cases} == {"calls", *(check.compared.metric.id for check in found.checks)}
    assert suite.get("tests") == str(len(cases))
    assert suite.get("failures") == str(len(found.failed)) == str(len(suite.findall("*/failure")))
    assert suite.get("skipped") == str(len(suite.findall("*/skipped")))
    failure = cases["call_back"].find("failure")
    assert failure is not None
    told = failure.get("message") or ""
    assert re.search(r"A : 0,900 ; B : 0,850 ; écart .0,050 \[.+ ; .+\] ; marge 0,010 ; moins bien", told)
    assert cases["intent"].find("failure") is None


def test_json_holds_what_the_table_shows() -> None:
    found = json.loads(json.dumps(as_json(gated(run(number_one_off))), allow_nan=False))
    assert (found["passed"], found["calls"], found["tenants"]) == (False, 240, 12)
    number = found["metrics"]["call_back"]
    assert (number["a"]["value"], number["b"]["value"], number["b"]["n"]) == (0.9, 0.85, 240)
    assert (number["gained"], number["lost"], number["test"]) == (0, 12, "mcnemar")
    assert (number["outcome"], number["faults"]) == ("failed", ["margin"])
    assert found["metrics"]["wer"]["difference"] is None
    assert found["metrics"]["wer"]["outcome"] == "skipped"
