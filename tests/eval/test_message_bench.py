"""The message benchmark: ours and each reference by the same metrics, and where the report goes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from conftest import scripted
from evaluated import use, write_dataset
from qualify.eval import message_bench, readme
from qualify.eval.message_bench import METRICS, OURS, REFERENCES, report, seconds
from scored import FAILED, case, said

TURNS = said("A: Atelier Morel.", "Mon vélo est cassé. Le 06, non, le 07.", "Merci.")
LABELS = {
    "key_facts": [{"fact": "vélo cassé", "any_of": ["cassé"]}, {"fact": "le numéro", "any_of": ["le 07"]}],
    "forbidden": ["le 06"],
    "message": "Vélo cassé, rappeler le 07.",
}
DUE = case(LABELS, {"message": "Vélo cassé.", "timing": {"understanding": 0.2, "drafting": 0.1}}, turns=TURNS)
NOTHING_DUE = case({"message": None, "disposition": "no_message"}, {"message": None}, turns=TURNS)


def figures(*cases_: object) -> dict[str, dict[str, str]]:
    """The report's figures by metric and by whose messages they are, intervals aside."""
    found: dict[str, dict[str, str]] = {}
    for line in list(report(cases_))[2:-1]:  # type: ignore[arg-type]
        if line.endswith(":"):
            found[line[:-1]] = by_name = {}
        else:
            name, figure = line.strip().rsplit("  ", 1)
            by_name[name.strip()] = figure.split(" (")[0].split(" [")[0]
    return found


def test_every_metric_has_a_line_for_ours_and_for_each_reference() -> None:
    found = figures(DUE, NOTHING_DUE)
    assert list(found) == [metric.label for metric in METRICS]
    assert {tuple(lines) for lines in found.values()} == {(OURS, *REFERENCES)}


@pytest.mark.parametrize(
    ("label", "ours", "human", "cut", "leading"),
    [
        ("key facts in the message", "0.500", "1.000", "1.000", "1.000"),
        ("messages with all key facts", "0.000", "1.000", "1.000", "1.000"),
        ("messages with a forbidden string", "0.000", "0.000", "0.500", "0.500"),
        ("messages where there should be none", "0.000", "0.000", "1.000", "1.000"),
        ("words a message", "2.000", "5.000", "12.000", "10.000"),
    ],
)
def test_each_is_scored_by_its_own_text(label: str, ours: str, human: str, cut: str, leading: str) -> None:
    assert list(figures(DUE, NOTHING_DUE)[label].values()) == [ours, human, cut, leading]


def test_only_ours_says_what_its_sentences_rest_on() -> None:
    proof = {"turn": 1, "start": 0, "end": 19, "quote": "Mon vélo est cassé.", "sentence": 0}
    proven = case(LABELS, {"message": "Vélo cassé.", "evidence": {"message": [proof]}}, turns=TURNS)
    assert list(figures(proven)["sentences with evidence"].values()) == ["1.000", *["no case"] * 3]


def test_a_call_in_which_nobody_speaks_has_no_reference_of_nothing() -> None:
    silent = case({"message": None, "disposition": "no_message"}, {"message": None}, turns=())
    assert list(figures(silent)["messages where there should be none"].values()) == ["0.000"] * 4


def test_seconds_are_those_from_words_to_message_failed_calls_aside() -> None:
    def taking(s: float) -> object:
        return case(predicted={"timing": {"decoding": 9.0, "understanding": s, "drafting": s, "audio": 60.0}})

    calls = [taking(n / 200) for n in range(101)]
    assert seconds([*calls, case(predicted=FAILED)]) == (  # type: ignore[list-item]
        "seconds a call, understanding and drafting: median 0.500, 95th percentile 0.950"
    )
    assert seconds([case(predicted=FAILED)]) == "seconds a call: no case"


def test_the_report_is_written_and_shown_in_the_readme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use(monkeypatch, scripted())
    file = tmp_path / "eval" / "reports" / "message-calls.txt"
    file.parent.mkdir(parents=True)
    dataset = write_dataset(tmp_path / "jeu")
    monkeypatch.setattr(sys, "argv", ["message_bench", str(dataset), "--report", str(file)])
    message_bench.main()
    written = file.read_text(encoding="utf-8")
    assert written == capsys.readouterr().out
    assert written.startswith("6 calls of 2 tenants: 6 ready\n")
    monkeypatch.setattr(readme, "ROOT", tmp_path)
    page = readme.refreshed("Messages:\n<!-- figures:message-calls -->\n<!-- /figures -->\n")
    assert page == f"Messages:\n<!-- figures:message-calls -->\n```\n{written}```\n<!-- /figures -->\n"
