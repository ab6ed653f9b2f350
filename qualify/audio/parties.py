"""Who is the agent and who the caller: found out from the call, never assumed.

With a channel each, the first guess comes from what the recorder says or who speaks first, and the
words settle it: the tenant's greeting, and what agents and callers typically say. With both on one
channel every turn is weighed by its words and by which other turns sound like it. Each answer has a
probability; below `REVIEW_BELOW` a human must look.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from rapidfuzz import fuzz

from qualify.audio.activity import Segment
from qualify.audio.decode import RATE_HZ, Float
from qualify.records import Speaker

REVIEW_BELOW: Final = 0.9
"""Confidence under which an assignment is not to be relied on."""

_TAGGED = 0.97
"""Trust in a channel that the recording's tags name: written by a machine, rarely checked by anyone."""
_FIRST_CLEAR, _FIRST_CLOSE, _UNKNOWN = 0.8, 0.65, 0.5
"""Trust in the first voice being the agent's: clear, close (« allô » from both), and no clue at all."""
_CLEAR_LEAD_S = 1.0
"""Seconds by which a first voice is clearly first."""
_OPENING_TURNS = 6
"""Turns of a channel that are weighed: agents ask for name and number within them."""
_GREETING_WEIGHT = 10.0
"""Log-odds for a likeness of 1 above chance: agents' openings measure 0.6 to 1.0, callers' 0.4 to 0.6."""
_CHANCE_LIKENESS = 0.55
"""Likeness that any opening with « bonjour » reaches."""
_WORDS_SHARE = 0.5
"""Cues in one mouth repeat each other, so a channel's sum counts half."""
_MOST = 4.0
"""Log-odds that one kind of clue can give at most: none settles alone what the others contradict."""
_CONTRADICTED = -2.0
"""Log-odds of the words against a stated channel from which it is called in question."""
_AGENT_OPENS = 0.9
"""Who answers the telephone speaks first, where the recording starts in time."""
_SWITCH_AFTER_QUESTION, _SWITCH = 0.94, 0.6
"""How often the other party speaks next (training calls, between whole turns and single sentences)."""
_VOICE_ROUNDS = 4
"""Times the two voices are drawn anew from the turns given to them: later rounds change little, and
grow surer than they are right."""
_VOICE_SHARE = 0.15
"""The measures of a voice go together, so their sum counts that much."""
_VOICE_MOST = 2.5
"""Log-odds that a voice can give: its turns may have been grouped wrongly from the start."""
_VOICE_MIN_TURNS = 4
"""Fewer turns do not show two voices."""

_FRAME = 1024
"""Samples (64 ms) in which a voice is measured: several periods of the deepest one."""
_BANDS, _LOW_HZ, _HIGH_HZ = 20, 250.0, 3500.0
"""Mel bands, within what every telephone line carries."""
_SHORTEST, _LONGEST = RATE_HZ // 400, RATE_HZ // 60
"""Samples of a period of voice, from 400 to 60 Hz."""

_TAG = re.compile(
    r"\b(?:agent[ _-]?channel|(?:canal|voie)[ _-]?agent)\s*[=:]\s*(0|1|left|right|gauche|droite?)\b"
)
_RIGHT = frozenset({"1", "right", "droit", "droite"})
_CUES: Final = (
    (2.4, r"\?$"),
    (
        2.3,
        r"\b(votre|quel|quel est votre|un) (nom|numero|telephone|portable|prenom|mail|adresse)\b|"
        r"\bquelle adresse\b",
    ),
    (1.3, r"^(et )?(votre|quel|quelle)\b|\ba quel(le)?\b"),
    (
        3.7,
        r"\bje (le |la |les |lui |leur )?(note|transmets|previens|signale|ferai passer|"
        r"fais suivre)\b",
    ),
    (3.3, r"\b(c est|bien|est) (note|transmis)\b"),
    (2.5, r"\bje vous (ecoute|rappelle|confirme|mets en relation|passe|envoie)\b"),
    (
        2.5,
        r"\b(on|il|elle|nous|quelqu un) (va |vont |pourra |peut )?vous (rappel|recontact|"
        r"contact)\w+",
    ),
    (1.9, r"\bvous (joindre|joint|rappeler|recontacter)\b"),
    (1.2, r"\b(souhaitez|desirez|voulez) vous\b|\bvous (souhaitez|desirez|voulez)\b"),
    (2.3, r"\b(puis je|avez vous|etes vous|pouvez vous|t il|t elle)\b"),
    (1.7, r"\b(prendre|laisser) (un|votre|le) message\b|\bpose la question\b"),
    (
        3.4,
        r"\b(permanence|secretariat|standard|astreinte|accueil|cabinet|agence|service|societe|"
        r"garage|centre)\b.*\bbonjour\b",
    ),
    (1.8, r"^(tres bien|entendu|bien|parfait|d accord|je comprends|donc|ne quittez pas|restez)\b"),
    (0.9, r"\bbonne (journee|soiree|fin)\b"),
    (1.4, r"\bvous (avez|etes)\b"),
    (
        1.6,
        r"\b(en rendez vous|en conge|en consultation|absente?|pas disponible|en intervention|"
        r"en reunion)\b",
    ),
    (-1.4, r"\bj (ai|avais|aurais|aimerais|appelle|habite|attends)\b"),
    (-1.6, r"\b(mon|ma|mes|moi)\b"),
    (
        -1.8,
        r"\bje (voudrais|veux|voulais|souhaite|souhaiterais|cherche|m appelle|vous appelle|"
        r"vous appelais)\b",
    ),
    (-2.0, r"\b(me|m)\b"),
    (-1.8, r"\b(euh|ben|hein|enfin|bah|voila|quoi|ouais)\b"),
    (-1.5, r"\b(mais|parce qu\w*|alors|depuis|hier|ce matin|cette nuit)\b"),
    (-0.7, r"\bje suis\b"),
    (-0.7, r"\bc est pas\b|\bje sais pas\b|\by a\b"),
    (-1.2, r"^(oui |allo )*bonjour\b"),
    (-0.7, r"^(oui|non|si)\b"),
    (-0.6, r"\b(zero|soixante|quatre vingt)\b|\b\d{2}( \d{2}){2,}\b"),
)
"""What tells the agent (log-odds above 0) from the caller, in a turn's plain words. The patterns are the
field's stock phrases; the weights are a logistic regression over turns and sentences of 710 written
training calls, rounded. A cue counts once a turn."""
_PER_LENGTH, _BIAS = -0.9, 1.4
"""Log-odds for each natural logarithm of (1 + words), and for any turn: agents speak shorter."""


@dataclass(frozen=True)
class PartyAssignment:
    """Which of two channels is the agent's, how probable that is, and why (French)."""

    agent_channel: int
    confidence: float
    why: str
    stated: bool = False
    """The user's settings named the channel: words can call it in question, not change it."""

    @property
    def caller_channel(self) -> int:
        return 1 - self.agent_channel


@dataclass(frozen=True)
class MonoAssignment:
    """Who says each turn of a one-channel call; `confidence` is the expected share that is right."""

    speakers: tuple[Speaker, ...]
    confidences: tuple[float, ...]
    """The probability of each turn's speaker."""
    confidence: float
    why: str


def first_guess(
    segments: Sequence[Sequence[Segment]],
    *,
    agent_channel: int | None = None,
    tags: Mapping[str, str] | None = None,
) -> PartyAssignment:
    """Before any word is known: the stated channel, else the recorder's tags, else who speaks first.

    `segments` are the stretches of speech of the two channels. Raises `ValueError` for an
    `agent_channel` other than 0 and 1.
    """
    if agent_channel is not None:
        if agent_channel not in (0, 1):
            raise ValueError(f"Canal de l'agent : {agent_channel}. Attendu : 0 (gauche) ou 1 (droite).")
        return PartyAssignment(agent_channel, 1.0, "canal de l'agent indiqué par les réglages", stated=True)
    tagged = _tagged_channel(tags or {})
    if tagged is not None:
        return PartyAssignment(tagged, _TAGGED, "canal de l'agent indiqué par l'enregistreur")
    return _first_voice(segments)


def settle(turns: Sequence[Sequence[str]], *, greeting: str, guess: PartyAssignment) -> PartyAssignment:
    """The assignment once the words are known: `turns` are each channel's texts in order.

    Where only one channel has words the other party may be mixed into it: that stays undecided.
    """
    heard = [[t for t in channel if _plain(t)] for channel in turns]
    if not all(heard):
        why = "personne ne parle" if not any(heard) else "un seul canal parle"
        confidence = guess.confidence if guess.stated else _UNKNOWN
        return PartyAssignment(guess.agent_channel, confidence, why, stated=guess.stated)
    likeness = [_greeting_odds(channel[0], greeting) for channel in heard]
    cues = [sum(_agent_odds(t) for t in channel[:_OPENING_TURNS]) for channel in heard]
    by_greeting = _bounded(likeness[0] - likeness[1])
    by_cues = _bounded(_WORDS_SHARE * (cues[0] - cues[1]))
    return _weighed(guess, by_greeting, by_cues)


def assign_turns_mono(
    turns: Sequence[str], *, greeting: str, voices: Sequence[Float] | None = None
) -> MonoAssignment:
    """Who says each of `turns` (in order, one party each) where both parties share a channel.

    Every turn is weighed by its words, and a two-state chain adds that parties alternate, nearly
    always after a question. With `voices` (`voice_of` each turn's samples) turns that sound alike are
    held together; without, turns as short as « oui » stay guesses.
    """
    if not turns:
        return MonoAssignment((), (), 0.0, "aucune parole")
    odds = [_agent_odds(t) for t in turns]
    odds[0] += _bounded(_greeting_odds(turns[0], greeting))
    asks = [t.rstrip().endswith("?") for t in turns]
    agent = _chain(odds, asks)
    if voices is not None and len(turns) >= _VOICE_MIN_TURNS:
        agent = _by_voice(agent, odds, asks, np.stack(voices))
    confidences = tuple(round(max(p, 1 - p), 3) for p in agent)
    speakers: tuple[Speaker, ...] = tuple("agent" if p >= 0.5 else "caller" for p in agent)
    confidence = round(sum(confidences) / len(confidences), 3)
    why = "un seul canal : interlocuteurs devinés d'après l'accueil, les questions et les tournures"
    return MonoAssignment(speakers, confidences, confidence, why)


def voice_of(samples: Float) -> Float:
    """How a stretch of speech at 16 kHz sounds: its spectrum's shape in mel bands, and its pitch.

    Independent of its level; of use only beside other stretches of the same recording.
    """
    frames = np.pad(samples, (0, -len(samples) % _FRAME or _FRAME)).reshape(-1, _FRAME)
    energy = np.sum(np.square(frames), axis=1)
    spoken = frames[energy >= 0.01 * energy.max()]
    power = np.square(np.abs(np.fft.rfft(spoken * np.hanning(_FRAME), 2 * _FRAME)))
    shape = np.log(power @ _mel_bands().T + 1e-9)
    shape -= shape.mean(axis=1, keepdims=True)
    echo = np.fft.irfft(power)[:, : _LONGEST + 1]
    periods = _SHORTEST + np.argmax(echo[:, _SHORTEST:], axis=1)
    return np.append(shape.mean(axis=0), np.median(np.log(RATE_HZ / periods))).astype(np.float32)


def _tagged_channel(tags: Mapping[str, str]) -> int | None:
    """The agent's channel by the recorder's tags (`agent_channel=left`, `Canal agent : droite`)."""
    found = [m for key, text in tags.items() if (m := _TAG.search(f"{key}={text}".lower()))]
    channels = {int(m.group(1) in _RIGHT) for m in found}
    return channels.pop() if len(channels) == 1 else None


def _first_voice(segments: Sequence[Sequence[Segment]]) -> PartyAssignment:
    starts = [channel[0].start_s if channel else math.inf for channel in segments]
    first = 0 if starts[0] <= starts[1] else 1
    if math.isinf(max(starts)):
        why = "personne ne parle" if math.isinf(min(starts)) else "un seul canal parle"
        return PartyAssignment(first, _UNKNOWN, why)
    lead_s = abs(starts[0] - starts[1])
    confidence = _FIRST_CLEAR if lead_s >= _CLEAR_LEAD_S else _FIRST_CLOSE
    return PartyAssignment(first, confidence, f"ce canal parle le premier ({lead_s:.1f} s d'avance)")


def _weighed(guess: PartyAssignment, by_greeting: float, by_cues: float) -> PartyAssignment:
    """The guess with the log-odds for channel 0 that the greeting and the cues give."""
    sign = 1 if guess.agent_channel == 0 else -1
    if guess.stated:
        if sign * (by_greeting + by_cues) > _CONTRADICTED:
            return guess
        why = f"{guess.why}, mais les paroles désignent l'autre canal"
        return PartyAssignment(guess.agent_channel, _UNKNOWN, why, stated=True)
    odds = sign * _logit(guess.confidence) + by_greeting + by_cues
    agent = 0 if odds >= 0 else 1
    clues = ((sign * _logit(guess.confidence), guess.why), (by_greeting, "accueil"), (by_cues, "tournures"))
    towards = 1 if agent == 0 else -1
    why = " ; ".join(name for value, name in clues if value * towards > 0)
    return PartyAssignment(agent, round(_probability(abs(odds)), 3), why or "aucun indice")


def _chain(odds: Sequence[float], asks: Sequence[bool]) -> list[float]:
    """The probability that each turn is the agent's, by the forward-backward algorithm."""
    switch = [_SWITCH_AFTER_QUESTION if asked else _SWITCH for asked in asks]
    told = [_probability(o) for o in odds]
    ahead = [_updated(_AGENT_OPENS, told[0])]
    for i in range(1, len(odds)):
        ahead.append(_updated(_moved(ahead[-1], switch[i - 1]), told[i]))
    behind = [0.5]
    for i in range(len(odds) - 1, 0, -1):
        behind.append(_moved(_updated(behind[-1], told[i]), switch[i - 1]))
    return [_updated(a, b) for a, b in zip(ahead, reversed(behind), strict=True)]


def _by_voice(
    agent: Sequence[float], odds: Sequence[float], asks: Sequence[bool], voices: Float
) -> list[float]:
    """The chain's probabilities, with two voices drawn from the turns as far as these are told apart.

    Each round takes the mean of either party's turns, and what each turn's nearness to them adds to
    its words (expectation-maximisation with a shared variance; one imagined turn at the call's mean
    keeps a party with few turns from a voice of its own).
    """
    centred = (voices - voices.mean(axis=0)) / (voices.std(axis=0) + 1e-6)
    told = list(agent)
    for _ in range(_VOICE_ROUNDS):
        share = np.array([told, [1 - p for p in told]])
        means = share @ centred / (share.sum(axis=1, keepdims=True) + 1)
        distances = np.square(centred[None] - means[:, None])
        variance = (np.einsum("pt,ptf->f", share, distances) + 1) / (len(told) + 1)
        nearer = ((distances[1] - distances[0]) / (2 * variance)).sum(axis=1) * _VOICE_SHARE
        heard = np.clip(nearer, -_VOICE_MOST, _VOICE_MOST)
        told = _chain([o + float(h) for o, h in zip(odds, heard, strict=True)], asks)
    return told


@cache
def _mel_bands() -> Float:
    """Triangular filters, bands × frequencies of a spectrum of twice `_FRAME` samples."""
    hertz = np.fft.rfftfreq(2 * _FRAME, 1 / RATE_HZ)
    mel, low, high = (np.log1p(np.asarray(f) / 700) for f in (hertz, _LOW_HZ, _HIGH_HZ))
    edges = np.linspace(low, high, _BANDS + 2)
    rising = (mel[None] - edges[:-2, None]) / (edges[1] - edges[0])
    falling = (edges[2:, None] - mel[None]) / (edges[1] - edges[0])
    return np.asarray(np.maximum(0, np.minimum(rising, falling)), dtype=np.float32)


def _moved(agent: float, switch: float) -> float:
    """The probability of the agent one turn on."""
    return agent * (1 - switch) + (1 - agent) * switch


def _updated(prior: float, told: float) -> float:
    """Two independent probabilities of the same thing, combined."""
    both, neither = prior * told, (1 - prior) * (1 - told)
    return both / (both + neither)


def _agent_odds(text: str) -> float:
    """Log-odds that the agent says `text`, by its cues and its length."""
    plain = _plain(text)
    said = sum(weight for weight, cue in _CUES if re.search(cue, plain))
    return _bounded(said + _BIAS + _PER_LENGTH * math.log1p(len(plain.split())))


def _greeting_odds(text: str, greeting: str) -> float:
    """Log-odds for `text` by its likeness to the greeting; 0 where there is no greeting to compare."""
    said, wanted = _plain(text), _plain(greeting)
    if not wanted:
        return 0.0
    compare = fuzz.partial_ratio if len(said) >= len(wanted) else fuzz.ratio
    return _GREETING_WEIGHT * max(0.0, compare(said, wanted) / 100 - _CHANCE_LIKENESS)


def _plain(text: str) -> str:
    """Lower-case words without accents or apostrophes, and question marks, a space between."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+|\?", bare))


def _bounded(odds: float) -> float:
    return max(-_MOST, min(_MOST, odds))


def _probability(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def _logit(probability: float) -> float:
    sure = min(max(probability, 0.001), 0.999)
    return math.log(sure / (1 - sure))
