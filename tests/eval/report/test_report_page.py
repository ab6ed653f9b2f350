"""The page as a whole: all that a supervisor asks for, in one file that nothing leaves."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qualify.eval.cost import cost_of, load_parameters
from qualify.eval.intervals import Figure, figure
from qualify.eval.metrics import of_calls
from qualify.eval.report import report_html
from qualify.eval.report.calls import IN_FULL, OPEN
from qualify.eval.report.provenance import provenance_section
from reported import CALLS, MISSED, OTHER, PHONE, RIGHT, TURNS, Elements, call, proof

from qualify.records import Turn

RUN = {
    "mode": "turns",
    "dataset": {"path": "appels", "sha256": "ab" * 32},
    "seeds": {"bootstrap": 1},
    "llm": None,
}
CEILING = {"intent": Figure(0.931, 0.9, 0.96, 40, 0)}
AGREEMENT = {"Urgence, α de Krippendorff": Figure(0.812, 0.7, 0.9, 40, 0)}
COSTS = cost_of(CALLS, load_parameters(), draws=50)
PAGE = report_html(CALLS, run=RUN, ceiling=CEILING, agreement=AGREEMENT, costs=COSTS)
WHOLE = Elements(PAGE)


def test_all_sections_are_there_and_reached() -> None:
    sections = [
        "essentiel",
        "passage",
        "mesures",
        "urgence",
        "accord",
        "tranches",
        "cout-cache",
        "echecs",
        "appels",
    ]
    assert WHOLE.ids() == sections
    assert [a["href"] for tag, a in WHOLE.found if tag == "a"] == [f"#{id}" for id in sections]


def test_every_element_is_closed() -> None:
    assert WHOLE.open == []


def test_nothing_comes_from_outside() -> None:
    assert not {tag for tag, _ in WHOLE.found} & {"link", "img", "iframe", "object", "base"}
    assert not [a for _, a in WHOLE.found if "src" in a or any(key.startswith("on") for key in a)]
    assert not re.search(r'(?<!xmlns=")https?:', PAGE)
    assert "@import" not in PAGE
    assert "url(" not in PAGE


def test_only_the_page_s_own_script_may_run() -> None:
    script = PAGE.split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = next(str(a["content"]) for _, a in WHOLE.found if "http-equiv" in a)
    assert policy.startswith("default-src 'none';")
    assert f"script-src 'sha256-{digest}'" in policy


@pytest.mark.parametrize(
    "told",
    [
        "sur 7 appels de 1 client, 5 prêts à partir sans relecture (71,4\u202f%), 1 à relire, 1 en échec.",
        "sur 1 appel critique, 1 manqué, dont 1 sans relecture.",
        "sur 5 appels prêts, 1 numéro ou e-mail faux que rien ne signale",
        "pour 1\u202f000 appels, urgences manquées à part.",
        "transcription : mémoire insuffisante",
        "Plafond humain",
        "0,931 [0,900\u00a0;\u00a00,960] n = 40",
        "Urgence, α de Krippendorff",
        "numéro incertain (unsure)",
        "▼ 1",
        "entrée",
        "abababababab…",
    ],
)
def test_what_is_said(told: str) -> None:
    assert told.lower() in WHOLE.text.lower()


def test_a_run_is_told_in_the_order_in_which_one_asks() -> None:
    told = re.findall(
        "<dt>(.*?)</dt>", provenance_section({"unheard_of": 1, "seeds": {"a": 1}, "mode": "audio"})
    )
    assert told == ["Entrée", "Graines", "Unheard_of"]


def test_what_is_left_open_in_the_run_is_not_shown() -> None:
    assert "modèle de langage" not in provenance_section(RUN).lower()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"cores": 2, "cpu": "x"}, "cœurs : 2 · processeur : x"),
        ({f"k{n}": n for n in range(9)}, "<summary>9 entrées</summary>"),
        ([{"stage": "drafting", "calls": 3}], "<td>3</td>"),
        (["a", "b"], "a · b"),
        ({"seeds": []}, "graines : aucun"),
        (True, "oui"),
        (0.5, "0,5"),
        ("<script>", "&lt;script&gt;"),
    ],
)
def test_a_run_is_shown_whatever_it_holds(value: object, shown: str) -> None:
    assert shown in provenance_section({"hardware": value})


def test_an_unfinished_run_is_no_reason_to_fail() -> None:
    assert Elements(report_html([], run={})).ids() == [
        "essentiel",
        "passage",
        "mesures",
        "urgence",
        "tranches",
        "appels",
    ]


def test_the_worst_call_comes_first_and_open() -> None:
    calls = [a for tag, a in WHOLE.found if tag == "details" and a.get("class") == "call"]
    assert len(calls) == len(CALLS)
    assert "missed" in str(calls[0]["data-search"])
    assert [("open" in a) for a in calls] == [True] * OPEN + [False] * (len(CALLS) - OPEN)


def test_evidence_is_marked_with_its_name_and_false_evidence_is_told() -> None:
    evidence = {"caller_name": [proof("Rose Petit")], "message": [proof("mon vélo fume")]}
    astray = {"caller_name": [{**proof("Rose Petit"), "start": 5, "end": 15}]}
    right = report_html([call("a", {}, {"evidence": evidence})], run={})
    assert '<mark class="proof" title="Nom de l&#x27;appelant">Rose Petit</mark><sup>Nom de' in right
    assert '<mark class="said">mon vélo fume</mark>' in right
    assert "⚠" not in Elements(right[right.index('class="turns"') :].split("</ol>")[0]).text
    wrong = report_html([call("a", {}, {"evidence": astray})], run={})
    assert "1 preuve citée ne figure pas dans la transcription" in Elements(wrong).text
    assert '<mark class="proof"' not in wrong


def test_from_audio_the_engine_s_own_transcript_is_shown_and_the_labeled_one_beside() -> None:
    page = Elements(
        report_html([call("a", heard=(Turn(speaker="caller", text="Ici Rose Petite."),))], run={})
    )
    assert "Ici Rose Petite." in page.text
    assert "Transcription de référence" in page.text
    assert TURNS[1].text in page.text


def test_other_predictions_costs_stand_beside() -> None:
    page = report_html(CALLS, run={}, costs=COSTS, beside={"Agents": COSTS})
    assert '<th scope="col">Agents</th>' in page


def test_diagrams_are_drawn_where_there_are_confidences() -> None:
    sure = [call(f"c{n}", {}, {"confidence": {"intent": 0.9, "urgency": 0.95}}) for n in range(3)]
    page = Elements(report_html([*sure, *CALLS], run={}))
    assert {"calibration", "risque"} <= set(page.ids())
    assert sum(a.get("class") == "plot" for _, a in page.found) == 4


def test_figures_that_are_known_are_taken() -> None:
    known = {metric.id: figure(metric, CALLS) for metric in of_calls(CALLS)}
    assert report_html(CALLS, run=RUN, figures=known) == report_html(CALLS, run=RUN)
    planted = {**known, "intent": Figure(0.123, 0.1, 0.2, 9, 0)}
    assert "0,123 [0,100" in re.sub(r"\s+", " ", Elements(report_html(CALLS, run=RUN, figures=planted)).text)


def _hostile(words: str) -> list[Any]:
    """Two calls with the words wherever a call holds text."""
    known = {
        "turns": (TURNS[0].model_copy(update={"text": words}),),
        "tenant": OTHER.model_copy(update={"name": words}),
    }
    labels = {
        "fields": {"caller_name": words}, "message": words, "forbidden": [f"{words}."],
        "key_facts": [{"fact": words, "any_of": [f"{words}x"]}],
    }  # fmt: skip
    predicted = {
        "fields": {"caller_name": f"{words}y"}, "message": words,
        "evidence": {"caller_name": [{"turn": 0, "start": 0, "end": len(words), "quote": words}]},
    }  # fmt: skip
    failed = {"status": "failed", "reasons": [{"code": "failed", "detail": words}]}
    return [call("a", labels, predicted, **known), call("b", {}, failed, **known)]


PLAIN = Elements(report_html(_hostile("mot"), run={"mode": "mot"}))
HOSTILE = st.sampled_from(
    ["<script>alert(1)</script>", "</details>", "'\"><img src=x onerror=y>", "&lt;b&gt;", "<!--"]
)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(HOSTILE | st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1).map("".join)
)
def test_no_word_of_a_call_becomes_markup(words: str) -> None:
    page = Elements(report_html(_hostile(words), run={"mode": words}))
    allowed = {tag for tag, _ in PLAIN.found} | {"mark", "sup", "b", "code"}
    assert {tag for tag, _ in page.found} <= allowed
    assert sum(tag == "script" for tag, _ in page.found) == 1
    assert not [a for _, a in page.found if any(key.startswith("on") or key == "src" for key in a)]
    assert page.open == []


def test_a_page_can_be_written_whatever_was_heard() -> None:
    report_html([call("a", {}, {"message": "\ud800\x00"})], run={"mode": "\udfff"}).encode()


def test_only_the_worst_of_many_calls_are_shown_whole() -> None:
    many = [replace(RIGHT, id=f"r{n}") for n in range(IN_FULL + 5)]
    page = Elements(report_html([*many, MISSED], run={}))
    whole = [a for tag, a in page.found if tag == "details" and a.get("class") == "call"]
    lines = [a for tag, a in page.found if tag == "tr" and "data-search" in a]
    assert (len(whole), len(lines)) == (IN_FULL, 6)
    assert "missed" in str(whole[0]["data-search"])


@pytest.mark.slow
def test_ten_thousand_calls_make_a_usable_page_in_time() -> None:
    many = [
        replace(CALLS[n % len(CALLS)], id=f"c{n}", tenant=(RIGHT.tenant, OTHER)[n % 2]) for n in range(10_000)
    ]
    begun = time.process_time()
    page = report_html(many, run=RUN, ceiling=CEILING)
    assert time.process_time() - begun < 15
    assert len(page.encode()) < 10_000_000


def test_phone_numbers_stand_beside_each_other() -> None:
    assert PHONE in WHOLE.text
