"""From decoded channels to a transcript, with a speech engine that says what the test tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from qualify.audio.activity import Segment
from qualify.audio.decode import RATE_HZ, AudioInfo, DecodedAudio
from qualify.records import Maker
from qualify.tenant import Tenant
from qualify.transcription.engine import HeardWord, Samples, Utterance
from qualify.transcription.listen import PROMPT_WORDS, listen, prompt_of

SPOKEN = list[tuple[float, str]]
GREETING = (0.5, "Cabinet Martin bonjour, je vous écoute.")
AGENT: SPOKEN = [
    GREETING,
    (6.0, "Très bien, je note. Quel est votre nom ?"),
    (12.0, "Je transmets, bonne journée."),
]
CALLER: SPOKEN = [(3.0, "Oui bonjour, je vous appelle pour mon rendez-vous."), (9.0, "Je suis Paul Durand.")]


@dataclass
class ScriptedEngine:
    """Says the texts of each channel in turn; the channel is told by its constant sample value."""

    scripts: dict[int, SPOKEN]
    confidence: float = 0.9
    prompts: list[str] = field(default_factory=list)
    maker: Maker = field(default_factory=lambda: Maker(engine="scripted", version="1"))

    def transcribe(self, samples: Samples, segments: Sequence[Segment], *, prompt: str) -> list[Utterance]:
        self.prompts.append(prompt)
        channel = round(float(samples[0]) * 10)
        return [
            Utterance(
                tuple(
                    HeardWord(w, start + i * 0.2, start + (i + 1) * 0.2, self.confidence)
                    for i, w in enumerate(text.split())
                )
            )
            for start, text in self.scripts[channel]
        ]


def heard(
    scripts: list[SPOKEN],
    *,
    tenant: Tenant,
    agent_channel: int | None = None,
    confidence: float = 0.9,
    speech: bool = True,
):
    pcm = np.stack([np.full(20 * RATE_HZ, (i + 1) * 3277, np.int16) for i in range(len(scripts))])
    info = AudioInfo(
        channels=len(scripts), sample_rate_hz=8000, duration_s=20.0, codec="pcm_alaw", sha256="0" * 64
    )
    segments = [[Segment(start, start + 2.0) for start, _ in script] if speech else [] for script in scripts]
    engine = ScriptedEngine({i + 1: s for i, s in enumerate(scripts)}, confidence)
    transcript = listen(DecodedAudio(info, pcm), segments, tenant, engine, agent_channel=agent_channel)
    return transcript, engine


@pytest.fixture
def tenant() -> Tenant:
    return Tenant.model_validate(
        {
            "id": "martin",
            "name": "Cabinet Martin",
            "activity": "Cabinet médical",
            "language": "fr",
            "timezone": "Europe/Paris",
            "updated_on": "2026-10-01",
            "greeting": "Cabinet Martin bonjour, je vous écoute.",
            "vocabulary": ["Doliprane", "INR"],
            "people": [{"name": "Hélène Martin"}],
            "intents": [
                {
                    "id": "a",
                    "label": "A",
                    "description": "A",
                    "examples": [],
                    "urgency": "normal",
                    "disposition": "message",
                    "required_fields": [],
                }
            ],
        }
    )


@pytest.mark.parametrize("agent_first", [True, False], ids=["agent on the left", "agent on the right"])
def test_the_agents_channel_is_found_out(tenant: Tenant, agent_first: bool) -> None:
    transcript, _ = heard([AGENT, CALLER] if agent_first else [CALLER, AGENT], tenant=tenant)
    assert [t.speaker for t in transcript.turns] == ["agent", "caller", "agent", "caller", "agent"]
    assert transcript.turns[0].text == GREETING[1]
    assert not transcript.reasons


def test_both_parties_on_one_channel_are_told_apart(tenant: Tenant) -> None:
    transcript, _ = heard([sorted([*AGENT, *CALLER])], tenant=tenant)
    assert [t.speaker for t in transcript.turns] == ["agent", "caller", "agent", "caller", "agent"]


def test_a_stated_channel_against_the_words_is_reviewed(tenant: Tenant) -> None:
    transcript, _ = heard([CALLER, AGENT], tenant=tenant, agent_channel=0)
    assert [r.code for r in transcript.reasons] == ["parties_unsure"]


def test_an_agent_alone_is_a_silent_call_not_a_doubt(tenant: Tenant) -> None:
    transcript, _ = heard([[], [GREETING, (9.0, "Je vous écoute ?")]], tenant=tenant)
    assert {t.speaker for t in transcript.turns} == {"agent"}
    assert not transcript.reasons


@pytest.mark.parametrize(
    ("scripts", "confidence", "speech", "codes"),
    [
        ([AGENT, CALLER], 0.3, True, ["unclear_speech", "unclear_speech"]),
        ([[], []], 0.9, False, ["no_speech"]),
        ([[]], 0.9, False, ["no_speech"]),
    ],
    ids=["mumbled", "nobody speaks", "nobody speaks on one channel"],
)
def test_doubts_are_said(
    tenant: Tenant, scripts: list[SPOKEN], confidence: float, speech: bool, codes: list[str]
) -> None:
    transcript, _ = heard(scripts, tenant=tenant, confidence=confidence, speech=speech)
    assert [r.code for r in transcript.reasons] == codes


@pytest.mark.parametrize(("channel", "codes"), [(None, []), (0, []), (1, ["agent_channel_ignored"])])
def test_the_agents_channel_of_a_recording_that_has_one_is_without_effect(
    tenant: Tenant, channel: int | None, codes: list[str]
) -> None:
    transcript, _ = heard([sorted([*AGENT, *CALLER])], tenant=tenant, agent_channel=channel)
    assert [r.code for r in transcript.reasons] == codes


def test_the_tenants_words_are_the_prompt_within_its_bound(tenant: Tenant) -> None:
    _, engine = heard([AGENT, CALLER], tenant=tenant)
    assert engine.prompts == ["Cabinet Martin, Hélène Martin, Doliprane, INR"] * 2
    many = tenant.model_copy(update={"vocabulary": tuple(f"mot{i}" for i in range(500))})
    assert len(prompt_of(many).split()) == PROMPT_WORDS
