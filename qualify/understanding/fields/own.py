"""A tenant's own fields of the types that no grammar covers: text, name, number, money.

What such a field means is known only from the tenant's file: its label (which the agent's question
repeats), its examples (which the caller says, more or less) and its pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import Protocol

from qualify.records import Judgment, Rival, Transcript, Value

from .amount import find_amounts
from .identities import named_by_caller
from .lexicon import function_words, word_set
from .numbers import find_numbers
from .person_names import name_tokens
from .phonetic import similarity
from .tokens import Token, fold_word, tokenize


class FieldLike(Protocol):
    """A field as the tenant's file defines it."""

    @property
    def label(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def pattern(self) -> str | None: ...
    @property
    def examples(self) -> Sequence[str]: ...


_ALIKE = 0.88
"""How alike words must be to a field's example, where it was not asked for."""
_ALIKE_ASKED = 0.8
"""How alike words must be to a field's example, in answer to the question."""
_SHORTEST = 5
"""Letters that an example has at least, for it to be known from something like it."""
_STEM = 5
"""Letters that two words must share at their start to be forms of one."""
_GENERIC = word_set(
    "nom date type numero code nombre patient patiente client cliente personne concerne concernee votre "
    "quel quelle avez vous etes dans pour avec demande appel appelant lieu information autre souhaite "
    "souhaitee"
)
"""Words of labels that say little: a question is not about the field for holding one of them."""
_REFUSALS = re.compile(
    r"^(?:euh |ah |bah |ben |alors |oh )*(?:non|oui|aucune idee|je (?:ne )?sais pas|j'(?:en )?ai pas|aucune?|"
    r"pas encore|rien|pardon|comment|j'ai oublie|je (?:ne )?(?:l'ai|me souviens) plus|bonne question)\b"
)
_OPENERS = word_set(
    "oui alors euh ben bah ah oh donc voila c' c'est est ce sont ca cela un une le la les l' du de des "
    "d' mon ma mes il elle s'agit s' agit j' ai je suis on a pour eh bien attendez hein en fait et bon"
)
_END = re.compile(r"[.?!;,:…]")
_FREE = 0.3
"""Strength of an answer in the caller's own words, which a human would often put otherwise."""
_UNASKED = 0.4
"""Strength of an example said without being asked for."""
_UNITED, _BARE = 0.85, 0.7
"""Strength of a number beside a word of the label or its unit, and of one that only answers."""
_LONGEST = 8
"""Words of an answer at most."""


@dataclass(frozen=True)
class _Found:
    """A value for the field in a turn."""

    value: Value
    turn: int
    start: int
    end: int
    strength: float


def own_field(transcript: Transcript, *, field: FieldLike) -> Judgment | None:
    """What the caller gives for a tenant's own field of type text, name, number or money.

    A text takes the spelling of the example that it matches; numbers and euros are numbers. None
    where the call gives none, and for types that have finders of their own.
    """
    finder = _FINDERS.get(field.type)
    if finder is None:
        return None
    found = sorted(finder(transcript, field), key=lambda f: -f.strength)
    if not found:
        return None
    best = found[0]
    rivals = {f.value: f for f in reversed(found) if f.value != best.value and f.strength == best.strength}
    return Judgment(
        value=best.value,
        confidence=round(best.strength / (2 if rivals else 1), 3),
        evidence=tuple(transcript.evidence(f.turn, f.start, f.end) for f in found if f.value == best.value),
        rivals=tuple(
            Rival(value=f.value, confidence=round(f.strength / 2, 3),
                  evidence=(transcript.evidence(f.turn, f.start, f.end),))
            for f in rivals.values()
        ),
        unsure=bool(rivals),
    )  # fmt: skip


def _texts(transcript: Transcript, field: FieldLike) -> Iterator[_Found]:
    for number in _caller_turns(transcript):
        asked = _asks(transcript, number, field)
        text = transcript.turns[number].text
        matched = [*_by_pattern(number, text, field.pattern, asked=asked),
                   *_by_examples(number, text, field.examples, asked=asked)]  # fmt: skip
        yield from matched
        if asked and not matched and not field.pattern:
            yield from _answer(number, text)


def _caller_turns(transcript: Transcript) -> Iterator[int]:
    return (i for i, turn in enumerate(transcript.turns) if turn.speaker == "caller")


def _asks(transcript: Transcript, turn: int, field: FieldLike) -> bool:
    """Whether the agent's last turn asks for the field: its question holds a word of the label."""
    if not turn or transcript.turns[turn - 1].speaker != "agent":
        return False
    asked = _content(transcript.turns[turn - 1].text)
    return any(_same_stem(a, b) for a in _label_words(field.label) for b in asked)


def _label_words(label: str) -> tuple[str, ...]:
    words = _content(label)
    return tuple(w for w in words if w not in _GENERIC) or words


@lru_cache(maxsize=1024)
def _content(text: str) -> tuple[str, ...]:
    """The folded words of a text that say what it is about."""
    return tuple(t.fold for t in name_tokens(text) if len(t.fold) > 2 and t.fold not in function_words())


def _same_stem(one: str, other: str) -> bool:
    shorter = min(len(one), len(other), _STEM)
    return one[:shorter] == other[:shorter] and abs(len(one) - len(other)) <= 3


def _by_pattern(turn: int, text: str, pattern: str | None, *, asked: bool) -> Iterator[_Found]:
    """What matches the field's pattern as said, or with the spaces and marks between words taken out."""
    if not pattern:
        return
    bare = re.compile(pattern.removeprefix("^").removesuffix("$"), re.IGNORECASE)
    strength = 0.9 if asked else 0.75
    match = re.compile(rf"(?<!\w)(?:{bare.pattern})(?!\w)", re.IGNORECASE).search(text)
    if match and match.group():
        yield _Found(match.group().strip(), turn, match.start(), match.end(), strength)
        return
    words = [t for t in tokenize(text) if t.kind != "mark"]
    for first, last in _stretches(len(words), _LONGEST) if asked else ():
        said = "".join(text[t.start : t.end] for t in words[first : last + 1])
        if bare.fullmatch(said):
            yield _Found(said.upper(), turn, words[first].start, words[last].end, strength - 0.1)
            return


def _stretches(count: int, longest: int) -> Iterator[tuple[int, int]]:
    """First and last of every stretch of words, the longest first."""
    for first in range(count):
        for last in range(min(count, first + longest) - 1, first - 1, -1):
            yield first, last


def _by_examples(turn: int, text: str, examples: Sequence[str], *, asked: bool) -> Iterator[_Found]:
    words = [t for t in tokenize(text) if t.kind != "mark"]
    least = _ALIKE_ASKED if asked else _ALIKE
    for example in examples:
        target = [t.text for t in tokenize(example) if t.kind != "mark"]
        alike = max(_windows(words, target), default=(0.0, 0, 0))
        likeness, first, last = alike
        if likeness < least or _is_denied(words, first):
            continue
        strength = (0.9 if asked else _UNASKED) * likeness
        yield _Found(example, turn, words[first].start, words[last].end, round(strength, 3))


def _windows(words: Sequence[Token], target: Sequence[str]) -> Iterator[tuple[float, int, int]]:
    """How alike each stretch of as many words is to an example, and its first and last word."""
    size, aimed = len(target), " ".join(target)
    for first in range(len(words) - size + 1) if size else ():
        said = " ".join(t.text for t in words[first : first + size])
        if said == aimed:
            yield 1.0, first, first + size - 1
        elif len(aimed) >= _SHORTEST and abs(len(said) - len(aimed)) < _SHORTEST:
            yield similarity(said, aimed), first, first + size - 1


def _is_denied(words: Sequence[Token], first: int) -> bool:
    before = [t.text for t in words[max(0, first - 3) : first]]
    return "pas" in before or "sans" in before


def _answer(turn: int, text: str) -> Iterator[_Found]:
    """The first clause of the answer without its opening words."""
    if _REFUSALS.search(fold_word(text)):
        return
    tokens = name_tokens(text)
    begin = 0
    while begin < len(tokens) and tokens[begin].fold in _OPENERS:
        begin += 1
    end = begin
    while end < min(len(tokens), begin + _LONGEST) and (end == begin or not _END.search(tokens[end].glue)):
        end += 1
    if begin < end:
        start, stop = tokens[begin].start, tokens[end - 1].end
        yield _Found(text[start:stop], turn, start, stop, _FREE)


def _names(transcript: Transcript, field: FieldLike) -> Iterator[_Found]:
    """A name given in answer to the field's question, or after a word of its label."""
    for mention in named_by_caller(transcript):
        before = fold_word(transcript.turns[mention.turn].text[: mention.name.start])
        labelled = any(word in before[-40:] for word in _label_words(field.label))
        if labelled or _asks(transcript, mention.turn, field):
            strength = 0.8 if labelled else 0.7
            yield _Found(mention.name.value, mention.turn, mention.name.start, mention.name.end, strength)


def _numbers(transcript: Transcript, field: FieldLike) -> Iterator[_Found]:
    """The first number of a turn that answers the question or stands near the label's words."""
    for turn in _caller_turns(transcript):
        asked = _asks(transcript, turn, field)
        spans = _decimals(transcript.turns[turn].text)
        yield from islice(_quantities(transcript, turn, field, spans, asked=asked), 1)


def _money(transcript: Transcript, field: FieldLike) -> Iterator[_Found]:
    """Sums like `_numbers`; a number without its unit counts in a turn that names no sum."""
    for turn in _caller_turns(transcript):
        asked, text = _asks(transcript, turn, field), transcript.turns[turn].text
        sums = [(a.value, a.start, a.end) for a in find_amounts(text)]
        said = _quantities(transcript, turn, field, sums or _decimals(text), asked=asked)
        for found in islice(said, 1):
            yield replace(found, strength=_UNITED) if sums else found


def _quantities(
    transcript: Transcript,
    turn: int,
    field: FieldLike,
    spans: Iterable[tuple[float | int, int, int]],
    *,
    asked: bool,
) -> Iterator[_Found]:
    """Those of a turn's quantities that answer the question or stand near the label's words."""
    text = transcript.turns[turn].text
    for value, start, end in spans:
        near = _near_label(text, start, end, field.label)
        if asked or near:
            yield _Found(value, turn, start, end, _UNITED if near else _BARE)


def _decimals(text: str) -> Iterator[tuple[float | int, int, int]]:
    """Numbers with what follows a decimal comma in digits: 12,5."""
    numbers = [n for n in find_numbers(text) if not n.ordinal and n.end - n.start > (n.value == 1) * 3]
    for number in numbers:
        decimals = re.match(r"[.,](\d{1,2})\b", text[number.end :])
        if (
            text[number.start - 1 : number.start] in (",", ".")
            and text[number.start - 2 : number.start - 1].isdigit()
        ):
            continue
        if decimals:
            yield float(f"{number.value}.{decimals[1]}"), number.start, number.end + decimals.end()
        else:
            yield number.value, number.start, number.end


def _near_label(text: str, start: int, end: int, label: str) -> bool:
    """Whether a word of the label stands in the same clause as a number."""
    before = re.split(r"[.?!;]", text[:start])[-1]
    after = re.split(r"[.?!;,]", text[end:])[0]
    around = _content(before)[-5:] + _content(after)[:3]
    return any(_same_stem(a, b) for a in _label_words(label) for b in around)


_FINDERS = {"text": _texts, "name": _names, "number": _numbers, "money": _money}
