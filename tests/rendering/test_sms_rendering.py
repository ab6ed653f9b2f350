from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rendered_calls import GIST, VALUES, changed, handled, tenant

from qualify.records import Rival, Urgency, Value
from qualify.rendering.gsm import BASIC, EXTENSION, segments
from qualify.rendering.settings import DeliverySettings, SmsSettings
from qualify.rendering.sms import MORE, abbreviated, sms

PLAIN = DeliverySettings(tenant="cabinet")
LONG = DeliverySettings(tenant="cabinet", sms=SmsSettings(characters=306))
DISCREET = DeliverySettings(tenant="cabinet", sms=SmsSettings(gist="omit"))


def secret(*fields: str) -> DeliverySettings:
    return DeliverySettings(tenant="cabinet", confidential=fields)


def test_urgent_first_then_who_then_what() -> None:
    made = sms(handled(urgency="high"), PLAIN)
    assert made.text.splitlines() == [
        "URGENT",
        "Nadia Moreau",
        "06 22 18 91 05",
        "Son fils a une bronchite depuis mardi. Souhaite un rendez-vous demain matin.",
        "Concerne Karim Benali",
        "Motif médical : bronchite",
    ]
    assert (made.complete, made.withheld, made.segments) == (True, (), 1)


def test_two_joined_sms_hold_more() -> None:
    lines = sms(handled(urgency="high"), LONG).text.splitlines()
    assert "Motif médical : bronchite" in lines
    assert "E-mail nadia.moreau@exemple.fr" in lines


def test_what_was_said_gives_way_first() -> None:
    of = tenant(required=["caller_name", "phone", "third_party", "floor"])
    gist = ["Son fils a une bronchite depuis mardi.", "Pour demain, souhaite une visite."]
    made = sms(handled(gist=gist, instructions=of, urgency="critical"), PLAIN)
    assert made.text.splitlines() == [
        "TRES URGENT",
        "Nadia Moreau",
        "06 22 18 91 05",
        "Concerne Karim Benali",
        "Étage de la visite : deuxième",
        "Son fils a une bronchite depuis mardi. Pour demain...",
    ]


def test_what_was_said_finds_no_room_at_all() -> None:
    of = tenant(required=["floor"])
    call = handled(values=VALUES | {"floor": "deuxième " * 7}, gist=[f"x{'y' * 90}"], instructions=of)
    assert sms(call, PLAIN).text.splitlines()[4:] == [MORE]


def test_then_labels_are_abbreviated() -> None:
    values = VALUES | {
        "floor": "deuxième porte au bout du couloir de gauche, sonner deux fois",
        "company": "Ateliers Vasseur et fils",
    }
    of = tenant(required=["caller_name", "phone", "company", "third_party", "floor"])
    made = sms(handled(values=values, gist=(), instructions=of, urgency="critical"), PLAIN)
    assert made.text.splitlines() == [
        "TRES URGENT",
        "Nadia Moreau",
        "0622189105",
        "Sté Ateliers Vasseur et fils",
        "Conc. Karim Benali",
        "Étage visi. deuxième porte au bout du couloir de gauche, sonner deux fois",
    ]
    assert made.complete


def test_then_the_last_mandatory_facts_are_left_out_and_named() -> None:
    of = tenant(required=["caller_name", "phone", "illness", "floor"])
    values = VALUES | {"illness": "toux " * 20, "floor": "deuxième"}
    call = handled(values=values, instructions=of, urgency="critical", missing=["city"])
    made = sms(call, PLAIN)
    assert made.text.splitlines() == [
        "TRES URGENT",
        "Nadia Moreau",
        "0622189105",
        "Étage visi. deuxième",
        "Non communiqué : ville",
        "Son fils a une bronchite depuis mardi...",
        MORE,
    ]
    assert made.left_out == ("illness",)
    assert not made.complete


def test_the_tenants_order_decides_what_stays() -> None:
    values = VALUES | {"illness": "toux " * 14, "floor": "étage " * 10}
    for order in (["illness", "floor"], ["floor", "illness"]):
        made = sms(handled(values=values, instructions=tenant(order=order), urgency="high"), PLAIN)
        assert made.left_out == tuple(order[1:])


def test_a_missing_number_is_said() -> None:
    values = {"caller_name": "Nadia Moreau"}
    assert "Numéro non communiqué" in sms(handled(values=values, missing=["phone"]), PLAIN).text


def test_an_uncertain_number_is_said_and_never_shown() -> None:
    made = sms(handled(unsure=["phone"]), PLAIN).text
    assert "Numéro incertain" in made
    assert "0622189105" not in made.replace(" ", "")


def test_what_was_said_can_be_kept_out() -> None:
    made = sms(handled(urgency="high"), DISCREET)
    assert made.text.splitlines() == [
        "URGENT",
        "Nadia Moreau",
        "06 22 18 91 05",
        "Concerne Karim Benali",
        "E-mail nadia.moreau@exemple.fr",
        "Motif médical : bronchite",
        MORE,
    ]
    assert made.withheld == ("gist",)


def test_a_confidential_field_goes_with_every_sentence_that_tells_it() -> None:
    made = sms(handled(), secret("illness"))
    assert "bronchite" not in made.text
    assert "Souhaite un rendez-vous demain matin." in made.text
    assert made.text.endswith(MORE)
    assert made.withheld == ("illness", "gist")
    assert made.complete


def test_sentences_that_rest_on_the_words_of_a_confidential_field_go_too() -> None:
    call = handled(gist=["Souhaite être vu."])
    gist = call.message.sentences[-1].evidence
    fields = call.qualification.fields
    fields = fields | {"illness": fields["illness"].model_copy(update={"evidence": gist})}
    assert "Souhaite" in sms(changed(call, fields=fields), PLAIN).text
    assert "Souhaite" not in sms(changed(call, fields=fields), secret("illness")).text


def test_a_confidential_kind_of_call_takes_its_label_and_proof_along() -> None:
    call = handled(gist=["Objet : demande de visite.", *GIST])
    assert "Objet" in sms(call, PLAIN).text
    assert "visite." not in sms(call, secret("intent")).text


def test_that_a_confidential_field_is_missing_is_not_told() -> None:
    call = handled(values={"phone": "+33622189105"}, missing=["illness"])
    assert "médical" in sms(call, PLAIN).text
    made = sms(call, secret("illness"))
    assert "médical" not in made.text
    assert made.withheld == ("illness",)


def test_nothing_to_hide_needs_no_hint() -> None:
    discreet = DISCREET.model_copy(update={"confidential": ("illness",)})
    assert sms(handled(values={"phone": "+33622189105"}, gist=()), discreet).text == "06 22 18 91 05"


@pytest.mark.parametrize(
    ("label", "short"),
    [
        ("Nom de l'animal", "Nom anim."),
        ("Durée de location en jours", "Durée loca. jours"),
        ("Nom du dossier (vendeur, acheteur ou défunt)", "Nom doss."),
        ("N° de contrat", "N° cont."),
    ],
)
def test_a_label_in_few_characters(label: str, short: str) -> None:
    assert abbreviated(label) == short


TEXTS = st.text(min_size=1, max_size=200).filter(str.strip)
FIELDS = st.sampled_from(["caller_name", "illness", "third_party", "floor", "city"])
CONFIDENTIAL = st.sampled_from(["illness", "third_party", "caller_name", "intent", "city"])
SETTINGS = st.builds(
    DeliverySettings,
    tenant=st.just("cabinet"),
    confidential=st.lists(CONFIDENTIAL, max_size=3).map(tuple),
    sms=st.builds(
        SmsSettings, characters=st.sampled_from([160, 306]), gist=st.sampled_from(["keep", "omit"])
    ),
)


@settings(deadline=None, max_examples=150)
@given(
    values=st.dictionaries(FIELDS, TEXTS),
    gist=st.lists(TEXTS, max_size=3),
    urgency=st.sampled_from(["low", "normal", "high", "critical"]),
    order=st.permutations(["illness", "floor", "city"]),
    chosen=SETTINGS,
)
def test_whatever_is_said(
    values: dict[str, Value], gist: list[str], urgency: Urgency, order: list[str], chosen: DeliverySettings
) -> None:
    known = {**values, "phone": "+33622189105"}
    call = handled(values=known, gist=gist, urgency=urgency, instructions=tenant(order=order))
    made = sms(call, chosen)
    assert made.segments == segments(made.text) <= (1 if chosen.sms.characters == 160 else 2)
    assert set(made.text) <= BASIC | EXTENSION
    assert "0622189105" in made.text.replace(" ", "")
    assert (urgency in ("high", "critical")) <= made.text.startswith(("URGENT", "TRES URGENT"))
    assert MORE in made.text.splitlines() or not (made.withheld or made.left_out)
    assert not set(made.left_out) & {"phone", "urgency"}
    assert not set(made.left_out) & set(made.withheld)


@settings(deadline=None, max_examples=100)
@given(
    secret_words=st.lists(st.sampled_from("toux fièvre diabète VIH cancer".split()), min_size=1, max_size=3)
)
def test_no_confidential_value_leaves(secret_words: list[str]) -> None:
    value = " ".join(secret_words)
    call = handled(
        values=VALUES | {"illness": value}, gist=[f"Il a {value.upper()} depuis hier.", "Rappeler."]
    )
    assert value.casefold() not in sms(call, secret("illness")).text.casefold()


def test_the_sms_of_a_call_is_the_same_each_time() -> None:
    call = handled(urgency="high")
    assert sms(call, PLAIN) == sms(replace(call), PLAIN)


def test_a_place_takes_one_line_and_loses_its_label_first() -> None:
    values = {"phone": "+33622189105", "address": "12 rue des Lilas", "city": "Nantes"}
    of = tenant(required=["address", "illness"])
    roomy = sms(handled(values=values, gist=(), instructions=of), PLAIN)
    tight = sms(handled(values={**values, "illness": "toux " * 20}, gist=(), instructions=of), PLAIN)
    assert "Adresse : 12 rue des Lilas, Nantes" in roomy.text.splitlines()
    assert "12 rue des Lilas, Nantes" in tight.text.splitlines()


def test_the_number_stays_where_a_name_finds_no_room() -> None:
    values: dict[str, Value] = {"caller_name": "Anne " * 28, "phone": "+33622189105"}
    made = sms(handled(values=values, gist=(), urgency="critical"), PLAIN)
    assert made.text.splitlines() == ["TRES URGENT", "0622189105", MORE]
    assert made.left_out == ("caller_name",)


def test_a_number_stays_even_where_a_confidential_field_holds_it() -> None:
    call = handled(values={"phone": "+33622189105", "illness": "06 22 18 91 05"}, gist=())
    assert "06 22 18 91 05" in sms(call, secret("illness")).text


def test_what_a_confidential_field_might_be_instead_goes_too() -> None:
    gist = ["Il a sans doute de l'asthme.", "Tousse beaucoup.", "Rappeler demain."]
    call = handled(values=VALUES, gist=gist)
    tousse = call.message.sentences[-2].evidence
    rivals = (
        Rival(value="asthme", confidence=0.4),
        Rival(value="grippe", confidence=0.3, evidence=tousse),
    )
    fields = call.qualification.fields
    fields = fields | {"illness": fields["illness"].model_copy(update={"rivals": rivals})}
    lines = sms(changed(call, fields=fields), secret("illness")).text.splitlines()
    assert "Rappeler demain." in lines


def test_what_proves_a_confidential_kind_of_call_goes_too() -> None:
    call = handled(gist=["Souhaite être vu.", "Rappeler demain."])
    souhaite = call.message.sentences[-2].evidence
    intent = call.qualification.intent.model_copy(update={"evidence": souhaite})
    lines = sms(changed(call, intent=intent), secret("intent")).text.splitlines()
    assert "Rappeler demain." in lines
