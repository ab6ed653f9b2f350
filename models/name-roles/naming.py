"""The training material as names said, each with its clues and whose it is."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from models.material.fill import SLOT, Filler
from qualify.dataset import Dataset, LabeledCall, to_transcript
from qualify.records import Maker, Transcript, Turn
from qualify.understanding.fields.company import firms_said
from qualify.understanding.fields.lexicon import TITLES, gender_of
from qualify.understanding.fields.mentions import caller_mentions
from qualify.understanding.fields.person_names import PersonName
from qualify.understanding.fields.phonetic import similarity
from qualify.understanding.fields.role_clues import clues
from qualify.understanding.fields.roles import ROLES
from qualify.understanding.fields.tokens import fold_word

HELD_OUT = frozenset(
    "pediatrie-les-tilleuls courtage-bellec locamat-isere gestion-faubourg "
    "cap-fret-express ophtalmo-citadelle couverture-delmotte".split()
)
"""Tenants of the labeled calls that only measuring may read."""
_SAME = 0.85
_SPEAKERS = {"A": "agent", "C": "caller"}
_MAKER = Maker(engine="corpus", version="1")


@dataclass(frozen=True)
class Named:
    """A name said: where the call comes from, the name's clues and what it turned out to be."""

    source: str
    clues: frozenset[str]
    outcome: int
    """The place of its role in `ROLES`; for what may be a firm, 1 where it is the caller's, else 0."""


@dataclass(frozen=True)
class Read:
    """A call, where it comes from, and the names that its fields hold."""

    source: str
    transcript: Transcript
    fields: Mapping[str, str]
    town: str = ""
    """A town that the call names where firms and bodies of it («la mairie de …») are not marked."""


class SpokenFiller(Filler):
    """Fills names as people say them: not always whole, at times with a title; firms of one word too."""

    def _third_party(self) -> tuple[str, str]:
        return self._said(self.first_name(), self.last_name())

    def _caller_name(self) -> tuple[str, str]:
        whole = f"{self.spoken('caller_first')} {self.spoken('caller_last')}"
        if self.rng.random() < WHOLE:
            return whole, whole
        return self._said(self.spoken("caller_first"), self.spoken("caller_last"))

    def _said(self, first: str, last: str) -> tuple[str, str]:
        if self.rng.random() < WHOLE:
            return f"{first} {last}", f"{first} {last}"
        title = {"f": "madame", "m": "monsieur"}.get(gender_of(first) or "x", "")
        return self.rng.choice([(f"{title} {last}".strip(), last), (last, last)])

    def _company(self) -> tuple[str, str]:
        if self.rng.random() < LONG_FIRMS:
            return super()._company()
        name = self.rng.choice([self.last_name(), self.invented_name()])
        return name, name


WHOLE = 0.9
"""Share of names that are said whole."""
LONG_FIRMS = 0.7
"""Share of firms whose names are of a kind and a name, or of several words."""


def corpus_calls(folder: Path, *, seed: int) -> Iterator[Read]:
    """Every whole call of the trades and the messier ones, its slots filled anew."""
    for path in sorted(folder.glob("*.yaml")):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for number, call in enumerate(document.get("calls", ()) if isinstance(document, dict) else ()):
            rng = random.Random(f"{seed}/{path.stem}/{number}")
            filler = SpokenFiller(rng)
            transcript = _filled(call["turns"], filler)
            said = {s for t in call["turns"] if t.startswith("C:") for s in SLOT.findall(t)}
            town = filler.values.get("city", ("", ""))[1]
            yield Read(path.stem, transcript, _truth(said, filler.values), town)


def labeled_calls(folder: Path, *, held_out: bool = False) -> Iterator[Read]:
    """The labeled calls, of the tenants held out or of the others."""
    data = Dataset.open(folder)
    for file, call in data.labeled():
        if isinstance(call, LabeledCall) and call.labels and (file.tenant in HELD_OUT) == held_out:
            fields = {field: str(value) for field, value in call.labels.fields.items()}
            yield Read(file.tenant, to_transcript(call), fields)


def _filled(turns: Iterable[str], filler: Filler) -> Transcript:
    said: list[Any] = [Turn(speaker=_SPEAKERS[t[0]], text=filler.fill(t[2:].strip()) or ",") for t in turns]  # type: ignore[arg-type]
    return Transcript(turns=tuple(said), made_by=_MAKER)


def _truth(said: set[str], values: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """The names that the caller says of himself and of the person concerned."""
    first = values["caller_first"][1] if said & {"caller_first", "caller_name"} else ""
    last = values["caller_last"][1] if said & {"caller_last", "spelled_name", "caller_name"} else ""
    told = {field: values[field][1] for field in ("third_party", "company") if field in said}
    return {"caller_name": f"{first} {last}".strip(), **told}


def persons(call: Read) -> Iterator[Named]:
    """Each name of a person that the caller says, and whose it is; those that may be either's are left out."""
    mentions = caller_mentions(call.transcript)
    for mention, seen in zip(mentions, clues(call.transcript, mentions), strict=True):
        caller = _agreement(mention.name, call.fields.get("caller_name", ""))
        third = _agreement(mention.name, call.fields.get("third_party", ""))
        if not caller and not third:
            yield Named(call.source, seen, ROLES.index("other"))
        elif caller != third:
            yield Named(call.source, seen, ROLES.index("caller" if caller > third else "third"))


def firms(call: Read) -> Iterator[Named]:
    """Each name that may be a firm's, and whether it is the caller's; unmarked ones are left out."""
    wanted, town = fold_word(call.fields.get("company", "")), fold_word(call.town)
    for firm in firms_said(call.transcript):
        said = fold_word(firm.value)
        if town and said != town and said.endswith(town):
            continue
        part = (said in wanted and len(said) > len(wanted) / 2) or said == wanted.partition(",")[0]
        same = bool(wanted) and (similarity(said, wanted) > _SAME or wanted in said or part)
        yield Named(call.source, firm.clues, int(same))


def _agreement(name: PersonName, wanted: str) -> float:
    """How well a name said agrees with a label's; 0: it is another's."""
    first, _, last = wanted.partition(" ")
    if not wanted or similarity(name.value, wanted) > _SAME:
        return float(bool(wanted))
    if name.single:
        genders = {TITLES.get(name.title, "x"), gender_of(first) or "x"}
        near = max(similarity(name.value, part) for part in (first, last, last.split(" ")[-1]))
        return 0.8 if near > _SAME and genders != {"f", "m"} else 0.0
    if not last:
        return 0.7 if max(similarity(name.last, wanted), similarity(name.first, wanted)) > _SAME else 0.0
    return 0.6 if similarity(name.last, last) > _SAME and similarity(name.first, first) > 0.6 else 0.0
