"""How French names sound: a phonetic key and a similarity, so that «Lefèvre» meets «Lefebvre».

The key is coarse on purpose: it brings together spellings that a transcriber may choose for the
same sounds. It is not a transcription of French.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz

from .tokens import fold_word

_SOUNDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[^a-z]", ""),
        (r"(?<=[aeiouy])bv(?=r)", "v"),
        (r"(.)\1+", r"\1"),
        (r"sch|sh|ch(?=[aeiouy])", "S"),
        (r"ch", "k"),
        (r"ph", "f"),
        (r"(?<=[cgtrdlnmb])h|^h|h(?=[aeiouy])", ""),
        (r"eau|au|oh", "o"),
        (r"oe|oeu|eu", "e"),
        (r"oi|oy", "wa"),
        (r"ou", "u"),
        (r"qu|q|ck|c(?=[aoulrkt]|$)", "k"),
        (r"[cs]c(?=[eiy])|c(?=[eiy])", "s"),
        (r"gn", "ny"),
        (r"gu(?=[eiy])", "g"),
        (r"g(?=[eiy])", "j"),
        (r"(?:ai|ei)(?=[mn](?![aeiouymnw]))|[iy](?=[mn](?![aeiouymnw]))", "E"),
        (r"[ae][mn](?![aeiouymnw])", "A"),
        (r"E[mn]", "E"),
        (r"o[mn](?![aeiouymnw])", "O"),
        (r"er$|ez$|et$", "e"),
        (r"ai|ei|ay|ey", "e"),
        (r"y", "i"),
        (r"x", "ks"),
        (r"w", "v"),
        (r"z", "s"),
        (r"(?<=.)(?:ks|[tdsp])+$", ""),
        (r"(.)\1+", r"\1"),
        (r"(?<=.[^aiouAEO])e$", ""),
    )
)


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """The phonetic key of a name: equal keys sound alike in French."""
    sound = fold_word(name)
    for pattern, replacement in _SOUNDS:
        sound = pattern.sub(replacement, sound)
    return sound


def similarity(left: str, right: str) -> float:
    """How alike two names are, written or heard, in [0, 1]; 1 where they fold to the same letters."""
    a, b = fold_word(left), fold_word(right)
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    written = fuzz.ratio(a, b) / 100
    heard = fuzz.ratio(key(a), key(b)) / 100
    return min(max(written, 0.95 * heard), 0.99)
