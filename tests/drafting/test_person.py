import pytest

from qualify.drafting.clean import kept_tokens
from qualify.drafting.person import third_person, third_verb

TOLD = [
    ("je voudrais prendre rendez-vous", "souhaite prendre rendez-vous"),
    ("j'aimerais bien un devis", "souhaite un devis"),
    ("on voudrait un devis", "souhaite un devis"),
    ("nous souhaiterions une visite", "souhaite une visite"),
    ("j'ai une fuite", "a une fuite"),
    ("je suis bloquée dehors", "est bloquée dehors"),
    ("je n'ai plus d'eau", "n'a plus d'eau"),
    ("je n'arrive pas à fermer", "n'arrive pas à fermer"),
    ("j'arrive pas à fermer", "n'arrive pas à fermer"),
    ("je peux pas venir", "ne peut pas venir"),
    ("je sais pas fermer la vanne", "ne sait pas fermer la vanne"),
    ("je veux annuler mon rendez-vous", "veut annuler son rendez-vous"),
    ("je dois partir", "doit partir"),
    ("je cherche une place", "cherche une place"),
    ("j'attends le livreur", "attend le livreur"),
    ("je pourrai venir", "pourra venir"),
    ("je devais venir", "devait venir"),
    ("je serais disponible", "serait disponible"),
    ("je finis à midi", "finit à midi"),
    ("je me suis trompé de jour", "s'est trompé de jour"),
    ("je me sens mal", "se sent mal"),
    ("je vous ai envoyé le dossier", "vous a envoyé le dossier"),
    ("mon fils est malade", "son fils est malade"),
    ("ma mère est tombée", "sa mère est tombée"),
    ("mes clés sont dedans", "ses clés sont dedans"),
    ("notre chaudière fume", "leur chaudière fume"),
    ("nous avons une panne", "ils ont une panne"),
    ("nous gérons une résidence", "ils gèrent une résidence"),
    ("nous essayons de joindre le gérant", "ils essaient de joindre le gérant"),
    ("on a essayé la ventouse", "on a essayé la ventouse"),
    ("mon frère vient de m'appeler", "son frère vient d'appeler"),
    ("qu'il nous rappelle", "qu'il les rappelle"),
    ("il faut que j'aie la réponse", "il faut que l'appelant ait la réponse"),
    ("on m'a dit que c'était prêt", "on lui a dit que c'était prêt"),
    ("votre collègue m'a rappelé", "votre collègue l'a rappelé"),
    ("il me faut une attestation", "il lui faut une attestation"),
    ("je vous appelle pour ma mère", "appelle pour sa mère"),
    ("j'appelle pour annuler", "veut annuler"),
    ("c'est pour annuler un rendez-vous", "veut annuler un rendez-vous"),
    ("c'est pour mon ballon", "pour son ballon"),
    ("c'est pour savoir si vous livrez", "demande si vous livrez"),
    ("je voudrais savoir si c'est prêt", "demande si c'est prêt"),
    ("vous pouvez venir ?", "demande si vous pouvez venir"),
    (
        "vous livrez aujourd'hui ? Parce que ça presse",
        "demande si vous livrez aujourd'hui, parce que ça presse",
    ),
    ("pouvez-vous venir ce soir ?", "demande si vous pouvez venir ce soir"),
    ("est-ce que la boutique est ouverte ?", "demande si la boutique est ouverte"),
    ("est-ce qu'il est là ?", "demande s'il est là"),
    ("il est rentré ?", "demande s'il est rentré"),
    ("vous pouvez me rappeler ce soir ?", "demande à être rappelé ce soir"),
    ("rappelez-moi demain", "demande à être rappelé demain"),
    ("dites-lui de pas casser la porte", "demande de ne pas casser la porte"),
    ("dites-lui que le portail est ouvert", "le portail est ouvert"),
    ("y a plus de courant", "il n'y a plus de courant"),
    ("y'a le feu", "il y a le feu"),
    ("faut venir vite", "il faut venir vite"),
    ("c'est pas réparé", "ce n'est pas réparé"),
    ("ça chauffe pas", "ça ne chauffe pas"),
    ("elle s'ouvre pas", "elle ne s'ouvre pas"),
    ("la facture que j'ai reçue est fausse", "la facture que l'appelant a reçue est fausse"),
    ("c'est la facture qu'on m'a envoyée", "c'est la facture qu'on lui a envoyée"),
    ("je travaille et je rentre tard", "travaille et rentre tard"),
    ("la police est chez moi", "la police est à son domicile"),
    ("ça vient de la cave, je crois", "ça vient de la cave (selon l'appelant)"),
]


@pytest.mark.parametrize(("said", "told"), TOLD)
def test_a_clause_is_told_of_the_caller(said: str, told: str) -> None:
    assert third_person([t.text for t in kept_tokens(said)]) == told


@pytest.mark.parametrize(
    "said",
    [
        "j'ai plus d'eau",  # none left, or more of it
        "il faudrait que vous m'envoyiez le devis",
        "elle m'a au téléphone tous les trois mois",
        "il m'a fait lever",
        "tu peux venir",
        "c'est moi qui paie",
        "Hélène Durand est rentrée ?",
        "le camion vient ? Parce que la cour est étroite",
        "je préfère venir moi-même",
    ],
)
def test_where_no_rule_is_safe_nothing_is_told(said: str) -> None:
    assert third_person([t.text for t in kept_tokens(said)]) is None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("vous pouvez venir ?", "demande si tu peux venir"),
        ("je vous ai envoyé votre dossier", "t'a envoyé ton dossier"),
        ("vous vendez des pneus ?", None),
    ],
)
def test_a_tenant_who_says_tu(said: str, told: str | None) -> None:
    assert third_person([t.text for t in kept_tokens(said)], address="tu") == told


def test_the_caller_is_named_within_a_clause() -> None:
    words = ["parce", "que", "je", "pars", "demain"]
    assert third_person(words, caller="l'appelante") == "parce que l'appelante part demain"


@pytest.mark.parametrize(
    ("verb", "plural", "third"),
    [
        ("ai", False, "a"),
        ("irai", False, "ira"),
        ("voyais", False, "voyait"),
        ("zut", False, None),
        ("voudrions", True, "voudraient"),
        ("mangeons", True, "mangent"),
        ("partirons", True, "partiront"),
        ("reprenons", True, "reprennent"),
        ("recevons", True, "reçoivent"),
    ],
)
def test_verbs(verb: str, plural: bool, third: str | None) -> None:
    assert third_verb(verb, plural=plural) == third
