from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.audio.activity import Segment
from qualify.audio.decode import decode
from qualify.audio.parties import (
    REVIEW_BELOW,
    PartyAssignment,
    assign_turns_mono,
    first_guess,
    settle,
    voice_of,
)

GREETING = "Cabinet Morel, bonjour, que puis-je pour vous ?"
AGENT = [
    "Cabinet Morel bonjour, que puis-je pour vous ?",
    "Quel est votre nom ?",
    "C'est noté, je transmets.",
]
CALLER = ["Bonjour, je vous appelle parce que j'ai perdu mon ordonnance.", "Moi c'est Alain Petit.", "Merci."]
UNTOLD = PartyAssignment(0, 0.5, "aucun indice")


def speech(*starts_s: float) -> list[Segment]:
    return [Segment(s, s + 1) for s in starts_s]


GUESSES = [
    ("left speaks first", [speech(0.5, 6), speech(3)], {}, 0, 0.8),
    ("right speaks first", [speech(3), speech(0.5, 6)], {}, 1, 0.8),
    ("nearly together", [speech(1.2), speech(0.9)], {}, 1, 0.65),
    ("only right speaks", [[], speech(2)], {}, 1, 0.5),
    ("nobody speaks", [[], []], {}, 0, 0.5),
    ("settings win over order", [speech(0.5), speech(3)], {"agent_channel": 1}, 1, 1.0),
    (
        "tag in a comment",
        [speech(0.5), speech(3)],
        {"tags": {"comment": "PBX 4; Agent_Channel=right"}},
        1,
        0.97,
    ),
    ("tag by its key", [speech(3), speech(0.5)], {"tags": {"agent_channel": "0"}}, 0, 0.97),
    ("French tag", [speech(0.5), speech(3)], {"tags": {"description": "canal agent : droite"}}, 1, 0.97),
    (
        "tags that contradict each other",
        [speech(0), speech(3)],
        {"tags": {"a": "agent channel=0 ", "agent_channel": "1"}},
        0,
        0.8,
    ),
    ("tag of something else", [speech(0.5), speech(3)], {"tags": {"title": "channel=1"}}, 0, 0.8),
]


@pytest.mark.parametrize(
    ("segments", "known", "agent", "confidence"), [g[1:] for g in GUESSES], ids=[g[0] for g in GUESSES]
)
def test_first_guess(segments: list[list[Segment]], known: dict, agent: int, confidence: float) -> None:
    guess = first_guess(segments, **known)
    assert (guess.agent_channel, guess.caller_channel) == (agent, 1 - agent)
    assert guess.confidence == confidence
    assert guess.why


def test_there_are_two_channels() -> None:
    with pytest.raises(ValueError, match=r"0 \(gauche\) ou 1 \(droite\)"):
        first_guess([[], []], agent_channel=2)


@pytest.mark.parametrize("agent", [0, 1])
@pytest.mark.parametrize("guessed", [0, 1])
def test_the_words_settle_it_even_against_who_spoke_first(agent: int, guessed: int) -> None:
    turns = [AGENT, CALLER] if agent == 0 else [CALLER, AGENT]
    settled = settle(turns, greeting=GREETING, guess=PartyAssignment(guessed, 0.8, "parle le premier"))
    assert settled.agent_channel == agent
    assert settled.confidence >= REVIEW_BELOW
    assert "accueil" in settled.why
    assert ("parle le premier" in settled.why) == (agent == guessed)


def test_a_misheard_greeting_is_still_the_greeting() -> None:
    said = [["bonjour euh voilà"], ["cabine morelle bonjour que puije pour vous"]]
    settled = settle(said, greeting=GREETING, guess=UNTOLD)
    assert settled.agent_channel == 1
    assert "accueil" in settled.why


def test_without_a_greeting_the_phrases_tell() -> None:
    settled = settle([["Oui, bonjour.", *CALLER], ["Oui, bonjour.", *AGENT[1:]]], greeting="", guess=UNTOLD)
    assert (settled.agent_channel, settled.why) == (1, "tournures")
    assert settled.confidence >= REVIEW_BELOW


UNDECIDED = [
    ("both say the same", [["Bonjour."], ["Bonjour."]], "aucun indice"),
    ("one is silent", [AGENT, []], "un seul canal parle"),
    ("one says nothing to read", [AGENT, ["…"]], "un seul canal parle"),
    ("both are silent", [[], []], "personne ne parle"),
]


@pytest.mark.parametrize(("turns", "why"), [u[1:] for u in UNDECIDED], ids=[u[0] for u in UNDECIDED])
def test_what_cannot_be_told_goes_to_review(turns: list[list[str]], why: str) -> None:
    settled = settle(turns, greeting=GREETING, guess=UNTOLD)
    assert settled.confidence < REVIEW_BELOW
    assert settled.why == why


def test_clues_that_contradict_each_other_go_to_review() -> None:
    turns = [[AGENT[0], *CALLER], ["Bonjour.", *AGENT[1:]]]
    assert settle(turns, greeting=GREETING, guess=UNTOLD).confidence < REVIEW_BELOW


def test_settings_stay_but_are_called_in_question() -> None:
    stated = first_guess([[], []], agent_channel=0)
    assert settle([AGENT, CALLER], greeting=GREETING, guess=stated) == stated
    doubted = settle([CALLER, AGENT], greeting=GREETING, guess=stated)
    assert doubted.agent_channel == 0
    assert doubted.confidence < REVIEW_BELOW
    assert "l'autre canal" in doubted.why
    assert settle([AGENT, []], greeting=GREETING, guess=stated).confidence == 1.0


MONO = [
    ("agent", "Cabinet Morel, bonjour."),
    ("caller", "Oui bonjour madame, je vous appelle parce que j'ai un souci avec mon rendez-vous de demain."),
    ("agent", "Quel est votre nom ?"),
    ("caller", "Alain Petit."),
    ("agent", "Et votre numéro de téléphone ?"),
    ("caller", "Zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit."),
    ("agent", "C'est noté, je transmets au docteur."),
    ("caller", "Merci, au revoir."),
]


def test_mono_call_turn_by_turn() -> None:
    found = assign_turns_mono([text for _, text in MONO], greeting=GREETING)
    assert found.speakers == tuple(speaker for speaker, _ in MONO)
    assert found.confidence >= REVIEW_BELOW
    assert len(found.confidences) == len(MONO)


def test_two_turns_of_the_same_party_in_a_row() -> None:
    turns = [*MONO[:2], ("caller", "Et puis ma femme m'a dit que je devais venir à jeun."), *MONO[2:]]
    found = assign_turns_mono([text for _, text in turns], greeting=GREETING)
    assert found.speakers == tuple(speaker for speaker, _ in turns)


def test_the_answer_to_a_question_is_the_other_partys() -> None:
    asked, told = (
        assign_turns_mono(["Cabinet Morel, bonjour.", said, "Petit."], greeting=GREETING)
        for said in ("Votre nom ?", "Votre nom")
    )
    assert asked.speakers[2] == "caller"
    assert asked.confidences[2] > told.confidences[2]


def test_the_greeting_marks_the_agent() -> None:
    turns = ["Plomberie Dubois", "Bonjour"]
    with_it, without = (assign_turns_mono(turns, greeting=g) for g in ("Plomberie Dubois, bonjour", ""))
    assert with_it.speakers[0] == "agent"
    assert with_it.confidences[0] > without.confidences[0]


def test_who_answers_speaks_first() -> None:
    assert assign_turns_mono(["Bonjour.", "Bonjour."], greeting="").speakers == ("agent", "caller")


def test_agents_speak_shorter() -> None:
    short, long = "le dossier", "le dossier de la rue des lilas est posé sur la table du salon"
    told = [assign_turns_mono([text], greeting="") for text in (short, long)]
    assert told[0].confidences[0] > told[1].confidences[0]


def test_a_mono_call_that_says_little_goes_to_review() -> None:
    assert assign_turns_mono(["Allô ?", "Allô.", "Oui.", "Bon."], greeting=GREETING).confidence < REVIEW_BELOW
    assert assign_turns_mono([], greeting=GREETING).confidence == 0


def spoken(name: str, start_s: float, end_s: float) -> np.ndarray:
    return decode(Path(__file__).parent / "data" / f"{name}.wav").clip(0, start_s, end_s)


def test_stretches_of_one_voice_sound_alike_at_any_level() -> None:
    agent, caller = ([voice_of(spoken(name, s, s + 1)) for s in (0.4, 1.6)] for name in ("agent", "caller"))
    louder = voice_of(4 * spoken("agent", 0.4, 1.4))
    assert np.allclose(louder, agent[0], atol=1e-2)
    apart = np.linalg.norm(agent[0] - caller[0])
    assert np.linalg.norm(agent[0] - agent[1]) < apart
    assert np.linalg.norm(caller[0] - caller[1]) < apart


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(10), np.zeros(5000), np.ones(5000)])
def test_a_voice_of_nothing_is_finite(samples: np.ndarray) -> None:
    assert np.isfinite(voice_of(samples.astype(np.float32))).all()


def test_the_voice_tells_whose_a_colourless_turn_is() -> None:
    voices = {name: voice_of(spoken(name, 0.4, 2.0)) for name in ("agent", "caller")}
    colourless = [("caller", "Petit."), ("agent", "Petit."), ("agent", "Martin Petit."), ("caller", "Lyon.")]
    turns = [*MONO, *colourless]
    heard = assign_turns_mono(
        [text for _, text in turns], greeting=GREETING, voices=[voices[speaker] for speaker, _ in turns]
    )
    assert heard.speakers == tuple(speaker for speaker, _ in turns)
    assert assign_turns_mono([text for _, text in turns], greeting=GREETING).speakers != heard.speakers


def test_a_voice_does_not_outweigh_clear_words() -> None:
    one = [voice_of(spoken("agent", 0.4, 2.0))] * len(MONO)
    found = assign_turns_mono([text for _, text in MONO], greeting=GREETING, voices=one)
    assert found.speakers == tuple(speaker for speaker, _ in MONO)


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("À quel nom ?", "agent"),
        ("Je note. On vous rappelle dans la journée.", "agent"),
        ("Le docteur est en consultation, souhaitez-vous laisser un message ?", "agent"),
        ("Je voudrais annuler mon rendez-vous.", "caller"),
        ("euh ben mon mari m'a dit d'appeler", "caller"),
    ],
)
def test_typical_phrases(text: str, speaker: str) -> None:
    # after an opening by the agent and a neutral word, either may speak
    found = assign_turns_mono(["Cabinet Morel, bonjour.", "Bonjour madame.", text], greeting=GREETING)
    assert found.speakers[2] == speaker


@given(turns=st.lists(st.text(max_size=40), max_size=12), greeting=st.text(max_size=20))
def test_any_text_gets_a_probability(turns: list[str], greeting: str) -> None:
    found = assign_turns_mono(turns, greeting=greeting)
    assert len(found.speakers) == len(turns)
    assert all(0.5 <= c <= 1 for c in found.confidences)
    settled = settle([turns, turns[::-1]], greeting=greeting, guess=UNTOLD)
    assert 0.5 <= settled.confidence <= 1
