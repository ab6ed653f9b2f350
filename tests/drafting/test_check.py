import pytest
from drafting_calls import MAKER, judged, qualified, said, tenant, transcript

from qualify.drafting.check import check, numbers_of, unsupported_claim
from qualify.records import Evidence, Message, Sentence, SentenceKind

CALL = transcript(
    "A: Plomberie Vasseur, bonjour. Il faut fermer l'arrivée d'eau.",
    "C: Bonjour, c'est Nadia Martin, euh non pardon, Nadia Moreau, l'eau coule dans la cave depuis hier.",
    "A: Votre numéro ?",
    "C: Zéro six, vingt-deux, dix-sept, euh non, dix-huit, quatre-vingt-onze, zéro cinq.",
    "C: Je n'ai pas fermé la vanne. Je peux attendre jusqu'à mardi après seize heures, la patronne connaît.",
    "C: Le devis BX 12 était de deux cent trente euros pour trois radiateurs, écrivez à nadia@exemple.fr.",
    "C: Ça ne vous dérange pas si je rappelle ? Mon voisin Karim Benali a la clé.",
    "C: C'est bien Benali, pas Benamar, qui a la clé.",
    "A: Il ne pourra pas vous rappeler avant lundi, hors de question.",
)
FIELDS = {
    "caller_name": judged("Nadia Moreau", said(CALL, "Nadia Moreau"), rivals=("Nadia Martin",)),
    "phone": judged("+33622189105", said(CALL, "Zéro six, vingt-deux"), rivals=("+33622179105",)),
    "email": judged("nadia@exemple.fr", said(CALL, "nadia@exemple.fr")),
    "requested_datetime": judged("2026-11-24", said(CALL, "mardi")),
    "quote": judged(230, said(CALL, "deux cent trente euros")),
    "reference": judged("BX12", said(CALL, "BX 12")),
    "floor": judged("deuxième", said(CALL, "cave"), unsure=True),
    "third_party": judged("Karim Benali", said(CALL, "Karim Benali")),
}
CASE = qualified(judged("leak", said(CALL, "l'eau coule")), fields=FIELDS)
TENANT = tenant()

WATER = "l'eau coule dans la cave depuis hier"
VALVE = "Je n'ai pas fermé la vanne"
WAIT = "Je peux attendre jusqu'à mardi après seize heures, la patronne connaît"
QUOTE = "Le devis BX 12 était de deux cent trente euros pour trois radiateurs"
NEIGHBOUR = "Ça ne vous dérange pas si je rappelle ? Mon voisin Karim Benali a la clé"

STANDS: list[tuple[SentenceKind, str, str, str | None]] = [
    ("gist", "L'eau coule dans la cave depuis hier.", WATER, None),
    ("quote", "« l'eau coule dans la cave depuis hier ».", WATER, None),
    ("gist", "N'a pas fermé la vanne.", VALVE, None),
    ("gist", "Vanne impossible à fermer, non fermée.", VALVE, None),
    ("gist", "Peut attendre jusqu'à mardi après 16 h.", WAIT, None),
    ("gist", "Peut attendre jusqu'à mardi après seize heures.", WAIT, None),
    ("gist", "Peut attendre jusqu'au mardi 24 novembre.", WAIT, None),
    ("gist", "Dit que Hélène Durand connaît.", "la patronne connaît", None),
    ("gist", "Devis de 230 € pour 3 radiateurs.", QUOTE, None),
    ("gist", "Devis BX12 pour trois radiateurs.", QUOTE, None),
    ("gist", "Rappellera, le voisin a la clé.", NEIGHBOUR, None),
    ("gist", "L'eau coule chez Nadia Moreau.", WATER, None),
    ("field", "Appel de Nadia Moreau.", "Nadia Moreau", "caller_name"),
    ("field", "Tél. 06 22 18 91 05.", "Zéro six, vingt-deux", "phone"),
    ("field", "Tél. +33622189105.", "Zéro six, vingt-deux", "phone"),
    ("field", "E-mail nadia@exemple.fr.", "nadia@exemple.fr", "email"),
    ("field", "Date : mardi 24 novembre.", "mardi", "requested_datetime"),
    ("field", "Devis : 230 €.", "deux cent trente euros", "quote"),
    ("gist", "Il lui a été conseillé de fermer l'arrivée d'eau.", "Il faut fermer l'arrivée d'eau", None),
    ("gist", "Objet : fuite d'eau.", WATER, None),
    ("gist", "Il a été dit que c'est refusé.", "hors de question", None),
]  # fmt: skip

FALLS: list[tuple[SentenceKind, str, str, str | None, str]] = [
    ("field", "Tél. 06 22 18 91 06.", "Zéro six, vingt-deux", "phone", "valeur du champ"),
    ("field", "Tél. 06 22 17 91 05.", "Zéro six, vingt-deux", "phone", "valeur du champ"),
    ("field", "Tél. 06 22 18 91 05 ou 06 22 18 91 06.", "Zéro six, vingt-deux", "phone", "numéro"),
    ("field", "Appel de Nadia Martin.", "Nadia Moreau", "caller_name", "valeur du champ"),
    ("field", "Appel de Karim Benali.", "Nadia Moreau", "caller_name", "valeur du champ"),
    ("field", "Appel de Nadia Moreau et Karim Benali.", "Nadia Moreau", "caller_name", "nom"),
    ("field", "Date : mercredi 25 novembre.", "mardi", "requested_datetime", "valeur du champ"),
    ("field", "Date : mardi 24 novembre à 14 h.", "mardi", "requested_datetime", "nombre"),
    ("field", "Devis : 320 €.", "deux cent trente euros", "quote", "valeur du champ"),
    ("field", "E-mail nadia@exemple.com.", "nadia@exemple.fr", "email", "valeur du champ"),
    ("field", "Étage : deuxième.", "cave", "floor", "établi"),
    ("field", "Société Batilor.", "cave", "company", "établi"),
    ("gist", "Rappeler au 06 22 17 91 05.", WATER, None, "corrigée"),
    ("gist", "Rappeler au 07 11 22 33 44.", WATER, None, "numéro"),
    ("gist", "C'est Nadia Martin.", WATER, None, "corrigée"),
    ("gist", "L'eau coule chez Sophie.", WATER, None, "nom"),
    ("gist", "Jean Petit a de l'eau dans la cave.", WATER, None, "nom"),
    ("gist", "L'eau coule depuis lundi.", WATER, None, "date"),
    ("gist", "L'eau coule depuis avant-hier.", WATER, None, "date"),
    ("gist", "Peut attendre jusqu'à mardi avant 16 h.", WAIT, None, "limite"),
    ("gist", "Peut attendre jusqu'à mardi après 17 h.", WAIT, None, "nombre"),
    ("gist", "Devis de 240 € pour trois radiateurs.", QUOTE, None, "nombre"),
    ("gist", "Devis pour quatre radiateurs.", QUOTE, None, "nombre"),
    ("gist", "Devis BX13 pour trois radiateurs.", QUOTE, None, "référence"),
    ("gist", "Écrire à nadia@autre.fr.", QUOTE, None, "e-mail"),
    ("gist", "A fermé la vanne.", VALVE, None, "négation perdue"),
    ("gist", "L'eau ne coule pas dans la cave.", WATER, None, "négation sans preuve"),
    ("gist", "Ferme l'arrivée d'eau.", "Il faut fermer l'arrivée d'eau", None, "l'appelant"),
    ("quote", "« il faut fermer l'arrivée d'eau ».", "Il faut fermer l'arrivée d'eau", None, "l'appelant"),
    ("gist", "La clé est chez Benamar.", "C'est bien Benali, pas Benamar, qui a la clé", None, "corrigée"),
    ("gist", "Moreaux a de l'eau dans la cave.", WATER, None, "semblable"),
    ("gist", "Il habite au deuxième.", WATER, None, "incertaine"),
    ("gist", "Objet : demande de 3 devis.", WATER, None, "nombre"),
    ("gist", "Rappel promis avant lundi.", "ne pourra pas vous rappeler avant lundi", None, "perdue"),
    ("fixed", "Le client a payé.", WATER, None, "fixe"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "words", "field"), STANDS)
def test_what_stands(kind: SentenceKind, text: str, words: str, field: str | None) -> None:
    sentence = Sentence(text=text, kind=kind, evidence=(said(CALL, words),), field=field)
    assert unsupported_claim(sentence, CALL, CASE, TENANT) is None


@pytest.mark.parametrize(("kind", "text", "words", "field", "why"), FALLS)
def test_what_falls(kind: SentenceKind, text: str, words: str, field: str | None, why: str) -> None:
    sentence = Sentence(text=text, kind=kind, evidence=(said(CALL, words),), field=field)
    assert why in (unsupported_claim(sentence, CALL, CASE, TENANT) or "")


@pytest.mark.parametrize("evidence", [
    Evidence(turn=1, start=0, end=5, quote="autre"),
    Evidence(turn=99, start=0, end=5, quote="autre"),
    Evidence(turn=1, start=5, end=5, quote=""),
])  # fmt: skip
def test_evidence_that_does_not_stand(evidence: Evidence) -> None:
    sentence = Sentence(text="L'eau coule.", kind="gist", evidence=(evidence,))
    assert "ne sont pas dans l'appel" in (unsupported_claim(sentence, CALL, CASE, TENANT) or "")


@pytest.mark.parametrize(
    "text", ["URGENT.", "Numéro non communiqué.", "Numéro incertain.", "Non communiqué : étage."]
)
def test_fixed_sentences(text: str) -> None:
    assert unsupported_claim(Sentence(text=text, kind="fixed"), CALL, CASE, TENANT) is None


def draft(*sentences: Sentence) -> Message:
    return Message(sentences=sentences, made_by=MAKER)


def field(name: str, text: str) -> Sentence:
    return Sentence(text=text, kind="field", evidence=FIELDS[name].evidence, field=name)


WHO, PHONE = field("caller_name", "Appel de Nadia Moreau."), field("phone", "Tél. 06 22 18 91 05.")


def test_a_sound_message_passes_untouched() -> None:
    message = draft(WHO, PHONE)
    assert check(message, CALL, CASE, TENANT) == message


def test_what_is_struck_is_said() -> None:
    checked = check(draft(WHO, field("phone", "Tél. 06 22 18 91 06.")), CALL, CASE, TENANT)
    assert checked.text == "Appel de Nadia Moreau."
    assert [r.code for r in checked.reasons] == ["unsupported_sentence", "mandatory_lost"]


@pytest.mark.parametrize("forbidden", ["moreau", "Nàdia  MOREAU", "moreau tel"])
def test_what_the_tenant_forbids_never_passes(forbidden: str) -> None:
    checked = check(draft(WHO, PHONE), CALL, CASE, tenant(forbid=[forbidden]))
    assert "forbidden_text" in {r.code for r in checked.reasons}
    assert "mandatory_lost" in {r.code for r in checked.reasons}
    assert checked.text in {"Tél. 06 22 18 91 05.", "Appel de Nadia Moreau."}


def test_the_limit_is_checked() -> None:
    long = draft(WHO, PHONE, *[Sentence(text="L'eau coule.", kind="gist", evidence=(said(CALL, WATER),))] * 3)
    assert [r.code for r in check(long, CALL, CASE, tenant(max_words=12)).reasons] == ["too_long"]
    assert check(long, CALL, CASE, tenant(max_words=16)).reasons == ()


def test_an_empty_message_is_not_ready() -> None:
    assert [r.code for r in check(draft(), CALL, qualified(judged("other")), TENANT).reasons] == [
        "empty_message"
    ]
    water = Sentence(text="L'eau coule.", kind="gist", evidence=(said(CALL, WATER),))
    checked = check(draft(water), CALL, qualified(judged("other")), tenant(forbid=["l'eau"]))
    assert [r.code for r in checked.reasons] == ["forbidden_text", "empty_message"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("14 h 30", {"14", "30"}),
        ("1,50 €", {"1.5"}),
        ("deux cent trente", {"230"}),
        ("une fuite", set()),
        ("007", {"7"}),
    ],
)
def test_numbers(text: str, numbers: set[str]) -> None:
    assert numbers_of(text, runs=False) == numbers
