"""What was run: a run's `run.json`, in words where the key is known, as it stands where not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .french import NOTHING
from .html import Html, details, el, join, listed, row, section, table, text

_NAMES = {
    "version": "version",
    "mode": "entrée",
    "dataset": "jeu d'appels",
    "rescored_on": "jugé ensuite sur",
    "path": "chemin",
    "sha256": "SHA-256",
    "calls": "appels",
    "tenants": "clients",
    "without_recording": "appels sans enregistrement",
    "speech_model": "modèle de parole",
    "llm": "modèle de langage",
    "instructions": "consignes des clients",
    "makers": "moteurs",
    "stage": "étape",
    "engine": "moteur",
    "weights_sha256": "poids",
    "prompt_version": "version du prompt",
    "packages": "paquets",
    "commit": "commit",
    "sha": "révision",
    "dirty": "modifié depuis",
    "hardware": "machine",
    "cpu": "processeur",
    "cores": "cœurs",
    "memory_gib": "mémoire (Gio)",
    "accelerator": "accélérateur",
    "system": "système",
    "python": "Python",
    "seeds": "graines",
    "bootstrap": "rééchantillonnage",
    "hidden_cost": "coût caché",
    "workers": "appels à la fois",
    "started": "début",
    "ended": "fin",
    "seconds": "secondes",
    "resumed": "appels repris d'un passage interrompu",
    "earlier": "départs précédents, faits autrement",
}
"""What keys are called, in the order in which they are shown."""
_VALUES = {
    "turns": "transcriptions données",
    "audio": "enregistrements",
    "given": "prédictions données",
    "transcription": "transcription",
    "understanding": "compréhension",
    "drafting": "rédaction",
}
_HASH = re.compile(r"[0-9a-f]{32,}")
_HASH_SHOWN = 12
_FOLDED_FROM = 7
"""Entries from which a list unfolds at a click."""


def provenance_section(run: Mapping[str, object]) -> Html:
    """A definition list of the run, without what it leaves open; hashes are cut short, whole on hover."""
    order = {key: place for place, key in enumerate(_NAMES)}
    keys = sorted(run, key=lambda key: order.get(key, len(order)))
    known = {key: run[key] for key in keys if run[key] not in (None, [], {})}
    pairs = [join([el("dt", _capital(_name(key))), el("dd", _shown(value))]) for key, value in known.items()]
    body = el("dl", *pairs) if pairs else el("p", "Rien n'est noté de ce passage.")
    return section("passage", "Ce qui a été évalué", body)


def _name(key: str) -> str:
    return _NAMES.get(key, key)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _shown(value: object) -> Html:
    if isinstance(value, Mapping):
        known = {str(key): some for key, some in value.items() if some is not None}
        return _folded([join([f"{_name(key)} : ", _shown(some)]) for key, some in known.items()])
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _several(value)
    return _scalar(value)


def _several(items: Sequence[object]) -> Html:
    """Like mappings as a table, anything else as a list."""
    mappings = [item for item in items if isinstance(item, Mapping)]
    if not mappings or len(mappings) < len(items):
        return _folded([_shown(item) for item in items])
    keys = [str(key) for key in dict.fromkeys(key for item in mappings for key in item)]
    rows = [row(_shown(item.get(key)) for key in keys) for item in mappings]
    return table([_name(key) for key in keys], rows)


def _folded(items: Sequence[Html]) -> Html:
    """Few items on a line, many as a list that unfolds."""
    if len(items) < _FOLDED_FROM:
        return Html(" · ".join(items)) if items else text("aucun")
    return details(f"{len(items)} entrées", listed(items))


def _scalar(value: object) -> Html:
    if value is None:
        return text(NOTHING)
    if isinstance(value, bool):
        return text("oui" if value else "non")
    if isinstance(value, float):
        return text(f"{value:.3f}".rstrip("0").rstrip(".").replace(".", ","))
    if isinstance(value, str) and _HASH.fullmatch(value):
        return el("code", f"{value[:_HASH_SHOWN]}…", title=value)
    return text(_VALUES.get(str(value), str(value)))
