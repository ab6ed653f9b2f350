"""Names that a message does without: of people and towns named in passing, and those said to be wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qualify.drafting.clean import Span, Token, denied_names, plain, words_of
from qualify.records import Transcript
from qualify.understanding.fields.identities import named_by_caller
from qualify.understanding.fields.lexicon import TITLES, is_first_name, towns

DETERMINER = words_of(
    "le la les l' un une des mon ma mes notre nos votre vos ce cet cette son sa ses leur leurs du au"
)
BEFORE_PLACE = words_of("à a de d' sur vers dans")
TITLE = re.compile(rf"\b(?:{'|'.join(TITLES)}|m|mme)\.? $")
TOWN = re.compile(
    r"\b(?:[Àà]|[Dd]e|[Ss]ur|[Vv]ers) (?=((?:L[ea] |Les )?[A-ZÀ-Þ][\w’'-]+))|\bd['’](?=([A-ZÀ-Þ][\w’'-]+))"
)


def strangers(transcript: Transcript, known: frozenset[str]) -> frozenset[tuple[int, int, int]]:
    """Turn, start and end of each name, title included, of a person or town that `known` lacks.

    `known` holds the `plain` words of the fields' values and of the tenant's own names.
    """
    return frozenset((*_people(transcript, known), *_places(transcript, known)))


def _people(transcript: Transcript, known: frozenset[str]) -> Iterator[tuple[int, int, int]]:
    for mention in named_by_caller(transcript):
        name = mention.name
        text = transcript.turns[mention.turn].text
        words = set(re.findall(r"[^\W\d_]+", plain(name.value)))
        named = bool(name.title) or any(is_first_name(w) for w in words)
        if named and words and not words & known:
            title = TITLE.search(plain(text[: name.start]))
            yield mention.turn, title.start() if title else name.start, name.end


def _places(transcript: Transcript, known: frozenset[str]) -> Iterator[tuple[int, int, int]]:
    for number, turn in enumerate(transcript.turns):
        for found in TOWN.finditer(turn.text) if turn.speaker == "caller" else ():
            group = 1 if found[1] else 2
            word = plain(found[group]).replace("-", " ")
            if word in towns() and not set(word.split()) & known:
                yield number, found.start(group), found.end(group)


def without(tokens: Sequence[Token], names: Sequence[Span]) -> tuple[tuple[Token, ...], bool]:
    """The tokens without these names where the clause stands without them; whether one had to stay."""
    kept, stays = list(tokens), False
    for start, end in sorted(names, reverse=True):
        inside = [i for i, t in enumerate(kept) if start <= t.start < end]
        if not inside:
            continue
        cut = _cut(kept, inside[0], inside[-1] + 1)
        if cut is None:
            stays = True
        else:
            del kept[slice(*cut)]
    return tuple(kept), stays


def _cut(tokens: list[Token], first: int, after: int) -> Span | None:
    """What goes with a name: «le voisin, Fabre», «sa voisine madame Fuchs», «déménagé à Noyon»."""
    if not first:
        return None
    before = tokens[first - 1]
    if before.text == "," and first > 1:
        return first - 1, after
    if plain(before.text) in BEFORE_PLACE and first > 1 and plain(tokens[first].text) in towns():
        return first - 1, after
    beside_noun = first > 1 and before.text.isalpha() and before.text.islower()
    return (first, after) if beside_noun and plain(tokens[first - 2].text) in DETERMINER else None


def wrong_names(transcript: Transcript) -> frozenset[str]:
    """Names that the caller says are wrong, in `plain` words: nothing that holds one is told."""
    denied = (denied_names(t.text) for t in transcript.turns if t.speaker == "caller")
    return frozenset().union(*denied)
