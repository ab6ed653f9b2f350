"""A person labels a call: forth, back, broken off and taken up again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from labeled import CALL, FIRST_ANSWERS, FORM, TENANT, ByKey, InOrder, unlabeled
from qualify.eval.labels import FIRST, SECOND, interview
from qualify.eval.labels.files import add_to_call, draft_path, json_text
from qualify.eval.labels.label import Sitting, label_call, open_call
from qualify.eval.labels.people import labelers
from qualify.eval.labels.questions import DISPOSITIONS, OUTCOMES, URGENCIES, Question

from qualify.dataset import Dataset, LabeledCall, load_call
from qualify.errors import InputError
from qualify.records import Disposition, InstructionOutcome, Urgency
from qualify.tenant import DefectError

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


def labeled(path: Path) -> LabeledCall:
    """The call as its data set gives it, all checks passed."""
    (call,) = [c for file, c in Dataset.open(path.parents[2]).labeled() if file.path == path]
    assert isinstance(call, LabeledCall), call
    return call


def test_the_answers_become_the_labels_of_the_call(tmp_path: Path) -> None:
    path = unlabeled(tmp_path)
    label_call(open_call(path, path.parents[2], FIRST, by="Nadia"), ByKey(FIRST_ANSWERS), at=NOW)
    expected = load_call(CALL).labels
    assert expected is not None
    message = FIRST_ANSWERS["message"]
    assert labeled(path).labels == expected.model_copy(update={"message": message})
    assert labeled(path).tags == ("number_shown",)
    assert not draft_path(path, "labels").exists()
    (noted,) = labelers(path.parents[2])
    assert (noted.id, noted.key, noted.by) == ("morel-001", "labels", "Nadia")


def test_the_second_person_is_asked_only_what_both_are(tmp_path: Path) -> None:
    path = unlabeled(tmp_path, keep=("labels", "tags"))
    person = ByKey({**FIRST_ANSWERS, "urgency": "low"})
    label_call(open_call(path, path.parents[2], SECOND, by="Hugo"), person, at=NOW)
    second = labeled(path).second_labels
    assert second is not None
    assert (second.urgency, second.fields["phone"]) == ("low", "+3281223344")
    assert {key.partition(".")[0] for key in person.asked} == {"intent", "urgency", "disposition", "fields"}
    assert labeled(path).labels == load_call(CALL).labels


def test_the_second_person_is_shown_nothing_of_the_first(tmp_path: Path) -> None:
    path = unlabeled(tmp_path, keep=("labels", "tags"))
    opened = open_call(path, path.parents[2], SECOND, by="Hugo")
    assert not set(opened.form.call.model_dump()) & {"labels", "second_labels", "tags"}
    shown: list[str | None] = []

    class Watching(ByKey):
        def ask(self, question: Question, former: str | None) -> str:
            shown.append(former)
            return super().ask(question, former)

    label_call(opened, Watching(FIRST_ANSWERS), at=NOW)
    assert set(shown) == {None}


def test_nothing_is_lost_when_it_is_broken_off(tmp_path: Path) -> None:
    path = unlabeled(tmp_path)
    before = path.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        label_call(
            open_call(path, path.parents[2], FIRST, by="Nadia"),
            ByKey(FIRST_ANSWERS, until="key_facts.1"),
            at=NOW,
        )
    assert path.read_bytes() == before
    person = ByKey(FIRST_ANSWERS)
    label_call(open_call(path, path.parents[2], FIRST, by="Nadia"), person, at=NOW)
    assert person.asked[0] == "key_facts.1"
    assert labeled(path).labels is not None


def test_tags_that_the_call_has_already_stay(tmp_path: Path) -> None:
    path = unlabeled(tmp_path, keep=("tags",))
    person = ByKey({**FIRST_ANSWERS, "tags": "noise"})
    label_call(open_call(path, path.parents[2], FIRST, by="Nadia"), person, at=NOW)
    assert labeled(path).tags == ("number_shown", "noise")


def test_labels_that_do_not_fit_the_call_are_not_written(tmp_path: Path) -> None:
    path = unlabeled(tmp_path)
    before = path.read_bytes()
    labels = json.loads(CALL.read_text(encoding="utf-8"))["labels"]
    with pytest.raises(DefectError, match=r"labels\.missing"):
        add_to_call(path, TENANT, {"labels": {**labels, "missing": ["phone"]}})
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir() if file.stem.startswith("morel-001")] == [path.name]


def test_a_draft_is_its_own_persons(tmp_path: Path) -> None:
    path = unlabeled(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        label_call(open_call(path, path.parents[2], FIRST, by="Nadia"), InOrder(["1"]), at=NOW)
    with pytest.raises(InputError, match="commencé par « Nadia »"):
        open_call(path, path.parents[2], FIRST, by="Hugo")


@pytest.mark.parametrize(
    ("keep", "sitting", "said"),
    [
        (("labels", "tags"), FIRST, "déjà étiqueté"),
        (("labels", "second_labels", "tags"), SECOND, "déjà étiqueté"),
        ((), SECOND, "sans premières étiquettes"),
    ],
)
def test_labels_are_neither_overwritten_nor_given_out_of_turn(
    tmp_path: Path, keep: tuple[str, ...], sitting: Sitting, said: str
) -> None:
    path = unlabeled(tmp_path, keep=keep)
    with pytest.raises(InputError, match=said):
        open_call(path, path.parents[2], sitting, by="Nadia")


def test_the_second_person_is_not_the_first(tmp_path: Path) -> None:
    path = unlabeled(tmp_path)
    label_call(open_call(path, path.parents[2], FIRST, by="Nadia"), ByKey(FIRST_ANSWERS), at=NOW)
    with pytest.raises(InputError, match="une autre personne"):
        open_call(path, path.parents[2], SECOND, by="nadia")


def test_a_call_of_an_unknown_tenant_is_refused(tmp_path: Path) -> None:
    path = unlabeled(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("atelier-morel", "atelier-morrel"), "utf-8")
    with pytest.raises(InputError, match="vouliez-vous dire « atelier-morel »"):
        open_call(path, path.parents[2], FIRST, by="Nadia")


# ---------------------------------------------------------------- the interview


def asked_of(lines: list[str], answers: dict[str, str] | None = None) -> InOrder:
    """Who types those lines, after the interview broke off."""
    person = InOrder(lines)
    given = {} if answers is None else answers
    with pytest.raises(KeyboardInterrupt):
        interview(lambda said: FIRST.questions(FORM, said), given, person, lambda _: None)
    return person


def test_one_goes_back_and_the_former_answer_stays_with_enter() -> None:
    answers: dict[str, str] = {}
    person = asked_of(["repair", "high", "<", "<", "", "", "message"], answers)
    assert person.asked[:8] == [
        *("intent", "urgency", "disposition", "urgency", "intent", "urgency", "disposition"),
        "fields.caller_name",
    ]
    assert answers == {"intent": "repair", "urgency": "high", "disposition": "message"}


def test_back_from_the_first_question_is_the_first_question() -> None:
    assert asked_of(["<", "<"]).asked == ["intent"] * 3


def test_a_dash_takes_an_answer_back() -> None:
    answers: dict[str, str] = {}
    asked_of(["repair", "high", "message", "Ana", "<", "-"], answers)
    assert answers["fields.caller_name"] == ""


def test_a_refused_answer_is_asked_again_and_not_kept() -> None:
    answers: dict[str, str] = {}
    person = asked_of(["repare", "repair"], answers)
    assert person.asked == ["intent", "intent", "urgency"]
    assert "vouliez-vous dire « repair »" in person.refusals[0]
    assert answers == {"intent": "repair"}


@given(st.lists(st.sampled_from(["", "-", "<", "1", "2", "repair", "message", "ce numéro", "a | b", "x"])))
def test_whatever_is_typed_the_interview_goes_on(lines: list[str]) -> None:
    answers: dict[str, str] = {}
    person = asked_of(lines, answers)
    assert len(person.asked) == len(lines) + 1
    assert all(q.read(answers[q.key]) != "" for q in FIRST.questions(FORM, answers) if q.key in answers)


def test_required_fields_are_asked_first() -> None:
    keys = [q.key for q in FIRST.questions(FORM, {"intent": "repair"}) if q.key.startswith("fields.")]
    assert keys[:3] == ["fields.caller_name", "fields.phone", "fields.bike_model"]
    assert len(keys) == 14


def test_a_call_worth_no_message_is_not_asked_for_one() -> None:
    keys = [q.key for q in FIRST.questions(FORM, {"disposition": "no_message"})]
    assert "message" not in keys


def test_every_fact_given_asks_for_one_more() -> None:
    answers = {"key_facts.0": "la chaîne", "key_facts.1": "samedi | 21/11"}
    keys = [q.key for q in FIRST.questions(FORM, answers) if q.key.startswith("key_facts")]
    assert keys == ["key_facts.0", "key_facts.1", "key_facts.2"]


def test_the_main_intent_is_not_another_one() -> None:
    (question,) = [q for q in FIRST.questions(FORM, {"intent": "repair"}) if q.key == "other_intents"]
    assert question.read("spam") == ("spam",)
    with pytest.raises(Exception, match="motif principal"):
        question.read("réparation, spam")


def test_the_message_is_held_against_the_answers_before_it() -> None:
    answers = {**FIRST_ANSWERS, "forbidden": "vélo volé"}
    (question,) = [q for q in FIRST.questions(FORM, answers) if q.key == "message"]
    with pytest.raises(Exception, match="il manque « chaîne »"):
        question.read("Ana Pinto, Gazelle.")
    with pytest.raises(Exception, match="vélo volé"):
        question.read("La chaîne du vélo volé.")
    assert question.echo(question.read("La chaîne saute.")) == "3 mots"


def test_an_answer_that_another_one_made_wrong_is_asked_again() -> None:
    """Gone back to a fact and broken off: the message, written before, is open again."""
    keys = [q.key for q in FIRST.questions(FORM, FIRST_ANSWERS)]
    answers = {**dict.fromkeys(keys, ""), **FIRST_ANSWERS, "key_facts.0": "le frein grince | frein"}
    assert asked_of([], answers).asked == ["message"]


@pytest.mark.parametrize("tag", ["Grand", "été", "deux mots", "_"])
def test_a_tag_is_a_slug(tag: str) -> None:
    (question,) = [q for q in FIRST.questions(FORM, {}) if q.key == "tags"]
    assert question.read("relative_date, noise") == ("relative_date", "noise")
    with pytest.raises(Exception, match="minuscules"):
        question.read(tag)


def test_every_choice_of_the_format_is_offered() -> None:
    assert set(URGENCIES) == set(get_args(Urgency))
    assert set(DISPOSITIONS) == set(get_args(Disposition))
    assert set(OUTCOMES) == set(get_args(InstructionOutcome))


def test_a_file_is_written_as_data_sets_are() -> None:
    text = CALL.read_text(encoding="utf-8")
    assert json.loads(json_text(json.loads(text))) == json.loads(text)
    one = {"id": "a", "turns": [{"speaker": "agent", "text": "Été"}], "labels": {"fields": {}, "missing": []}}
    assert json_text(one).splitlines() == [
        "{",
        '  "id": "a",',
        '  "turns": [',
        '    {"speaker": "agent", "text": "Été"}',
        "  ],",
        '  "labels": {',
        '    "fields": {},',
        '    "missing": []',
        "  }",
        "}",
    ]
