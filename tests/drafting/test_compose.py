import pytest
from drafting_calls import MAKER, judged, qualified, said, tenant, transcript

from qualify.drafting import salience
from qualify.drafting.check import check
from qualify.drafting.compose import compose
from qualify.records import Judgment, Message, Qualification, Transcript
from qualify.tenant import Tenant
from qualify.weights import shipped

MODEL = salience.read(shipped("gist", "weights.npz"))

CALL = transcript(
    "A: Plomberie Vasseur, bonjour.",
    "C: Bonjour, Nadia Moreau. L'eau coule dans la cave. Je voudrais aussi un devis pour la douche.",
    "A: Votre adresse ?",
    "C: Douze rue des Lilas, à Nantes, quarante-quatre mille, au deuxième. Demandez Karim Benali.",
    "A: Votre numéro ?",
    "C: Zéro six, vingt-deux, dix-huit, quatre-vingt-onze, zéro cinq, après seize heures.",
    "A: Madame Durand vous rappelle avant midi.",
)
FIELDS = {
    "caller_name": judged("Nadia Moreau", said(CALL, "Nadia Moreau")),
    "phone": judged(
        "+33622189105", said(CALL, "Zéro six, vingt-deux, dix-huit, quatre-vingt-onze, zéro cinq")
    ),
    "address": judged("12 rue des Lilas", said(CALL, "Douze rue des Lilas")),
    "postal_code": judged("44000", said(CALL, "quarante-quatre mille")),
    "city": judged("Nantes", said(CALL, "Nantes")),
    "floor": judged("deuxième", said(CALL, "deuxième")),
    "callback_window": judged("après 16 h", said(CALL, "après seize heures")),
    "third_party": judged("Karim Benali", said(CALL, "Karim Benali")),
}
MIDDAY = said(CALL, "midi")
LEAK = judged("leak", said(CALL, "L'eau coule"))


def write(case: Qualification, of: Tenant, call: Transcript = CALL) -> Message:
    message = compose(call, case, of, MODEL, made_by=MAKER)
    assert message is not None
    return message


def lines(message: Message) -> list[str]:
    return [s.text for s in message.sentences]


def only(*names: str) -> dict[str, Judgment]:
    return {n: FIELDS[n] for n in names}


def test_the_whole_message() -> None:
    case = qualified(
        LEAK, urgency="high", urgent=(said(CALL, "L'eau coule"),), fields=FIELDS,
        others=(judged("estimate", said(CALL, "un devis pour la douche")),),
    )  # fmt: skip
    assert lines(write(case, tenant(order=["phone", "caller_name"]))) == [
        "URGENT : L'eau coule dans la cave.",
        "Tél. 06 22 18 91 05.",
        "Appel de Nadia Moreau.",
        "Concerne Karim Benali.",
        "Objet : fuite d'eau.",
        "Souhaite aussi un devis pour la douche.",
        "Demandez Karim Benali.",
        "Autre demande : demande de devis.",
        "Joignable après 16 h.",
        "Adresse : 12 rue des Lilas, 44000 Nantes.",
        "Étage : deuxième.",
        "Rappel promis avant midi.",
    ]


@pytest.mark.parametrize("max_words", [20, 25, 30, 40, 50, 60])
def test_mandatory_facts_survive_every_limit(max_words: int) -> None:
    message = write(qualified(LEAK, fields=FIELDS), tenant(max_words=max_words))
    assert len(message.text.split()) <= max_words
    for fact in ("Nadia Moreau", "06 22 18 91 05", "12 rue des Lilas"):
        assert fact in message.text


def test_mandatory_facts_beyond_the_limit_say_so() -> None:
    message = write(qualified(LEAK, fields=FIELDS), tenant(max_words=10))
    checked = check(message, CALL, qualified(LEAK, fields=FIELDS), tenant(max_words=10))
    assert [r.code for r in checked.reasons] == ["too_long"]
    assert "06 22 18 91 05" in checked.text


def test_nothing_to_transmit() -> None:
    assert compose(CALL, qualified(LEAK, disposition="no_message"), tenant(), MODEL, made_by=MAKER) is None


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("phone", "Numéro non communiqué."),
        ("caller_name", "Nom non demandé."),
        ("address", "Non communiqué : adresse."),
        ("floor", "Non demandé : étage."),
    ],
)
def test_what_is_missing(missing: str, sentence: str) -> None:
    assert sentence in lines(write(qualified(LEAK, missing=(missing,)), tenant()))


@pytest.mark.parametrize("answer", ["Non, je ne veux pas le donner.", "Hors de question."])
def test_a_number_refused(answer: str) -> None:
    call = transcript("A: Votre numéro de téléphone ?", f"C: {answer} La cave est inondée.")
    case = qualified(judged("leak", said(call, "inondée")), missing=("phone",))
    checked = check(write(case, tenant(), call), call, case, tenant())
    assert "N'a pas souhaité laisser de numéro." in lines(checked)
    assert checked.reasons == ()


def test_an_unsure_number_is_not_printed() -> None:
    unsure = judged("+33622189105", *FIELDS["phone"].evidence, rivals=("+33622189106",), unsure=True)
    message = write(qualified(LEAK, fields={"phone": unsure}), tenant())
    assert "Numéro incertain." in lines(message)
    assert "91 05" not in message.text
    assert "91 06" not in message.text
    assert message.reasons == ()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (only("city"), "Ville : Nantes."),
        (only("postal_code", "city"), "Adresse : 44000 Nantes."),
        ({"caller_name": judged("Odile Roy", said(CALL, "Nadia"))}, "Appel d'Odile Roy."),
        ({"company": judged("Batilor", said(CALL, "Nadia"))}, "Société Batilor."),
        ({"callback_window": judged("pas le matin", said(CALL, "après"))}, "Joignable : pas le matin."),
        ({"requested_datetime": judged("2026-11-24T14:30", MIDDAY)}, "Date : mardi 24 novembre à 14 h 30."),
        ({"reference": judged("BX12", said(CALL, "Nadia"))}, "Référence BX12."),
        ({"email": judged("n@exemple.fr", said(CALL, "Nadia"))}, "E-mail n@exemple.fr."),
        ({"quote": judged(230, said(CALL, "Nadia"))}, "Devis : 230 €."),
        ({"phone": judged("+32477123456", said(CALL, "Zéro"))}, "Tél. +32 477 12 34 56."),
    ],
)  # fmt: skip
def test_how_fields_are_stated(fields: dict[str, Judgment], sentence: str) -> None:
    assert sentence in lines(write(qualified(LEAK, fields=fields), tenant()))


def test_a_field_without_evidence_is_not_stated() -> None:
    message = write(qualified(LEAK, fields={"company": judged("Batilor")}), tenant())
    assert "Batilor" not in message.text


def test_who_receives_it() -> None:
    asked = {"recipient": judged("Marc Vasseur", said(CALL, "Nadia"))}
    assert write(qualified(LEAK, fields=asked), tenant()).recipient == "Marc Vasseur"
    assert write(qualified(LEAK), tenant()).recipient == "Hélène Durand"
    assert write(qualified(judged("other")), tenant()).recipient is None


def test_who_then_the_number_then_why() -> None:
    message = write(qualified(LEAK, fields=only("third_party", "phone", "caller_name", "floor")), tenant())
    assert lines(message)[:4] == [
        "Appel de Nadia Moreau.",
        "Tél. 06 22 18 91 05.",
        "Concerne Karim Benali.",
        "Objet : fuite d'eau.",
    ]


def test_what_a_field_says_is_not_told_again() -> None:
    call = transcript(
        "C: La cave est inondée.", "A: Quand ?", "C: Oui, la société Batilor. Joignable toute la matinée."
    )
    fields = {
        "company": judged("Batilor", said(call, "Batilor")),
        "callback_window": judged("toute la matinée", said(call, "toute la matinée")),
    }
    case = qualified(judged("leak", said(call, "inondée")), fields=fields)
    assert lines(write(case, tenant(), call)) == [
        "Société Batilor.",
        "Objet : fuite d'eau.",
        "La cave est inondée.",
        "Joignable toute la matinée.",
    ]


@pytest.mark.parametrize(
    ("agent", "sentence"),
    [
        ("A: On vous rappelle dans la matinée.", "Rappel promis dans la matinée."),
        ("A: Il est absent, il vous rappelle demain matin.", "Rappel promis demain matin."),
        ("A: Pas de souci, il vous rappelle ce soir.", "Rappel promis ce soir."),
        ("A: Il vous rappelle sans faute avant midi et demi.", "Rappel promis avant midi et demi."),
        ("A: Il vous rappelle dans la journée si vous laissez votre numéro.",
         "Rappel promis dans la journée."),
        ("A: Il vous rappellera d'ici la fin de la semaine au plus tard.",
         "Rappel promis d'ici la fin de la semaine."),
        ("A: Il vous rappelle avant le début de la semaine prochaine.",
         "Rappel promis avant le début de la semaine prochaine."),
        ("A: C'est noté. Quel numéro ? On vous rappelle avant lundi.", "Rappel promis avant lundi."),
        ("A: Il ne pourra pas vous rappeler avant lundi.", None),
        ("A: Il vous rappellera pas avant lundi.", None),
        ("A: Personne ne vous rappellera aujourd'hui.", None),
        ("A: Personne vous rappellera aujourd'hui.", None),
        ("A: Je ne peux pas vous promettre qu'il vous rappelle ce soir.", None),
        ("A: Je ne sais pas s'il vous rappelle ce soir.", None),
        ("A: Je sais pas quand il vous rappelle, demain.", None),
        ("A: Si vous laissez votre numéro, il vous rappelle ce soir.", None),
        ("A: Il vous rappellera peut-être ce soir.", None),
        ("A: Il va essayer de vous rappeler ce soir.", None),
        ("A: Je vous rappelle que nous sommes fermés demain.", None),
        ("A: Vous rappelez demain matin, il sera là.", None),
        ("A: Si c'est grave, appelez le 15.", "Il lui a été conseillé d'appeler le 15 au besoin."),
        ("A: Vous n'avez pas besoin d'appeler les pompiers.", None),
        ("A: Vous voulez appeler les pompiers ?", None),
        ("A: Raccrochez et appelez le quinze.", "Il lui a été conseillé d'appeler le 15."),
        ("A: Il faut appeler les pompiers.", "Il lui a été conseillé d'appeler les pompiers."),
        ("A: On vous rappelle à quel numéro demain ?", None),
        ("A: Je transmets votre message.", None),
    ],
)  # fmt: skip
def test_what_the_agent_promised_or_advised(agent: str, sentence: str | None) -> None:
    call = transcript("C: La cave est inondée.", agent)
    case = qualified(judged("leak", said(call, "inondée")))
    checked = check(write(case, tenant(), call), call, case, tenant())
    assert checked.reasons == ()
    found = lines(checked)
    assert ([x for x in found if x.startswith(("Rappel", "Il lui"))] or [None]) == [sentence]


def test_urgent_without_words_to_show_it() -> None:
    assert lines(write(qualified(LEAK, urgency="critical"), tenant()))[0] == "URGENT."


@pytest.mark.parametrize(("forbid", "codes"), [("cave", []), ("Nadia", ["mandatory_lost"])])
def test_what_the_tenant_forbids(forbid: str, codes: list[str]) -> None:
    message = write(qualified(LEAK, fields=FIELDS), tenant(forbid=[forbid]))
    assert forbid not in message.text
    assert [r.code for r in message.reasons] == codes


def test_the_urgent_clause_gives_way_to_mandatory_facts() -> None:
    case = qualified(LEAK, urgency="high", urgent=LEAK.evidence, fields=only("caller_name", "phone"))
    assert lines(write(case, tenant(max_words=18)))[0] == "URGENT : L'eau coule dans la cave."
    assert lines(write(case, tenant(max_words=12))) == [
        "URGENT.",
        "Appel de Nadia Moreau.",
        "Tél. 06 22 18 91 05.",
    ]


def test_a_forbidden_urgent_clause_leaves_the_flag() -> None:
    case = qualified(LEAK, urgency="high", urgent=LEAK.evidence)
    assert lines(write(case, tenant(forbid=["cave"])))[0] == "URGENT."
