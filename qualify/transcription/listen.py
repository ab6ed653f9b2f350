"""A decoded recording becomes a transcript: each channel is transcribed, then the parties are told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
from qualify.transcription.doubts import Channel, doubts
from qualify.transcription.engine import HeardWord, SpeechEngine, Utterance
from qualify.transcription.merge import turns_of

PROMPT_WORDS = 60
"""Whisper's prompt holds 224 tokens; this many words of vocabulary stay below it."""


@dataclass(frozen=True)
class _Told:
    """Who says what, how sure that is, and who speaks on each channel when."""

    spoken: list[tuple[Speaker, Utterance]]
    channels: list[Channel]
    confidence: float
    why: str


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
    told = (
        _stereo(audio, segments, heard, tenant, agent_channel)
        if len(heard) == 2
        else _mono(audio, segments[0], heard[0], tenant)
    )
    turns = turns_of(told.spoken)
    reasons = doubts(turns, told.channels)
    if agent_channel and len(heard) == 1:
        detail = f"Canal de l'agent indiqué ({agent_channel}) sans effet : l'enregistrement n'a qu'un canal."
        reasons += (Reason(code="agent_channel_ignored", detail=detail),)
    if turns and told.confidence < REVIEW_BELOW:
        detail = f"Agent et appelant mal distingués (confiance {told.confidence:.2f}) : {told.why}."
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


def _stereo(
    audio: DecodedAudio,
    segments: Sequence[Sequence[Segment]],
    heard: Sequence[Sequence[Utterance]],
    tenant: Tenant,
    agent_channel: int | None,
) -> _Told:
    """Who says each utterance where each party has a channel."""
    guess = first_guess(segments, agent_channel=agent_channel, tags=audio.info.tags)
    parties = _parties(heard, guess, tenant)
    sides: list[tuple[Speaker, int]] = [("agent", parties.agent_channel), ("caller", parties.caller_channel)]
    spoken = [(speaker, u) for speaker, channel in sides for u in heard[channel]]
    channels: list[Channel] = [((speaker,), segments[channel]) for speaker, channel in sides]
    return _Told(spoken, channels, parties.confidence, parties.why)


def _mono(
    audio: DecodedAudio, segments: Sequence[Segment], heard: Sequence[Utterance], tenant: Tenant
) -> _Told:
    """Who says each sentence where both parties share the channel, by its words and its voice."""
    sentences = [s for u in heard for s in sentences_of(u)]
    voices = [voice_of(audio.clip(0, s.start_s, s.end_s)) for s in sentences]
    told = assign_turns_mono(_texts(sentences), greeting=tenant.greeting, voices=voices)
    spoken = list(zip(told.speakers, sentences, strict=True))
    return _Told(spoken, [(("agent", "caller"), segments)], told.confidence, told.why)


def sentences_of(utterance: Utterance) -> list[Utterance]:
    """An utterance cut after each full stop and question mark: one may hold both parties."""
    groups: list[list[HeardWord]] = [[]]
    for word in utterance.words:
        groups[-1].append(word)
        if word.text.endswith((".", "?", "!", "…")):
            groups.append([])
    return [Utterance(tuple(words)) for words in groups if words]
