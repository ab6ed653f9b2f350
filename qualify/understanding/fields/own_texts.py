"""A text that a tenant's own field asks for, known by pattern, examples, usual values or the question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from qualify.records import Transcript

from .lexicon import is_first_name, things, towns, word_set
from .person_names import NameToken, is_function_word, name_tokens
from .phonetic import similarity
from .reference import find_references
from .sighting import Sighting
from .tokens import Token, fold_word, tokenize
from .topic import Topic, caller_turns, content, same_stem

_ALIKE = 0.88
"""How alike words must be to a field's example, where it was not asked for."""
_ALIKE_ASKED = 0.8
"""How alike words must be to a field's example, in answer to the question."""
_SHORTEST = 5
"""Letters that words have at least, for them to be known from something like them."""
_REFUSALS = re.compile(
    r"^(?:euh |ah |bah |ben |alors |oh )*(?:non|aucune idee|je (?:ne )?sais pas|j'(?:en )?ai pas|aucune?|"
    r"pas |dans |depuis |parce |toujours |rien|pardon|comment|j'ai oublie|"
    r"je (?:ne )?(?:l'ai|me souviens) plus|"
    r"bonne question|attendez$)\b"
)
_OPENERS = word_set(
    "oui alors euh ben bah ah oh donc voila c' c'est est ce sont ca cela un une le la les l' du de des "
    "d' mon ma mes il elle s'agit s' agit j' ai je suis on a pour eh bien attendez hein en fait et bon "
    "chez avec plutot surtout s'appelle appelle"
)
_TAIL = re.compile(
    r"(?: (?:je crois|je pense|hein|quoi|voila|s'il vous plait|merci|"
    r"madame|monsieur|un truc comme ca|la|euh))+$"
)
_END = re.compile(r"[.?!;,:…]")
_LONGEST, _LONGEST_FREE = 8, 4
"""Words of a match at most, and of an answer in the caller's own words."""
_PATTERN, _PATTERN_ASKED, _EXAMPLE, _EXAMPLE_ASKED = 0.75, 0.9, 0.6, 0.9
_THING, _PART, _FREE, _NAMED = 0.6, 0.6, 0.5, 0.7
_DENIALS = word_set("pas sans ni")
_PROPER = re.compile(r"\b(?:pre)?nom (?:de |d'|du )")
_CODED = re.compile(r"\bcode\b|digicode|immatriculation|plaque")
"""Labels of what is said sign by sign."""


def texts(
    transcript: Transcript,
    topic: Topic,
    *,
    pattern: str | None,
    examples: Sequence[str],
    excluded: Sequence[str],
) -> Iterator[Sighting]:
    """What the caller says for the field, with how probable each is; never one of the `excluded` names."""
    others = {part for name in excluded for part in fold_word(name).split()}
    for sighting in _said(transcript, topic, pattern=pattern, examples=examples):
        words = fold_word(str(sighting.value)).replace("-", " ")
        if not (others.issuperset(words.split()) or words in towns()):
            yield _echoed(transcript, sighting)


def _echoed(transcript: Transcript, sighting: Sighting) -> Sighting:
    """Surer where the agent says it too."""
    said = fold_word(str(sighting.value))
    echoed = any(t.speaker == "agent" and said in fold_word(t.text) for t in transcript.turns)
    return replace(sighting, strength=min(sighting.strength + 0.08, 0.95)) if echoed else sighting


def _said(
    transcript: Transcript, topic: Topic, *, pattern: str | None, examples: Sequence[str]
) -> Iterator[Sighting]:
    proper = bool(_PROPER.search(topic.label))
    for number in caller_turns(transcript):
        text = transcript.turns[number].text
        asked = topic.asked_before(transcript, number)
        found = [
            *_by_pattern(number, text, pattern, asked=asked),
            *_signs(number, text, topic, pattern, asked=asked),
            *(_by_examples(number, text, examples, asked=asked)),
            *(() if proper else _by_words(number, text, topic, examples, asked=asked)),
            *(_after_kin(number, text, topic) if proper else ()),
        ]
        yield from found
        if not found and not pattern and topic.wanted_before(transcript, number):
            yield from _answer(number, text, topic, transcript.turns[number - 1].text, proper=proper)
    if proper:
        yield from _named_by_agent(transcript, topic)


def _by_pattern(turn: int, text: str, pattern: str | None, *, asked: bool) -> Iterator[Sighting]:
    """What matches the field's pattern as said, or with the spaces and marks between words taken out."""
    if not pattern:
        return
    bare = re.compile(pattern.removeprefix("^").removesuffix("$"), re.IGNORECASE)
    strength = _PATTERN_ASKED if asked else _PATTERN
    match = re.compile(rf"(?<!\w)(?:{bare.pattern})(?!\w)", re.IGNORECASE).search(text)
    if match and match.group():
        yield Sighting(match.group().strip(), turn, match.start(), match.end(), strength)
        return
    words = [t for t in tokenize(text) if t.kind != "mark"]
    for first, last in _stretches(len(words), _LONGEST) if asked else ():
        said = "".join(text[t.start : t.end] for t in words[first : last + 1])
        if bare.fullmatch(said):
            yield Sighting(said.upper(), turn, words[first].start, words[last].end, strength - 0.1)
            return


def _signs(turn: int, text: str, topic: Topic, pattern: str | None, *, asked: bool) -> Iterator[Sighting]:
    """What is dictated sign by sign: «A B, cent vingt-trois, C D»."""
    if not (pattern or _CODED.search(topic.label)) or not (asked or topic.names(text)):
        return
    if pattern and next(_by_pattern(turn, text, pattern, asked=asked), None):
        return
    for found in find_references(text, pattern=pattern, asked=True):
        yield Sighting(found.value, turn, found.start, found.end, _PATTERN)


def _stretches(count: int, longest: int) -> Iterator[tuple[int, int]]:
    """First and last of every stretch of words, the longest first."""
    for first in range(count):
        for last in range(min(count, first + longest) - 1, first - 1, -1):
            yield first, last


def _by_examples(turn: int, text: str, examples: Sequence[str], *, asked: bool) -> Iterator[Sighting]:
    """The field's examples where they are said, more or less."""
    words = [t for t in tokenize(text) if t.kind != "mark"]
    least = _ALIKE_ASKED if asked else _ALIKE
    for example in examples:
        target = [t.text for t in tokenize(example) if t.kind != "mark"]
        likeness, first, last = max(_windows(words, target), default=(0.0, 0, 0))
        if likeness >= least and not _is_denied(words, first):
            strength = (_EXAMPLE_ASKED if asked else _EXAMPLE) * likeness
            yield Sighting(example, turn, words[first].start, words[last].end, round(strength, 3))


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
    return any(t.text in _DENIALS for t in words[max(0, first - 3) : first])


def _by_words(
    turn: int, text: str, topic: Topic, examples: Sequence[str], *, asked: bool
) -> Iterator[Sighting]:
    """Usual values of such fields, and an example's noun said alone: «portail» of «portail coulissant»."""
    words = [t for t in tokenize(text) if t.kind != "mark"]
    known = {form: value for value, forms in _usual(topic) for form in forms}
    heads = {head: "" for example in examples for head in _heads(example)}
    for first, last in _stretches(len(words), 3):
        said = " ".join(t.text for t in words[first : last + 1])
        form = next((f for f in (said, said.removesuffix("s")) if f in known or f in heads), None)
        if form is None or _is_denied(words, first):
            continue
        start, end = words[first].start, words[last].end
        common = form in known and known[form][:1].islower()
        if common and not asked and not topic.touches(_around(text, start, end)):
            continue
        value = known.get(form, "") or text[start:end]
        yield Sighting(value, turn, start, end, (_THING if form in known else _PART) + 0.2 * asked)


def _around(text: str, start: int, end: int) -> str:
    """The words of the same sentence, and no more than a breath away."""
    before, after = text[max(0, start - _BREATH) : start], text[end : end + _BREATH]
    return " ".join((re.split(r"[.?!]", before)[-1], text[start:end], re.split(r"[.?!]", after)[0]))


_BREATH = 50
"""Characters on either side of a value in which a word may tell what it is."""


def _usual(topic: Topic) -> Iterator[tuple[str, tuple[str, ...]]]:
    for heads, values in things():
        if any(word.rstrip("s") in heads for word in topic.words):
            yield from values


def _heads(example: str) -> Iterator[str]:
    """The first noun of an example of several words in lower case, where it may be said alone."""
    words = fold_word(example).split()
    if (
        len(words) > 1
        and words[1] not in ("de", "d'")
        and example[:1].islower()
        and len(words[0]) >= _SHORTEST
    ):
        yield words[0].replace("-", " ")


def _after_kin(turn: int, text: str, topic: Topic) -> Iterator[Sighting]:
    """A proper name beside a word for what bears it: «un chien, Pataud», «la résidence Les Marronniers»."""
    tokens = name_tokens(text)
    for at, token in enumerate(tokens):
        if not any(same_stem(token.fold, k) for k in (*topic.words, *topic.kin)) or (
            token.capital and not token.opens
        ):
            continue
        for begin, end in (_name_after(tokens, at), _name_before(tokens, at), _name_later(tokens, at)):
            if begin < end:
                value, start = _with_article(text, tokens, begin, end)
                yield Sighting(value, turn, start, tokens[end - 1].end, _NAMED)


def _name_after(tokens: Sequence[NameToken], at: int) -> tuple[int, int]:
    begin = at + 1
    limit = min(len(tokens), at + 6)
    while begin < limit and not tokens[begin].capital and not _BREAKS.search(tokens[begin].glue):
        if tokens[begin].fold not in _BETWEEN:
            return begin, begin
        begin += 1
    return begin, _name_end(tokens, begin) if begin < limit else begin


_BETWEEN = word_set("qui s' s'appelle appelle c'est c' est de des du d' la le les il elle a l' nomme nommee")
_BREAKS = re.compile(r"[.?!;:]")


def _name_end(tokens: Sequence[NameToken], begin: int) -> int:
    """The word after the run of capitals that begins at a word; none where a sentence opens there."""
    end = begin
    while end < len(tokens) and (end == begin or tokens[end].joined):
        token = tokens[end]
        small = token.fold in _BETWEEN and end + 1 < len(tokens) and tokens[end + 1].capital and end > begin
        if not (token.capital or small) or (end == begin and _BREAKS.search(token.glue)):
            break
        end += 1
    only = end == begin + 1 and is_function_word(tokens[begin].fold) if end > begin else True
    return begin if only or tokens[begin].text.isdigit() else end


def _name_before(tokens: Sequence[NameToken], at: int) -> tuple[int, int]:
    """A name, a comma and «mon» or «c'est un» before the word: «Olive, ma petite chatte»."""
    back = at - 1
    while back >= 0 and tokens[back].fold in _DETERMINERS:
        back -= 1
    if back < 0 or back == at - 1 or "," not in tokens[back + 1].glue or not tokens[back].capital:
        return at, at
    opens = tokens[back].opens and is_function_word(tokens[back].fold)
    return (at, at) if opens else (back, back + 1)


def _name_later(tokens: Sequence[NameToken], at: int) -> tuple[int, int]:
    """A single name between marks, later in the sentence: «mon chien, enfin celui de la maison, Gaston.»"""
    for place in range(at + 2, min(len(tokens), at + 9)):
        token = tokens[place]
        if _BREAKS.search(token.glue):
            break
        alone = place + 1 == len(tokens) or not tokens[place + 1].joined
        if token.capital and "," in token.glue and alone and not is_function_word(token.fold):
            return place, place + 1
    return at, at


_DETERMINERS = word_set(
    "c'est c' est un une mon ma notre votre le la l' petit petite vieux vieille jeune grand grosse gros"
)


def _with_article(text: str, tokens: Sequence[NameToken], begin: int, end: int) -> tuple[str, int]:
    """A name with the article that «des» holds: «le gardien des Tilleuls» is of «Les Tilleuls»."""
    start = tokens[begin].start
    said = text[start : tokens[end - 1].end]
    before = tokens[begin - 1] if begin else None
    if before is not None and before.fold in ("des", "les"):
        return f"Les {said}", before.start
    return said, start


def _named_by_agent(transcript: Transcript, topic: Topic) -> Iterator[Sighting]:
    """A name that the agent takes up as one: «Rustine, c'est une chienne ?»; the caller said it before."""
    for number, turn in enumerate(transcript.turns):
        if turn.speaker == "caller":
            continue
        for found in _after_kin(number, turn.text, topic):
            said = re.compile(rf"\b{re.escape(str(found.value))}\b")
            for earlier in (i for i in caller_turns(transcript) if i < number):
                match = said.search(transcript.turns[earlier].text)
                if match:
                    yield Sighting(found.value, earlier, match.start(), match.end(), _NAMED + 0.1)


def _answer(turn: int, text: str, topic: Topic, question: str, *, proper: bool) -> Iterator[Sighting]:
    """The first clause of a short answer without its opening words and its tail."""
    if _REFUSALS.search(fold_word(text)):
        return
    tokens = name_tokens(text)
    begin = 0
    while begin < len(tokens) and tokens[begin].fold in _OPENERS:
        begin += 1
    end = begin
    while end < len(tokens) and (end == begin or not _END.search(tokens[end].glue)):
        end += 1
    if begin == end:
        return
    start, stop = tokens[begin].start, tokens[end - 1].end
    tail = _TAIL.search(fold_word(text[start:stop]))
    stop = start + tail.start() if tail and len(fold_word(text[start:stop])) == stop - start else stop
    brief = len(text[start:stop].split()) <= _LONGEST_FREE
    repeated = not set(content(text[start:stop])).isdisjoint(content(question))
    if (
        brief
        and not repeated
        and start < stop
        and (not proper or text[start].isupper() or is_first_name(text[start:stop]))
    ):
        yield Sighting(text[start:stop], turn, start, stop, _FREE)
