"""Reviews become labeled calls where all was looked at, and nothing else does."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from labeled import CALL, DATA, TENANT
from qualify.eval.labels import Correction, import_corrections
from qualify.eval.labels.exchange import REVIEWED, unseen
from qualify.eval.labels.people import labelers
from qualify.eval.labels.reviewed import TAGS, labels_of

from qualify.dataset import Dataset, LabeledCall
from qualify.errors import InputError
from qualify.tenant import DefectError

ALL = list(REVIEWED)


def line(
    *,
    confirmed: list[str] = ALL,
    corrected: dict[str, Any] | None = None,
    call: str = "morel-900",
    **said: Any,
) -> dict[str, Any]:
    """A call as the engine read it, its prediction, and a review; `said` changes the prediction."""
    turns = json.loads(CALL.read_text(encoding="utf-8"))["turns"]
    predicted = {
        "id": call, "tenant": "atelier-morel", "status": "needs_review",
        "reasons": [{"code": "unsure", "detail": "Numéro mal entendu."}],
        "intent": "repair", "urgency": "normal", "disposition": "message",
        "fields": {"caller_name": "Ana Pinto", "phone": "+3281223345", "bike_model": "Gazelle"},
        "instructions": {"ask-model": "followed", "no-price": "followed"},
        "message": "Ana Pinto, Gazelle : la chaîne saute.",
    }  # fmt: skip
    return {
        "call": {
            "id": call, "tenant": "atelier-morel", "started_at": "2026-11-19T09:12:00",
            "caller_number": "+3281223344", "style": "asr", "turns": turns,
        },
        "prediction": {**predicted, **said},
        "review": {
            "by": "Nadia", "at": "2026-11-20T10:00:00+01:00",
            "confirmed": confirmed, "corrected": corrected or {},
        },
    }  # fmt: skip


PHONE = {"fields": {"phone": "+3281223344"}}


def parsed(**changes: Any) -> Correction:
    return Correction.model_validate(line(**changes))


@pytest.fixture
def into(tmp_path: Path) -> Path:
    """A data set to import into."""
    return Path(shutil.copytree(DATA, tmp_path / "set"))


def exported(folder: Path, *lines: dict[str, Any] | str) -> Path:
    path = folder / "relectures.jsonl"
    texts = [text if isinstance(text, str) else json.dumps(text, ensure_ascii=False) for text in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def test_a_wholly_reviewed_call_becomes_a_labeled_one(tmp_path: Path, into: Path) -> None:
    imported = import_corrections(exported(tmp_path, line(corrected=PHONE)), into)
    assert [path.name for path in imported.written] == ["morel-900.json"]
    (call,) = [c for file, c in Dataset.open(into).labeled() if file.path == imported.written[0]]
    assert isinstance(call, LabeledCall), call
    assert call.labels is not None
    assert call.labels.fields["phone"] == "+3281223344"
    assert call.tags == TAGS
    (noted,) = labelers(into)
    assert (noted.id, noted.by) == ("morel-900", "Nadia")


@pytest.mark.parametrize(
    ("confirmed", "corrected", "left"),
    [
        (ALL, {}, ()),
        ([], {}, REVIEWED),
        (["intent", "urgency", "fields", "message"], {}, ("disposition", "instructions")),
        (["intent", "disposition", "fields", "instructions", "message"], {"urgency": "high"}, ()),
        (["intent", "urgency", "disposition", "instructions", "message"], PHONE, ("fields",)),
        (
            ["intent", "urgency", "disposition", "fields", "message"],
            {"instructions": {"no-price": "broken"}},
            ("instructions",),
        ),
    ],
)
def test_what_nobody_looked_at_is_no_label(
    confirmed: list[str], corrected: dict[str, Any], left: tuple[str, ...]
) -> None:
    """One corrected field says nothing of the others: «fields» must be confirmed beside it."""
    assert unseen(parsed(confirmed=confirmed, corrected=corrected), TENANT) == left


def test_a_partly_reviewed_call_is_listed_and_not_written(tmp_path: Path, into: Path) -> None:
    imported = import_corrections(exported(tmp_path, line(confirmed=["intent"])), into)
    assert imported.written == ()
    (partial,) = imported.partial
    assert (partial.id, partial.unseen) == ("morel-900", REVIEWED[1:])
    assert not (into / "calls" / "atelier-morel" / "morel-900.json").exists()


def test_a_call_of_the_data_set_stays_as_it_is(tmp_path: Path, into: Path) -> None:
    before = (into / "calls" / "atelier-morel" / "morel-001.json").read_bytes()
    imported = import_corrections(exported(tmp_path, line(call="morel-001")), into)
    assert [path.name for path in imported.existing] == ["morel-001.json"]
    assert (into / "calls" / "atelier-morel" / "morel-001.json").read_bytes() == before


def test_a_second_import_writes_nothing_more(tmp_path: Path, into: Path) -> None:
    source = exported(tmp_path, line())
    import_corrections(source, into)
    again = import_corrections(source, into)
    assert (again.written, len(again.existing), len(labelers(into))) == ((), 1, 1)


# ---------------------------------------------------------------- the labels


def test_fields_that_the_call_does_not_give_are_taken_out_and_missing() -> None:
    labels = labels_of(parsed(corrected={"not_given": ["bike_model", "phone"]}), TENANT)
    assert labels.fields == {"caller_name": "Ana Pinto"}
    assert labels.missing == ("phone", "bike_model")


def test_wrong_numbers_and_names_that_were_corrected_are_forbidden() -> None:
    corrected = {"fields": {"phone": "+3281223344", "caller_name": "Anna Peinteau"}, "message": "La chaîne."}
    assert labels_of(parsed(corrected=corrected), TENANT).forbidden == (
        *("Ana Pinto", "081 22 33 45", "+3281223345"),
    )


@pytest.mark.parametrize(
    ("corrected", "why"),
    [
        ({"fields": {"caller_name": "Ana Pinto Dias"}, "message": "La chaîne."}, "part of what is right"),
        ({"fields": {"caller_name": "Luc Bel"}}, "in the message that was approved"),
        ({"fields": {"recipient": "Karim Benali"}}, "somebody else of the tenant's"),
        ({"fields": {"bike_model": "Orbea"}}, "no contact detail"),
    ],
)
def test_what_a_message_may_hold_is_not_forbidden(corrected: dict[str, Any], why: str) -> None:
    predicted = {"caller_name": "Ana Pinto", "bike_model": "Vélo", "recipient": "Lucie Morel"}
    correction = parsed(corrected=corrected, fields=predicted)
    assert labels_of(correction, TENANT).forbidden == (), why


def test_key_facts_are_the_right_fields_of_the_message() -> None:
    corrected = {**PHONE, "message": "Ana Pinto : la chaîne saute. À rappeler au 081 22 33 44."}
    facts = {fact.fact: fact.any_of for fact in labels_of(parsed(corrected=corrected), TENANT).key_facts}
    assert facts == {
        "Nom de l'appelant : Ana Pinto": ("Ana Pinto",),
        "Téléphone : 081 22 33 44": ("081 22 33 44", "+3281223344"),
    }


def test_key_facts_of_the_reviewer_come_before() -> None:
    facts = [{"fact": "chaîne", "any_of": ["chaîne", "transmission"]}]
    (fact,) = labels_of(parsed(corrected={"key_facts": facts}), TENANT).key_facts
    assert fact.any_of == ("chaîne", "transmission")


def test_nothing_to_transmit_is_a_correction_too(tmp_path: Path, into: Path) -> None:
    corrected = {"intent": "spam", "disposition": "no_message", "message": None}
    imported = import_corrections(exported(tmp_path, line(corrected=corrected)), into)
    labels = json.loads(imported.written[0].read_text(encoding="utf-8"))["labels"]
    assert (labels["message"], labels["key_facts"], labels["missing"]) == (None, [], [])


def test_the_new_main_intent_is_not_another_one_any_more() -> None:
    labels = labels_of(parsed(corrected={"intent": "other"}, other_intents=["other", "spam"]), TENANT)
    assert labels.other_intents == ("spam",)


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("{", "ce n'est pas du JSON"),
        ("[]", "une liste"),
        (line(corrected={"urgence": "high"}), "clé inconnue"),
        (line(corrected={"urgency": "haute"}), "« review.corrected.urgency »"),
        (line(corrected={"urgency": None}), "« review.corrected.urgency » : rien"),
        (line(confirmed=["intents"]), "« review.confirmed[0] »"),
        (line(corrected={"intent": "repare"}), "vouliez-vous dire « repair »"),
        (line(corrected={"fields": {"phone": "081 22 33 44"}}), "« review.corrected.fields.phone »"),
        (line(corrected={"fields": {"modele": "Orbea"}}), "champ inconnu « modele »"),
        (line(corrected={"not_given": ["modele"]}), "champ inconnu « modele »"),
        (line(intent=None), "« intent » confirmé"),
        (line(corrected={"message": "C'est gratuit."}), "« gratuit » ne doit pas y figurer"),
        (line(corrected={"message": None}), "labels.message"),
        (line(instructions={}), "consigne non jugée"),
        (line(tenant="atelier-maurel"), "l'appel de la ligne"),
        ({**line(), "call": {**line()["call"], "tenant": "morel"}}, "client inconnu « morel »"),
        ({**line(), "call": {**line()["call"], "labels": {}}}, "« call.labels »"),
    ],
)
def test_a_defect_is_told_with_its_line_and_nothing_is_written(
    tmp_path: Path, into: Path, bad: dict[str, Any] | str, said: str
) -> None:
    with pytest.raises(DefectError) as error:
        import_corrections(exported(tmp_path, line(call="morel-901"), bad), into)
    assert "relectures.jsonl, ligne 2" in str(error.value)
    assert said in str(error.value)
    assert not (into / "calls" / "atelier-morel" / "morel-901.json").exists()


def test_all_defects_are_told_at_once(tmp_path: Path, into: Path) -> None:
    source = exported(tmp_path, "{", line(corrected={"urgency": "haute"}), line(intent=None), line())
    with pytest.raises(DefectError) as error:
        import_corrections(source, into)
    assert [defect.line for defect in error.value.defects] == [1, 2, 3, 4]


def test_a_call_stands_once_in_an_export(tmp_path: Path, into: Path) -> None:
    with pytest.raises(DefectError, match="déjà à la ligne 1"):
        import_corrections(exported(tmp_path, line(), line()), into)


def test_a_data_set_and_an_export_must_be_there(tmp_path: Path, into: Path) -> None:
    with pytest.raises(InputError, match="introuvable"):
        import_corrections(tmp_path / "rien.jsonl", into)
    with pytest.raises(InputError, match="tenants"):
        import_corrections(exported(tmp_path, line()), tmp_path)
