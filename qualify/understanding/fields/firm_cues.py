"""The words that announce a firm, and those before a firm that is not the caller's."""

from __future__ import annotations

import re

_GENERIC = r"societes?|entreprise|boite|groupe|marque"
"""Words that announce a firm without being part of its name."""
_KINDS = (
    r"cabinet|agence|sarl|sci|sas|eurl|sa|scp|selarl|gaec|earl|etude|garage|hotel|restaurant|mairie|"
    r"clinique|hopital|"
    r"pharmacie|boulangerie|boucherie|syndic|assurances?|transports?|etablissements?|ets|menuiserie|"
    r"imprimerie|lycee|"
    r"college|ecole|ehpad|foyer|laboratoire|banque|boutique|fromagerie|librairie|brasserie|"
    r"blanchisserie|negoce|"
    r"domaine|compagnie|association|pressing|camping|plomberie|carrosserie|maconnerie|pompes funebres|"
    r"ambulances?|"
    r"conciergerie|mutuelle|etablissement|pizzeria|usine|centre|institut|cooperative|traiteur|"
    r"bijouterie|serrurerie|charpentes?|"
    r"jardins|taxis?|office|comite|club|caisse|prefecture|tribunal|crous|caf|cpam|notaires?|ateliers?|studio|"
    r"commissariat|gendarmerie|maternite|creche"
)
"""Kinds of firms and bodies; they stay in the name."""
KIND = re.compile(_KINDS)
"""A folded word that tells what kind of firm or body a name is of."""
_LINK = (
    r"(?: (?:de la|de l'|des|de|du|d'|a|immobiliere?|dentaire|medicale?|notariale|comptable|sociale?|"
    r"infirmier|veterinaire|hospitalier|scolaire|sportif|funeraire|(?:de |d')[a-z-]{4,}))*"
)
"""What may stand between the kind and the name: «centre de soins infirmiers des», «cabinet dentaire»."""

CUES: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(rf"(?:^|[^a-z-])(?:{pattern})$"), strength)
    for pattern, strength in (
        (rf"(?:de |pour |a |, |^)?(?:la |une |l'|notre |ma )?(?:{_GENERIC})(?: (?:s'appelle|c'est))? ", 0.88),
        (r"(?:de |, |directeur |directrice |travaille |gerante? |equipe |salariee? |employee? |"
         r"responsable |technicien )"
         r"chez ", 0.75),
        (r"(?:pour le compte d(?:e (?:la |l')?|u |es |')|j'appelle pour |je represente (?:la maison )?|"
         r"je travaille (?:pour|chez) |nom de l'entreprise)", 0.75),
        (r"(?:la boite|le nom|l'entreprise|la societe|la boutique|le magasin)[a-z ]*,? (?:c'est|est) ", 0.8),
        (r"(?:services?|responsable|gerante?|direct(?:eur|rice)|secretaire|comptable|employee?|"
         r"assistante?|commerciale?|"
         r"gestionnaire|ressources humaines|standard|accueil|achats)[a-z ]*(?: de| du| d'| chez|,)? ?", 0.6),
        (r"(?:ici|vous appelle de|vous appelle de la part de|vous contacte de) ", 0.5),
    )
)  # fmt: skip
ASKED = re.compile(
    r"quelle (?:societe|entreprise|agence|structure|compagnie|association)|(?:votre|la|l'|nom de l[a'] ?) ?"
    r"(?:societe|entreprise(?: utilisatrice)?|etablissement|structure|raison sociale|commerce)[a-z ]*\?|"
    r"nom (?:exact )?(?:du|de la|de l') ?(?:club|association|magasin|restaurant|cabinet|structure|ecole)|"
    r"de quelle societe|societe et |nom et (?:votre |la )?societe|"
    r"vous (?:appelez|etes) (?:pour|de) quelle"
)
ASKED_OF_OTHERS = re.compile(
    r"etait|venue?s?\b|intervenue?s?|avai(?:t|ent)|a fait|a pose|contre|employ|licenci"
)
"""In a question for a firm that is not the caller's: «quelle entreprise était venue ?»."""
KIND_AT = re.compile(rf"(?:^|[^a-z-])((?:{_KINDS}){_LINK} ?)$")
MINE = re.compile(
    r"(?:ici|de|du|des|de la|de l'|bonjour|bonsoir|allo|c'est|je suis a|pour|gerante? de|directrice de|"
    r"directeur de|et|madame|monsieur|reprenons|reprends|tiens|tenons|dirige|ouvre|ouvrons)"
    r"[, ]*(?:le |la |l'|les |une? )?$|, (?:le |la |l'|les )?$|^(?:le |la |l'|les )?$|"
    r"(?:je suis|,) (?!je |j'|il |elle |on |nous |qui |et )[a-z-]+(?: [a-z-]+)? (?:au |a la |a l'|aux )$"
)
"""Before the kind of the caller's own firm: «c'est la», «je suis infirmière à la»."""
AFTER_PERSON = re.compile(r" (?:de|du|des)(?: la)?(?: chez)? $")
IN_STREET = re.compile(r"(?:rue|avenue|boulevard|place|quai|cours|residence|allee|impasse)[a-z' ]*$")
TALKED = re.compile(
    r"(?:litige|conflit|facture|courrier|devis|cheque|colis|plainte|achetee?s?|(?:ai|avait?|avais) pris|"
    r"(?:ai|avais|a) (?:[a-z]+ )?travaille|mon employeur|ans (?:chez|pour)|concurrent|fournisseur|\bcontre|"
    r"vien(?:t|nent) de chez|\baller|transferee?|hospitalisee?|admise?)[^.!?]*$|au nom d(?:e |'|u )$"
)
"""Words before a firm that the caller deals with or has worked for."""
AT_ODDS = re.compile(r"(?:m'(?:a|ont)|j'ai ete|me) licencie|mon employeur|mise? a pied|aux prud'h")
"""What an employee says who is at odds with his firm: he does not call for it."""
BEFORE_A_NAME = frozenset(("agence", "compagnie", "boutique", "association", "etablissement"))
"""Kinds that are left out before a name of several words."""
BEFORE_A_LINE = BEFORE_A_NAME | {"cabinet", "etude"}
"""Kinds that are left out before a name that tells its line itself: «cabinet Morel Gestion»."""
LINES = frozenset(
    ("gestion", "immobilier", "conseil", "conseils", "assurances", "expertise", "services", "patrimoine")
)
"""Last words of names that tell their line themselves."""
FAMILY = frozenset(("fils", "freres", "associes", "cie", "filles", "syndic"))
"""Words in lower case that go on with a firm's name."""
