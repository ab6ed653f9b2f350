"""What no single key can tell: errors between keys, and what a supervisor should look at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from qualify.tenant.defects import Finding, Loc, did_you_mean, shown
from qualify.tenant.model import BUILT_IN_INTENTS, STANDARD_FIELDS, Instruction, Intent, Tenant

_RESERVED = ("intent", "urgency", "message")
"""Keys that stand beside the fields in a prediction."""


def cross_findings(data: Any) -> Iterator[Finding]:
    """Errors between keys; looks past values of the wrong type, which are reported elsewhere."""
    for section in ("fields", "intents", "urgency_rules", "instructions"):
        yield from _twice(data, section)
    fields = [f for _, f in _ids(data, "fields")] + list(STANDARD_FIELDS)
    intents = [i for _, i in _ids(data, "intents")] + list(BUILT_IN_INTENTS)
    yield from _shadowing(data)
    for index, intent in _entries(data, "intents"):
        yield from _unknown(intent, ("intents", index), "required_fields", "champ inconnu", fields)
    for index, instruction in _entries(data, "instructions"):
        yield from _unknown(instruction, ("instructions", index), "intents", "motif inconnu", intents)
    if isinstance(data.get("message"), dict):
        yield from _unknown(data["message"], ("message",), "order", "champ inconnu", fields)


def _entries(data: dict[str, Any], section: str) -> list[tuple[int, dict[str, Any]]]:
    entries = data.get(section)
    if not isinstance(entries, list):
        return []
    return [(index, entry) for index, entry in enumerate(entries) if isinstance(entry, dict)]


def _ids(data: dict[str, Any], section: str) -> list[tuple[int, str]]:
    return [(i, entry["id"]) for i, entry in _entries(data, section) if isinstance(entry.get("id"), str)]


def _twice(data: dict[str, Any], section: str) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for index, name in _ids(data, section):
        if name in seen:
            found = f"« {shown(name)} » est déjà défini en {section}[{seen[name]}]"
            yield Finding((section, index, "id"), found, "un identifiant qui ne sert qu'une fois")
        seen.setdefault(name, index)


def _shadowing(data: dict[str, Any]) -> Iterator[Finding]:
    for index, field in _entries(data, "fields"):
        name, kind = field.get("id"), field.get("type")
        standard = STANDARD_FIELDS.get(name) if isinstance(name, str) else None
        if standard and isinstance(kind, str) and kind != standard.type:
            found = f"le champ standard « {name} » est redéfini avec le type « {shown(kind)} »"
            yield Finding(("fields", index, "type"), found, f"« {standard.type} », ou un autre identifiant")


def _unknown(entry: dict[str, Any], loc: Loc, key: str, what: str, known: list[str]) -> Iterator[Finding]:
    names = entry.get(key)
    for index, name in enumerate(names if isinstance(names, list) else []):
        if isinstance(name, str) and name not in known:
            near = did_you_mean(name, known)
            found = f"{what} « {shown(name)} »{near}"
            yield Finding((*loc, key, index), found, f"un identifiant parmi {', '.join(map(shown, known))}")


def warnings_of(tenant: Tenant, on: date) -> Iterator[Finding]:
    """What a supervisor should look at in instructions that can be used."""
    if tenant.language != "fr":
        yield _warning(("language",), f"langue « {shown(tenant.language)} »", "« fr », la seule comprise")
    if tenant.review_due(on):
        found = f"relecture due depuis le {tenant.review_by}"
        yield _warning(("updated_on",), found, "des instructions relues, et la date du jour")
    for index, field in enumerate(tenant.fields):
        if field.id in _RESERVED:
            yield _warning(("fields", index, "id"), f"« {field.id} » a un autre sens", "un autre identifiant")
    for index, rule in enumerate(tenant.urgency_rules):
        if not rule.when.strip():
            yield _warning(("urgency_rules", index, "when"), "texte vide", "ce que l'appelant doit dire")
    yield from _intent_warnings(tenant.intents)
    yield from _contradictions(tenant.instructions)


def _warning(loc: Loc, found: str, expected: str) -> Finding:
    return Finding(loc, found, expected, "warning")


def _intent_warnings(intents: tuple[Intent, ...]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for index, intent in enumerate(intents):
        if not intent.examples and intent.id != "silent":
            expected = "quelques phrases d'appelants, sans quoi le motif est mal reconnu"
            yield _warning(("intents", index, "examples"), "aucun exemple", expected)
        texts: list[tuple[Loc, str]] = [(("description",), intent.description)]
        texts += [(("examples", number), example) for number, example in enumerate(intent.examples)]
        for loc, text in texts:
            words = _folded(text)
            if words and seen.setdefault(words, intent.id) != intent.id:
                found = f"le même texte que pour « {seen[words]} »"
                yield _warning(("intents", index, *loc), found, "ce qui distingue les deux motifs")


def _contradictions(instructions: tuple[Instruction, ...]) -> Iterator[Finding]:
    seen: dict[str, Instruction] = {}
    for index, instruction in enumerate(instructions):
        first = seen.setdefault(_folded(instruction.text), instruction)
        if first.kind != instruction.kind:
            found = f"le même texte que « {first.id} », qui dit le contraire"
            yield _warning(("instructions", index, "kind"), found, "une seule des deux consignes")


def _folded(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .!?")
