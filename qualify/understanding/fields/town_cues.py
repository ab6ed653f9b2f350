"""The words around a town that tell whether the caller's matter is there: «j'habite à», «ma fille est à»."""

from __future__ import annotations

import re

from .ways import WAYS

NAMED = 0.45
"""«à X»: the town that matters only where a place was asked for."""
_DWELLS = "habite|habitons|habitent|habitait|vis|vit|vivent|reside|demeure|domiciliee?"
_BUILDING = (
    "maison|ferme|longere|villa|chalet|pavillon|immeuble|local|terrain|copropriete|residence|appartement|studio|"
    "logement|chantier|boutique|magasin|salon|commerce|entrepot|usine|site|toit|gite"
)
_ELDERS = r"parents|mere|maman|pere|papa|tante|oncle|grand-mere|grand-pere|belle-mere|beau-pere|mari|femme"
_OTHERS = (
    r"fils|filles?|soeurs?|freres?|beau-frere|belle-soeur|cousine?s?|amie?s?|copains?|copines?|neveux?|nieces?|"
    r"voisine?s?|collegues?|patronn?e?|associee?|locataires?|proprietaires?|gendre|ex|avocate?"
)
"""People whose town is seldom that of the matter."""

BEFORE_TOWN: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(rf"(?:^|[^a-z-])(?:{pattern})$"), strength)
    for pattern, strength in (
        (r"\d{2} ?\d{3},? (?:a )?", 0.93),
        (rf"(?:sa|son|ses|leurs?) (?:{_ELDERS}|{_OTHERS})\b[^.?!]* (?:a |au |aux |sur )", 0.0),
        (rf"(?:{_OTHERS})\b[^.?!]* (?:est|sont|{_DWELLS}|reste|rentre|travaille)(?: [a-z]+)?"
         r" (?:a |au |aux |sur )?", 0.0),
        (rf"(?:suis|sommes|est|{_DWELLS}) (?:encore|deja) (?:a|au|sur) ", 0.0),
        (rf"pour (?:ma|mon|mes) (?:{_ELDERS})\b[^.?!]* (?:est|sont|{_DWELLS}) (?:a |au |aux |sur )?", 0.8),
        (rf"(?:{_DWELLS}|situee?|trouve|installee?s?)(?: [a-z]+)? (?:a|au|sur) ", 0.85),
        (r"(?:ville|commune|village|bourg|agglomeration) (?:de |d'|c'est )", 0.75),
        (r"(?:c'est|devant|suis|sommes) chez (?:mes parents|ma mere|mon pere|monsieur|madame|le client|"
         r"la cliente)[a-z ,'-]{0,25} a ", 0.7),
        (r"(?:il|elle|ils|elles) (?:est|sont) (?:a|sur) ", NAMED),
        (rf"(?:suis|sommes|est|etes|c'est|bien|{_BUILDING}) (?:a|sur) ", 0.8),
        (rf"(?:{_BUILDING}),? a ", 0.7),
        (r"(?:achete|travaill|etudes|stage|mari|pacs)[a-z ',-]* a ", 0.0),
        (r"(?:pars|part|partie?|vacances|deplacement|demenagee?|hopital|clinique|urgences|va|vais|vont|aller)"
         r"(?: [a-z]+)? (?:a|sur) ", 0.0),
        (r"(?:appelle|appelons|telephone) (?:du |des |de |d'|depuis )", 0.75),
        (r"(?:suis|sommes|on est|viens|venons) (?:du |des |de |d')", 0.7),
        (rf"(?:{_DWELLS}) (?:(?:a |au |aux )?(?:la |l'|le |les )?)?", 0.75),
        (r"(?:parle|dire|dites|demand|envoy|pass|donn|transm|laiss|appel)[a-z-]* a ", 0.0),
        (r"(?:a|au) ", NAMED),
        (r"(?:pres|proche|a cote|sortie|direction|cote) (?:de |d')", NAMED),
        (r"(?:sur|vers|de|d') ", 0.4),
    )
)  # fmt: skip
"""Folded words before a town and how likely they make it the matter's; the first that fits counts."""

HOLDS = re.compile(rf"(?:{_BUILDING}) (?:de |d'|du )$")
"""Before a listed town that something of the matter is of: «la maison de Sète»."""
DENIED = re.compile(r"(?:^|[^a-z])(?:pas(?: a| de)?|ancienne?(?:ment)? a|plus a|dit a) $")
"""Before a town that is said not to be it."""
INSTEAD = re.compile(r"pas (?:a )?[a-z' -]+, (?:mais )?(?:a )?$")
"""Before the town that is said in the stead of another."""
BESIDE = re.compile(r"(?:pres|proche|cote|loin|sortie|direction) (?:de |d'|du )$")
"""Before a town that the matter is only near."""
BEFORE_STREET = re.compile(
    rf"[ ,.]*(?:(?:au|le|c'est|la|[a-z-]+|\d+|bis|ter)[ ,]+){{0,3}}(?:{'|'.join(sorted(WAYS))}) "
)
"""After a town, a street of it."""
STAYING = re.compile(r"jusqu")
"""After a town where somebody only stays."""
_PASSING = re.compile(
    r"[ ,]*(?:la, |en ce moment|(?:toute )?la semaine|toute la|cette semaine|cet |ce (?:soir|matin|midi)|"
    r"demain|aujourd'hui|(?:le )?(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)|le \d|"
    r"pour (?:le|la|les|deux|trois|quelques)|pendant|en deplacement|en vacances|en stage)"
)
"""After a town where somebody is for a time."""
_CONTRAST_BEFORE = re.compile(r"(?:^|[^a-z])moi,? (?:je |j'|on |nous )[a-z ]*$")
_CONTRAST_AFTER = re.compile(r"[ ,]*moi\b")


def is_passing(before: str, after: str) -> bool:
    """Whether somebody is in a town for a time, or sets where he is against the matter: «moi je suis à»."""
    apart = _CONTRAST_BEFORE.search(before) or _CONTRAST_AFTER.match(after)
    return bool(apart or _PASSING.match(after))
