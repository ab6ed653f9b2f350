"""The town where the caller's matter is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qualify.records import Judgment, Transcript

from .house_numbers import is_number
from .lexicon import word_set
from .name_cues import question as asks_for
from .person_names import NameToken, is_cased, is_function_word, name_tokens
from .said_places import ASKS_ADDRESS, LEAST, Place, asked, judged, takes_back
from .tokens import fold_word
from .town_cues import BEFORE_STREET, BEFORE_TOWN, BESIDE, DENIED, HOLDS, INSTEAD, NAMED, STAYING, is_passing
from .town_names import is_listed, said_town, town_end, town_key
from .ways import WAYS, way_end

_ASKS_TOWN = re.compile(
    r"(?:quelle|la|votre|quel) (?:ville|commune|village|secteur)|vous etes (?:bien )?a\b|d'ou |vers quelle|"
    r"code postal|habitez|residence|(?:^|[^a-z])a \?|(?:etes|venez|intervenir)[- a-z]* ou\b|\bou (?:est|etes)"
)
_STATES_TOWN = re.compile(r"habite|vous etes|c'est (?:toujours |bien )?(?:a|au|sur) |toujours")
_YES = re.compile(r"(?:ah |euh )?(?:oui|voila|exact|tout a fait|c'est ca|toujours|absolument)\b")
_EARLY = 3
"""Turns in which callers present themselves."""
_WIDTH = 90
"""Characters before a town that tell whose it is."""
_ASIDE = word_set(
    "a au aux sur euh donc alors c' c'est est oui dans le la commune de ville bon voila code postal numero"
)
"""Words that may part a street from its town."""


def city(transcript: Transcript) -> Judgment | None:
    """The town that goes with the address or that the caller says he is in, as one spells it."""
    said = sorted([*_said(transcript), *_confirmed(transcript)], key=lambda place: place.turn)
    return judged(transcript, said)


def _said(transcript: Transcript) -> Iterator[Place]:
    for number, turn in enumerate(transcript.turns):
        if turn.speaker == "caller":
            yield from _said_in(transcript, number)


def _said_in(transcript: Transcript, number: int) -> Iterator[Place]:
    seen = _surroundings(transcript, number)
    tokens, cased, at = seen.tokens, is_cased(seen.text), 0
    while at < len(tokens):
        end = town_end(tokens, at, cased=cased, due=at in seen.behind)
        strength = seen.strength(at, end) if end > at else 0.0
        if strength < LEAST:
            at += 1
            continue
        start, stop = tokens[at].start, tokens[end - 1].end
        corrects = takes_back(fold_word(seen.text[max(0, start - 40) : start]))
        yield Place(number, said_town(tokens, at, end), start, stop, strength, corrects)
        at = end


def _confirmed(transcript: Transcript) -> Iterator[Place]:
    """Listed towns that the agent states and the caller says yes to: «Vous habitez toujours Bron ? — Oui.»"""
    for number, (turn, reply) in enumerate(zip(transcript.turns, transcript.turns[1:], strict=False)):
        yes = _YES.match(fold_word(reply.text)) if reply.speaker == "caller" else None
        folded = fold_word(turn.text)
        if yes is None or turn.speaker != "agent" or "?" not in turn.text or not _STATES_TOWN.search(folded):
            continue
        tokens = name_tokens(turn.text)
        for at, token in enumerate(tokens):
            end = town_end(tokens, at, cased=True, due=False) if token.capital else at
            if end > at and is_listed(tokens, at, end):
                value = said_town(tokens, at, end)
                apart = number + 1, 0, yes.end()
                yield Place(number, value, token.start, tokens[end - 1].end, 0.7, apart=apart)


def _surroundings(transcript: Transcript, number: int) -> _Surroundings:
    text = transcript.turns[number].text
    tokens = name_tokens(text)
    question = transcript.turns[number - 1].text if number else ""
    return _Surroundings(
        text=text,
        tokens=tokens,
        address=asked(transcript, number, ASKS_ADDRESS),
        town=asked(transcript, number, _ASKS_TOWN),
        question=fold_word(question),
        early=number < _EARLY or asks_for(question) == "caller",
        behind=_behind_addresses(tokens),
    )


def _behind_addresses(tokens: Sequence[NameToken]) -> dict[int, bool]:
    """Words at which a town may follow a street, and whether a word or number parts them."""
    behind: dict[int, bool] = {}
    for way, token in enumerate(tokens):
        if token.fold not in WAYS:
            continue
        at = end = way_end(tokens, way)
        while at < min(len(tokens), end + 9) and (tokens[at].fold in _ASIDE or is_number(tokens[at])):
            behind[at] = at > end
            at += 1
        behind[at] = at > end
    return behind


@dataclass(frozen=True)
class _Surroundings:
    """A caller's turn and what was asked before it, by which the towns said in it are weighed."""

    text: str
    tokens: Sequence[NameToken]
    address: bool
    town: bool
    question: str
    early: bool
    """Whether the caller may present himself here."""
    behind: Mapping[int, bool]

    def strength(self, at: int, end: int) -> float:
        """How likely the town from word `at` to `end` is the matter's; 0 where it is not."""
        start = self.tokens[at].start
        before = fold_word(self.text[max(0, start - _WIDTH) : start])
        after = fold_word(self.text[self.tokens[end - 1].end :])
        if DENIED.search(before) or STAYING.match(after.lstrip(" ,")):
            return 0.0
        listed = is_listed(self.tokens, at, end)
        said = next((s for pattern, s in BEFORE_TOWN if pattern.search(before)), 0.0)
        if listed and HOLDS.search(before):
            said = max(said, 0.6)
        with_street = self._with_street(at, before, after, said=said, listed=listed)
        if with_street:
            return with_street
        if is_passing(before, after):
            said = min(said, NAMED)
        return self._answered(at, end, before, said=said, listed=listed)

    def _with_street(self, at: int, before: str, after: str, *, said: float, listed: bool) -> float:
        """Strength of a town before or behind a street of it, or in the stead of another; else 0."""
        beside = bool(BESIDE.search(before))
        if not beside and BEFORE_STREET.match(after) and (said >= NAMED or at == 0):
            return 0.85
        if INSTEAD.search(before) and listed:
            return 0.8
        led = self.tokens[at - 1].fold in ("a", "sur")
        return 0.9 if at in self.behind and (listed or not self.behind[at] or led) else 0.0

    def _answered(self, at: int, end: int, before: str, *, said: float, listed: bool) -> float:
        """Strength of a town by the agent's question and the words before it."""
        beside = bool(BESIDE.search(before))
        if self.town and all(is_function_word(t.fold) or is_number(t) for t in self.tokens[:at]):
            return max(said, 0.8)
        if listed and not beside and self.named_by_agent(at, end):
            return max(said, 0.8)
        if beside and self.early:
            return 0.6 if self.address or self.town else 0.0
        if (self.address or (listed and self.town)) and said >= NAMED:
            return max(said, 0.7)
        return max(said, self._presented(at, said, listed=listed))

    def _presented(self, at: int, said: float, *, listed: bool) -> float:
        """Strength of a town that goes with who calls: «madame Roux, de Tence», «Hôtel du Lac à Sète»."""
        back = at - 1
        while back > 0 and self.tokens[back].fold in ("la", "le", "les", "l'"):
            back -= 1
        if back < 1 or not self.early:
            return 0.0
        link, name = self.tokens[back], self.tokens[back - 1]
        apart = "," in link.glue
        named = (name.capital and not name.opens) or (apart and name.fold == "appareil")
        if link.fold in ("a", "au", "aux") and said == NAMED and named and (apart or link.joined):
            return 0.62 if listed else 0.55
        return 0.6 if listed and named and apart and link.fold in ("de", "d'", "du", "des") else 0.0

    def named_by_agent(self, at: int, end: int) -> bool:
        """Whether the agent's question names the town."""
        asks = self.question.rstrip().endswith("?")
        return asks and town_key(self.tokens[at:end]) in self.question.replace("-", " ")
