"""Reads one person's name out of words: where it starts and ends, which part is the first name.

In a turn written with capitals, a name is a run of capitalised words; in a turn all in lower case
it is a listed first name and what follows, or words that are no everyday words. Either way the
reader must know whether a name is expected there (`expected`), for «Petit.» is one only then.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .lexicon import (
    PARTICLES,
    TITLES,
    Gender,
    common_words,
    function_words,
    gender_of,
    is_first_name,
    is_genitive,
    towns,
    word_set,
)
from .phonetic import similarity
from .tokens import fold_word

_WORD = re.compile(r"(?:[A-Za-zÀ-ÿŒœ]{1,2}|[Qq]u|jusqu|quelqu|aujourd)['’](?=[A-Za-zÀ-ÿŒœ])"
                   r"|[A-Za-zÀ-ÿŒœ]+(?:(?:-|(?<=[Cc])['’](?=h)| (?:trait d['’]union|tiret) (?=[A-ZÀ-Ý]))"
                   r"[A-Za-zÀ-ÿŒœ]+)*"
                   r"|\d+")  # fmt: skip
_SPOKEN_HYPHEN = re.compile(r" (?:trait d['’]union|tiret) ")
_BREAK = re.compile(r"[.?!;:…(]")
_SAME = 0.9
"""How alike two spellings of one name are at least."""
_PRONOUNS = word_set("moi toi lui nous vous leur je tu il elle on ce t y en le la les ci là")
_LETTER_REMARKS = frozenset([("avec", "un"), ("avec", "deux"), ("en", "un"), ("en", "deux"), ("comme", "le")])
_LONGEST = 5
"""Words of a name at most, particles included."""


@dataclass(frozen=True)
class NameToken:
    """A word of a turn: its range, its folded form and what stands between it and the word before."""

    text: str
    start: int
    end: int
    fold: str
    glue: str

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def opens(self) -> bool:
        """Whether a sentence begins here, so that a capital proves nothing."""
        return not self.start or bool(_BREAK.search(self.glue))

    @property
    def joined(self) -> bool:
        """Whether only spaces part it from the word before."""
        return not self.glue.strip()


@dataclass(frozen=True)
class PersonName:
    """A name with the title it came with; either part may be missing.

    `start`, `end` are its character range without the title.
    """

    first: str
    last: str
    title: str
    start: int
    end: int

    @property
    def value(self) -> str:
        return f"{self.first} {self.last}".strip()

    @property
    def single(self) -> bool:
        """Whether it is one part only, which may then be either."""
        return not (self.first and self.last)

    @property
    def gender(self) -> Gender:
        """What the title tells, else the first name; `x` where neither does."""
        told = TITLES.get(self.title, "x")
        return told if told != "x" else (gender_of(self.first) or "x")

    def clashes(self, other: PersonName) -> bool:
        """Whether one is a woman's name and the other a man's: «madame Ferrer», «Gérard Ferrer»."""
        return {self.gender, other.gender} == {"f", "m"}

    def resembles(self, other: PersonName, *, least: float = 0.8) -> bool:
        """Whether both may name one person: no part that both have differs."""
        if self.clashes(other):
            return False
        if self._begins(other) or other._begins(self):
            return True
        if self.single and other.single:
            return bool(self.first) == bool(other.first) and similarity(self.value, other.value) >= least
        shared = ((self.first, other.first), (self.last, other.last))
        both = [similarity(a, b) for a, b in shared if a and b]
        return bool(both) and min(both) >= least

    @property
    def is_person(self) -> bool:
        """Whether it can't be a firm or a place: it has a title, or a listed first name and more."""
        return bool(self.title) or (not self.single and gender_of(self.first) is not None)

    def may_be(self, full_name: str) -> bool:
        """Whether it is a full name, or where it is one part only a part of that name."""
        if not self.single:
            return similarity(self.value, full_name) > _SAME
        first, _, last = full_name.partition(" ")
        return max(similarity(self.value, part) for part in (full_name, first, last)) > _SAME

    def completed_by(self, other: PersonName) -> PersonName:
        """This name with the parts that it lacks taken from `other`."""
        if self._begins(other):
            return replace(self, first="", last=other.value)
        if other._begins(self):
            return self
        first = "" if fold_word(other.first) in fold_word(self.last).split() else other.first
        return replace(self, first=self.first or first, last=self.last or other.last)

    def with_particles_of(self, other: PersonName) -> PersonName:
        """This name with the small words that open the family name of `other` and lack here."""
        words = other.last.split()
        opens = all(fold_word(word) in PARTICLES for word in words[:-1])
        same = opens and words and fold_word(self.last) == fold_word(words[-1])
        return replace(self, last=other.last) if same else self

    def _begins(self, other: PersonName) -> bool:
        """Whether it is the first word of a family name that `other` says whole: «Tran», «Tran Van Loc»."""
        alone = bool(self.last) and not self.first
        return alone and gender_of(self.last) is None and fold_word(self.last) == fold_word(other.first)


def name_tokens(text: str) -> tuple[NameToken, ...]:
    """The words of a turn in order; elided «d'», «l'» are words of their own."""
    tokens: list[NameToken] = []
    at = 0
    for match in _WORD.finditer(text):
        word = _SPOKEN_HYPHEN.sub("-", match.group())
        folded = fold_word(word)
        tokens.append(NameToken(word, match.start(), match.end(), folded, text[at : match.start()]))
        at = match.end()
    return tuple(tokens)


def is_cased(text: str) -> bool:
    """Whether a turn is written with capitals at all."""
    return any(c.isupper() for c in text)


def titled(words: Sequence[str]) -> str:
    """Words joined and title-cased as a name: «le goff» → «Le Goff», «jean-pierre» → «Jean-Pierre»."""
    joined = ""
    for word in words:
        glue = "" if not joined or joined.endswith(("'", "’")) else " "
        small = is_genitive(fold_word(word)) and word[0].islower()
        joined += glue + (word.lower() if small else _capitalise(word))
    return joined


def _capitalise(word: str) -> str:
    if not word.isupper() and not word.islower():
        return word
    return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))


def read_name(
    tokens: Sequence[NameToken], at: int, *, cased: bool, expected: bool = False
) -> tuple[PersonName, int] | None:
    """The name that begins with word number `at` (a title may come first), and the word after it.

    `expected` says that a name is due here (asked for, or announced): everyday words then pass as
    family names. None where no name begins.
    """
    title, begin = _skip_titles(tokens, at)
    if title and begin < len(tokens) and _BREAK.search(tokens[begin].glue):
        return None
    due = expected or bool(title)
    end = _run_end(tokens, begin, cased=cased, due=due)
    while end > begin and tokens[end - 1].fold in PARTICLES:
        end -= 1
    if end == begin:
        return None
    return _with_part_after_comma(tokens, begin, end, title, cased=cased, due=due)


def _skip_titles(tokens: Sequence[NameToken], at: int) -> tuple[str, int]:
    title = ""
    while at < len(tokens) and tokens[at].fold in TITLES and not (title and not tokens[at].joined):
        title = tokens[at].fold
        at += 1
    return title, at


def _run_end(tokens: Sequence[NameToken], begin: int, *, cased: bool, due: bool) -> int:
    end = begin
    while end < min(len(tokens), begin + _LONGEST):
        if end > begin and (
            not tokens[end].joined or tokens[end].fold in (tokens[end - 1].fold, tokens[begin].fold)
        ):
            break
        if not _continues(tokens, begin, end, cased=cased, due=due):
            break
        end += 1
    return end


def _continues(tokens: Sequence[NameToken], begin: int, at: int, *, cased: bool, due: bool) -> bool:
    token = tokens[at]
    in_address = "@" in token.glue or (at + 1 < len(tokens) and tokens[at + 1].glue == "@")
    if token.text.isdigit() or token.fold in TITLES or in_address:
        return False
    if _is_particle(tokens, begin, at, cased=cased, due=due):
        return True
    if is_function_word(token.fold) and not (cased and _is_capital_inside(tokens, begin, at)):
        return False
    after_first = at > begin and len(token.text) > 3 and is_first_name(tokens[at - 1].text)
    if token.text.isupper() and not after_first and not _shouted(tokens):
        return False
    if cased:
        return token.capital and (at > begin or _may_open(tokens, at, due=due))
    return _lower_case_part(tokens, begin, at, due=due)


def is_function_word(word: str) -> bool:
    """Whether a folded word, or what it is hyphened to («dites-lui»), can't be part of a name."""
    bare = word.rstrip("'’")
    if len(bare) < 2 or bare in function_words():
        return True
    return bool(_PRONOUNS.intersection(bare.split("-")[1:]))


def _is_capital_inside(tokens: Sequence[NameToken], begin: int, at: int) -> bool:
    """Whether a word stands with a capital between two others that do: «Thi Mai Lecomte»."""
    inside = begin < at < len(tokens) - 1 and tokens[at + 1].joined and tokens[at + 1].capital
    return (
        inside
        and tokens[at].capital
        and len(tokens[at].fold) > 2
        and not is_function_word(tokens[at + 1].fold)
    )


def _shouted(tokens: Sequence[NameToken]) -> bool:
    """Whether the whole turn is in capitals, so that they tell no acronym or plate."""
    return all(t.text.isupper() or t.text.isdigit() for t in tokens)


def _is_particle(tokens: Sequence[NameToken], begin: int, at: int, *, cased: bool, due: bool) -> bool:
    token = tokens[at]
    if token.text[-1] in "'’" and (token.capital or not cased):
        return _is_elision(tokens, begin, at, cased=cased, due=due)
    if token.fold not in PARTICLES or at + 1 >= len(tokens) or not tokens[at + 1].joined:
        return False
    after = tokens[at + 1]
    if at == begin and not _may_lead(tokens, at, cased=cased, due=due):
        return False
    if is_genitive(token.fold) and not token.capital and not due:
        return False
    if cased and not token.capital and token.fold in ("la", "les", "l'") and tokens[at - 1].fold != "de":
        return False
    if after.fold in PARTICLES:
        return at + 2 < len(tokens) and tokens[at + 2].capital == cased
    if is_function_word(after.fold) or after.text.isdigit():
        return False
    return after.capital if cased else after.fold not in common_words()


def _may_lead(tokens: Sequence[NameToken], at: int, *, cased: bool, due: bool) -> bool:
    """Whether a particle can be a name's first word: not that of «au nom de X», «de Paul X»."""
    token, after = tokens[at], tokens[at + 1]
    if not (due or (cased and token.capital)):
        return False
    if not is_genitive(token.fold):
        return True
    titled_before = at > 0 and tokens[at - 1].fold in TITLES
    return titled_before or (token.opens and not is_first_name(after.text))


def _is_elision(tokens: Sequence[NameToken], begin: int, at: int, *, cased: bool, due: bool) -> bool:
    """Whether «N'» of «N'Diaye» or, in lower case, «d'» of «jean d'hauteville» goes on with a name."""
    token, after = tokens[at], tokens[at + 1]
    if cased:
        return after.capital and (at > begin or due or not token.opens)
    return (at > begin or due) and after.fold not in common_words() and not is_function_word(after.fold)


def _may_open(tokens: Sequence[NameToken], at: int, *, due: bool) -> bool:
    """Whether a capitalised word can begin a name where it may owe its capital to the sentence."""
    token = tokens[at]
    if not token.opens or is_first_name(token.text):
        return True
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    followed = after is not None and after.joined and not _is_letter_remark(tokens, at + 1)
    if token.fold not in common_words():
        if token.fold.endswith("ez") and not due:
            return False
        return due or not followed or (after is not None and after.capital)
    return due and (not followed or (after is not None and after.capital))


def _is_letter_remark(tokens: Sequence[NameToken], at: int) -> bool:
    """Whether words about a name's letters follow: «avec un T», «sans S», «en un mot»."""
    pair = tuple(t.fold for t in tokens[at : at + 2])
    return pair in _LETTER_REMARKS or (pair[:1] == ("sans",) and len(pair[-1]) == 1)


def _lower_case_part(tokens: Sequence[NameToken], begin: int, at: int, *, due: bool) -> bool:
    token = tokens[at]
    parts = [t for t in tokens[begin:at] if t.fold not in PARTICLES]
    rare = (token.fold not in common_words() and "-" not in token.fold) or is_first_name(token.text)
    if not parts:
        alone = at + 1 == len(tokens) or not tokens[at + 1].joined or is_first_name(tokens[at + 1].text)
        return is_first_name(token.text) or (due and (rare or alone or "-" in token.fold))
    if len(parts) >= 2 and not is_first_name(parts[1].text):
        return False
    return rare or is_first_name(parts[-1].text)


def _with_part_after_comma(
    tokens: Sequence[NameToken], begin: int, end: int, title: str, *, cased: bool, due: bool
) -> tuple[PersonName, int]:
    """The name, with a lone first name after a comma («Marchand, Sylvie»), a rare one if a name is due."""
    name = _split(tokens[begin:end], title)
    whole = not name.single and (not due or is_first_name(name.first) or is_first_name(name.last))
    if whole or end >= len(tokens) or tokens[end].glue.strip() != ",":
        return name, end
    after = tokens[end]
    alone = end + 1 == len(tokens) or not tokens[end + 1].joined
    if not alone or after.capital != cased or after.fold == name.value.lower():
        return name, end
    if not (is_first_name(after.text) or (due and cased and _is_rare(after))):
        return name, end
    if after.fold in common_words() and not cased:
        return name, end
    joined = PersonName(titled([after.text]), name.value, title, name.start, after.end)
    return joined, end + 1


def _is_rare(token: NameToken) -> bool:
    """Whether a word beside a family name can only be a first name: no everyday word, no town."""
    return token.fold not in common_words() and token.fold not in towns() and not is_function_word(token.fold)


def _split(words: Sequence[NameToken], title: str) -> PersonName:
    """First and family name, by the listed first names and the usual order."""
    texts = [t.text for t in words]
    start, end = words[0].start, words[-1].end
    if len(texts) == 1:
        first = is_first_name(texts[0]) and not title
        return PersonName(titled(texts) if first else "", "" if first else titled(texts), title, start, end)
    if is_first_name(texts[-1]) and (
        not is_first_name(texts[0]) or _other_gender(title, texts[0], texts[-1])
    ):
        return PersonName(titled(texts[-1:]), titled(texts[:-1]), title, start, end)
    cut = 0 if words[0].fold in PARTICLES or texts[0][-1] in "'’" else 1
    while 0 < cut < len(texts) - 1 and is_first_name(texts[cut]):
        cut += 1
    return PersonName(titled(texts[:cut]), titled(texts[cut:]), title, start, end)


def _other_gender(title: str, first: str, last: str) -> bool:
    """Whether only the last word can be the first name of one so addressed: «madame Martin Claire»."""
    gender = TITLES.get(title, "x")
    return gender != "x" and gender_of(first) not in (gender, "x") and gender_of(last) in (gender, "x")
