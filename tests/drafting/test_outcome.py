import pytest
from drafting_calls import judged, qualified, tenant, transcript

from qualify.drafting.outcome import agent_sentences, refusal, was_asked
from qualify.records import unsupported


def told(*turns: str, disposition: str = "message") -> list[str]:
    call = transcript(*turns)
    case = qualified(judged("leak"), disposition=disposition)
    sentences = [s for s, _ in agent_sentences(call, case)]
    assert all(unsupported(call, s.evidence) == () for s in sentences)
    return [s.text for s in sentences]


@pytest.mark.parametrize(
    ("turn", "sentence"),
    [
        ("A: Sortez et appelez le dix-huit.", "Il lui a été conseillé d'appeler le 18."),
        ("A: Raccrochez, faites tout de suite le 15.", "Il lui a été conseillé d'appeler le 15."),
        ("A: Il faut prévenir les pompiers.", "Il lui a été conseillé d'appeler les pompiers."),
        ("A: Contactez le centre antipoison.", "Il lui a été conseillé d'appeler le centre antipoison."),
        ("A: S'il respire mal, appelez le 15.", "Il lui a été conseillé d'appeler le 15 au besoin."),
    ],
)
def test_advice(turn: str, sentence: str) -> None:
    assert told(turn) == [sentence]


@pytest.mark.parametrize(
    "turn",
    [
        "A: Vous avez appelé le 18 ?",
        "A: J'ai appelé le 15 pour vous.",
        "A: N'appelez pas le 15 pour ça.",
        "C: Appelez le 15.",
        "A: Appelez le 4 rue des Lilas.",
    ],
)
def test_no_advice(turn: str) -> None:
    assert told(turn) == []


def test_a_call_that_is_put_through_says_so() -> None:
    turns = ("C: C'est urgent.", "A: Je vous passe le technicien.")
    assert told(*turns, disposition="transfer") == ["Appel transféré."]
    assert told(*turns) == []
    assert told("A: Je vous passe un message ?", disposition="transfer") == []


@pytest.mark.parametrize(
    ("field", "question", "answer", "sentence"),
    [
        ("caller_name", "À quel nom ?", "Je préfère rester anonyme.", "N'a pas souhaité donner son nom."),
        ("caller_name", "À quel nom ?", "Je ne vous le dis pas.", None),
        ("caller_name", "À quel nom ?", "Ça ne vous regarde pas.", "N'a pas souhaité donner son nom."),
        ("phone", "Votre numéro ?", "Hors de question.", "N'a pas souhaité laisser de numéro."),
        ("phone", "Autre chose ?", "Hors de question.", None),
        ("city", "Quelle ville ?", "Hors de question.", None),
    ],
)  # fmt: skip
def test_refusals(field: str, question: str, answer: str, sentence: str | None) -> None:
    call = transcript(f"A: {question}", f"C: {answer}")
    made = refusal(field, call)
    assert (made and made.text) == sentence


@pytest.mark.parametrize(
    ("field", "question", "asked"),
    [
        ("phone", "Où peut-on vous joindre ?", True),
        ("phone", "C'est pour quand ?", False),
        ("caller_name", "C'est de la part de qui ?", True),
        ("floor", "À quel étage ?", True),
        ("floor", "Quelle adresse ?", False),
    ],
)
def test_whether_it_was_asked(field: str, question: str, asked: bool) -> None:
    assert was_asked(field, transcript(f"A: {question}", "C: Oui."), tenant()) is asked
