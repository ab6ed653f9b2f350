"""A decoded recording becomes a transcript: each channel is transcribed, then the parties are told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qualify.audio.activity import Segment
from qualify.audio.decode import DecodedAudio
from qualify.audio.parties import (
    REVIEW_BELOW,
    PartyAssignment,
    assign_turns_mono,
    first_guess,
    settle,
    voice_of,
)
from qualify.records import Reason, Speaker, Transcript
from qualify.tenant import Tenant
from qualify.transcription.doubts import doubts
from qualify.transcription.engine import HeardWord, SpeechEngine, Utterance
from qualify.transcription.merge import turns_of

Spoken = list[tuple[Speaker, Utterance]]

PROMPT_WORDS = 60
"""Whisper's prompt holds 224 tokens; this many words of vocabulary stay below it."""


def listen(
    audio: DecodedAudio,
    segments: Sequence[Sequence[Segment]],
    tenant: Tenant,
    engine: SpeechEngine,
    *,
    agent_channel: int | None = None,
) -> Transcript:
    """Transcribe a call; `segments` are each channel's stretches of speech.

    Raises EngineError where the engine fails, ValueError for an `agent_channel` other than 0 and 1.
    """
    prompt = prompt_of(tenant)
    heard = [
        engine.transcribe(audio.channel(i), found, prompt=prompt) if found else []
        for i, found in enumerate(segments)
    ]
    if len(heard) == 2:
        guess = first_guess(segments, agent_channel=agent_channel, tags=audio.info.tags)
        parties = _parties(heard, guess, tenant)
        spoken: Spoken = [("agent", u) for u in heard[parties.agent_channel]]
        spoken += [("caller", u) for u in heard[parties.caller_channel]]
        speech: dict[Speaker, Sequence[Segment]] = {
            "agent": segments[parties.agent_channel],
            "caller": segments[parties.caller_channel],
        }
        confidence, why = parties.confidence, parties.why
    else:
        spoken, confidence, why = _mono(audio, heard[0], tenant)
        speech = {"caller": segments[0]} if not spoken else {s: segments[0] for s, _ in spoken}
    turns = turns_of(spoken)
    reasons = doubts(turns, speech)
    if turns and confidence < REVIEW_BELOW:
        detail = f"Agent et appelant mal distingués (confiance {confidence:.2f}) : {why}."
        reasons += (Reason(code="parties_unsure", detail=detail),)
    return Transcript(turns=turns, reasons=reasons, made_by=engine.maker)


def prompt_of(tenant: Tenant) -> str:
    """The tenant's vocabulary and names, as a hint to the transcriber."""
    words = [tenant.name, *(p.name for p in tenant.people), *tenant.vocabulary]
    return " ".join(", ".join(words).split()[:PROMPT_WORDS]).rstrip(",")


def _texts(utterances: Sequence[Utterance]) -> list[str]:
    return [" ".join(w.text for w in u.words) for u in utterances]


def _parties(heard: Sequence[Sequence[Utterance]], guess: PartyAssignment, tenant: Tenant) -> PartyAssignment:
    """The channels' parties; one that speaks alone is the agent where all its words are an agent's."""
    texts = [_texts(channel) for channel in heard]
    settled = settle(texts, greeting=tenant.greeting, guess=guess)
    speaking = [i for i, channel in enumerate(texts) if channel]
    if len(speaking) != 1 or settled.stated:
        return settled
    alone = assign_turns_mono(texts[speaking[0]], greeting=tenant.greeting)
    if set(alone.speakers) != {"agent"}:
        return settled
    return replace(settled, agent_channel=speaking[0], confidence=alone.confidence)


def _mono(audio: DecodedAudio, heard: Sequence[Utterance], tenant: Tenant) -> tuple[Spoken, float, str]:
    """Who says each sentence where both parties share the channel, by its words and its voice."""
    sentences = [s for u in heard for s in sentences_of(u)]
    voices = [voice_of(audio.clip(0, s.start_s, s.end_s)) for s in sentences]
    told = assign_turns_mono(_texts(sentences), greeting=tenant.greeting, voices=voices)
    return list(zip(told.speakers, sentences, strict=True)), told.confidence, told.why


def sentences_of(utterance: Utterance) -> list[Utterance]:
    """An utterance cut after each full stop and question mark: one may hold both parties."""
    groups: list[list[HeardWord]] = [[]]
    for word in utterance.words:
        groups[-1].append(word)
        if word.text.endswith((".", "?", "!", "…")):
            groups.append([])
    return [Utterance(tuple(words)) for words in groups if words]
