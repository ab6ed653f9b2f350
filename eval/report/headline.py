"""The headline: what may be said of the run in a few sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..cost import Costs
from ..cost.french import euros_within, percent
from ..intervals import Figure
from ..metrics.forbidden import FORBIDDEN
from ..metrics.key_facts import ALL_FACTS, KEY_FACTS
from ..metrics.serious_errors import SERIOUS_READY
from ..metrics.wrong_contacts import wrong_contacts
from ..scoring import Case
from .french import counted, percent_within, whole
from .html import Html, el, join, listed, section


def headline_section(cases: Sequence[Case], known: Mapping[str, Figure], costs: Costs | None) -> Html:
    """The sentences, as a list; `known` are the figures by the metric's id."""
    lines = [join([el("b", f"{title} : "), sentence]) for title, sentence in _lines(cases, known, costs)]
    return section("essentiel", "L'essentiel", listed(lines, class_="headline"))


def _lines(
    cases: Sequence[Case], known: Mapping[str, Figure], costs: Costs | None
) -> Iterator[tuple[str, str]]:
    yield "Appels", _doors(cases)
    yield "Urgences", _critical(cases)
    yield "Coordonnées", _contacts(cases, known)
    yield "Messages", _messages(known)
    if costs is not None:
        yield "Coût caché", f"{euros_within(costs.total)} pour 1\u202f000 appels, urgences manquées à part."


def _doors(cases: Sequence[Case]) -> str:
    ready = [case for case in cases if case.predicted.status == "ready"]
    failed = sum(case.failed for case in cases)
    looked = len(cases) - len(ready) - failed
    tenants = len({case.tenant.id for case in cases})
    share = f" ({percent(len(ready) / len(cases))})" if cases else ""
    return (
        f"sur {counted(len(cases), 'un appel', 'appels')} de {counted(tenants, 'un client', 'clients')}, "
        f"{whole(len(ready))} prêts à partir sans relecture{share}, {whole(looked)} à relire, "
        f"{counted(failed, 'un en échec', 'en échec')}."
    )


def _critical(cases: Sequence[Case]) -> str:
    critical = [case for case in cases if case.labels.urgency == "critical"]
    if not critical:
        return "aucun appel critique dans ces appels : rien n'est dit des urgences manquées."
    lost = [case for case in critical if case.predicted.urgency != "critical"]
    unseen = sum(case.predicted.status == "ready" for case in lost)
    seen = f", dont {counted(unseen, 'un sans relecture', 'sans relecture')}" if lost else ""
    return (
        f"sur {counted(len(critical), 'un appel critique', 'appels critiques')}, "
        f"{counted(len(lost), 'un manqué', 'manqués')}{seen}."
    )


def _contacts(cases: Sequence[Case], known: Mapping[str, Figure]) -> str:
    ready = [case for case in cases if case.predicted.status == "ready"]
    if not ready:
        return "aucun appel ne partirait sans relecture."
    wrong = sum(bool(wrong_contacts(case)) for case in ready)
    return (
        f"sur {counted(len(ready), 'un appel prêt', 'appels prêts')}, "
        f"{counted(wrong, 'un numéro ou e-mail faux', 'numéros ou e-mails faux')} que rien ne signale ; "
        f"erreurs graves parmi les prêts : {percent_within(known[SERIOUS_READY.id])}."
    )


def _messages(known: Mapping[str, Figure]) -> str:
    return (
        f"faits essentiels transmis : {percent_within(known[KEY_FACTS.id])} ; "
        f"messages complets : {percent_within(known[ALL_FACTS.id])} ; "
        f"avec un texte interdit : {percent_within(known[FORBIDDEN.id])}."
    )
