import email as standard_email
import re
from dataclasses import replace
from email.policy import SMTP
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rendered_calls import GIST, VALUES, changed, handled, tenant

from qualify.records import Reason, Urgency
from qualify.rendering.email import SUBJECT_CHARACTERS, email
from qualify.rendering.letter import clock, letter
from qualify.rendering.settings import DeliverySettings
from qualify.rendering.source import HandledCall

PLAIN = DeliverySettings(tenant="cabinet")
REVIEW = Reason(code="intent_unsure", detail="Le motif n'est pas sûr.")


class Page(HTMLParser):
    """The tags, attributes and text of a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    @property
    def links(self) -> list[str | None]:
        return [value for name, value in self.attributes if name in ("href", "src")]


def page(call: HandledCall) -> Page:
    return Page(email(call, PLAIN).html)


@pytest.mark.parametrize(
    ("urgency", "reasons", "confidential", "subject"),
    [
        ("normal", (), (), "Demande de visite – Nadia Moreau"),
        ("high", (), (), "URGENT – Demande de visite – Nadia Moreau"),
        ("critical", (), (), "TRÈS URGENT – Demande de visite – Nadia Moreau"),
        ("high", (REVIEW,), (), "À relire – URGENT – Demande de visite – Nadia Moreau"),
        ("high", (), ("intent",), "URGENT – Message – Nadia Moreau"),
        ("high", (), ("caller_name", "intent"), "URGENT – Message"),
        ("normal", (), ("illness",), "Demande de visite – Nadia Moreau"),
    ],
)
def test_the_subject(
    urgency: Urgency, reasons: tuple[Reason, ...], confidential: tuple[str, ...], subject: str
) -> None:
    chosen = DeliverySettings(tenant="cabinet", confidential=confidential)
    assert email(handled(urgency=urgency, reasons=reasons), chosen).subject == subject


def test_a_caller_who_is_the_confidential_person_is_not_named() -> None:
    call = handled(values=VALUES | {"third_party": "Moreau"})
    chosen = DeliverySettings(tenant="cabinet", confidential=("third_party",))
    assert email(call, chosen).subject == "Demande de visite"


def test_an_unsure_kind_of_call_is_no_subject() -> None:
    call = handled()
    doubted = changed(call, intent=call.qualification.intent.model_copy(update={"unsure": True}))
    assert email(doubted, PLAIN).subject == "Message – Nadia Moreau"


def test_a_long_subject_keeps_urgency_and_name() -> None:
    values = VALUES | {"caller_name": "Marie-Charlotte de Montmorency-Laval"}
    call = handled(values=values, urgency="critical", reasons=[REVIEW])
    subject = email(call, PLAIN).subject
    assert subject == "À relire – TRÈS URGENT – Demande… – Marie-Charlotte de Montmorency-Laval"
    assert len(subject) <= SUBJECT_CHARACTERS


def test_plain_text() -> None:
    call = handled(
        values={"caller_name": "Nadia Moreau", "phone": "+33622189105"},
        gist=GIST[:1], urgency="high", missing=["city"], reasons=[REVIEW], recipient="Paul Petit",
    )  # fmt: skip
    shown = replace(call, caller_number="+33240000000")
    assert email(shown, PLAIN).plain.splitlines() == [
        "URGENT",
        "Demande de visite",
        "Pour Paul Petit",
        "",
        "Son fils a une bronchite depuis mardi.",
        "Appel de Nadia Moreau.",
        "Tél. 06 22 18 91 05.",
        "Non communiqué : ville.",
        "",
        "À relire avant envoi :",
        "- Le motif n'est pas sûr.",
        "",
        "Où chaque fait a été dit :",
        "- Nom de l'appelant : Nadia Moreau (« Nadia Moreau », dit par l'appelant à 0:10)",
        "- Téléphone : 06 22 18 91 05 (« +33622189105 », dit par l'appelant à 0:20)",
        "",
        "Appel du mardi 24 novembre 2026 à 9 h 30.",
        "Numéro affiché : 02 40 00 00 00.",
        "Urgence haute.",
    ]


def test_the_words_that_make_a_call_urgent_are_quoted() -> None:
    call = handled(gist=GIST[:1])
    urgent = call.qualification.urgency.model_copy(
        update={"evidence": call.message.sentences[-1].evidence, "unsure": True}
    )
    proof = letter(changed(call, urgency=urgent)).proofs[0]
    assert (proof.label, proof.value) == ("Urgence", "normale, à confirmer")
    assert proof.quotes == (f"« {GIST[0]} », dit par l'appelant à 1:10",)


def test_a_turn_stands_for_a_time_that_is_not_known() -> None:
    call = handled()
    turns = tuple(t.model_copy(update={"start_s": None}) for t in call.transcript.turns)
    untimed = replace(call, transcript=call.transcript.model_copy(update={"turns": turns}))
    assert "« Nadia Moreau », dit par l'appelant au tour 2." in page(untimed).text


def test_a_recipient_that_the_message_names_is_not_named_twice() -> None:
    call = handled(values={"recipient": "Paul Petit"}, recipient="Paul Petit")
    assert page(call).text.count("Pour Paul Petit") == 1


def test_what_is_missing_stands_in_a_box_unless_a_sentence_says_so() -> None:
    call = handled()
    silent = changed(call, missing=("city",))
    assert page(silent).text.count("Ville") == 1
    assert "Ville" not in page(handled(missing=["city"])).text


def test_a_phone_calls_and_writes_in_one_touch() -> None:
    shown = page(handled())
    assert shown.links == ["tel:+33622189105", "mailto:nadia.moreau@exemple.fr"]
    assert "Rappeler le 06 22 18 91 05" in shown.text
    assert ("name", "viewport") in shown.attributes


@pytest.mark.parametrize("value", ["javascript:alert(1)", "+33 6", "+336221891051234567", "٠٦٢٢١٨٩١٠٥"])
def test_what_is_no_number_is_no_link(value: str) -> None:
    assert page(handled(values={"phone": value})).links == []


@pytest.mark.parametrize("value", ["a@b.fr?bcc=c@d.fr", "a b@c.fr", "a@b.fr%0aBcc:x", "pas d'adresse"])
def test_what_is_no_address_is_no_link(value: str) -> None:
    assert page(handled(values={"email": value})).links == []


@pytest.mark.parametrize(("urgency", "word"), [("critical", "TRÈS URGENT"), ("high", "URGENT")])
def test_urgency_is_a_word_before_it_is_a_colour(urgency: Urgency, word: str) -> None:
    assert page(handled(urgency=urgency)).text.startswith(f"Demande de visite {word} Demande de visite")


def test_nothing_is_fetched_and_nothing_runs() -> None:
    shown = page(handled(urgency="critical", reasons=[REVIEW]))
    assert not {"img", "script", "link", "style", "iframe", "object"} & set(shown.tags)
    assert not [name for name, _ in shown.attributes if name.startswith("on")]
    assert "url(" not in email(handled(), PLAIN).html


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, success criterion 1.4.3."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_colours_come_in_legible_pairs() -> None:
    styles = [
        v or "" for u in ("high", "critical") for n, v in page(handled(urgency=u)).attributes if n == "style"
    ]  # type: ignore[arg-type]
    coloured = [s for s in styles if re.search(r"(?:^|;)(?:background-)?color:", s)]
    assert coloured
    for style in coloured:
        ground, ink = (re.search(rf"(?:^|;){key}:(#\w{{6}})", style) for key in ("background-color", "color"))
        assert ground
        assert ink
        assert contrast(ground[1], ink[1]) >= 4.5


HOSTILE = st.text(
    alphabet=st.one_of(st.sampled_from("<>&\"'/\\\r\n\x00=;:@"), st.characters(codec="utf-8")),
    min_size=1,
    max_size=60,
).filter(str.strip)
TAGS = page(
    handled(values={"caller_name": "a", "illness": "b"}, gist=["c"], missing=["city"], recipient="d")
).tags


@settings(deadline=None, max_examples=150)
@given(name=HOSTILE, illness=HOSTILE, said=HOSTILE, recipient=HOSTILE, detail=HOSTILE)
def test_hostile_text_makes_no_tag_and_no_header(
    name: str, illness: str, said: str, recipient: str, detail: str
) -> None:
    call = handled(
        values={"caller_name": name, "illness": illness}, gist=[said], missing=["city"],
        recipient=recipient, reasons=[Reason(code="x", detail=detail)],
    )  # fmt: skip
    made = email(call, PLAIN)
    shown = Page(made.html)
    assert set(shown.tags) <= {*TAGS, "strong", "div"}
    assert not shown.links
    assert {name for name, _ in shown.attributes} <= {"lang", "style", "charset", "name", "content"}
    assert len(made.subject) <= SUBJECT_CHARACTERS
    assert made.subject == " ".join(made.subject.split())
    read = standard_email.message_from_bytes(made.message().as_bytes(), policy=SMTP)
    assert read["Subject"] == made.subject
    assert set(read.keys()) == {"Subject", "MIME-Version", "Content-Type"}
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("name", ["Nadia\r\nBcc: tous@exemple.fr", "Nadia\nX: y", "Nadia\u2028Bcc: z"])
def test_a_name_adds_no_header(name: str) -> None:
    made = email(handled(values=VALUES | {"caller_name": name}), PLAIN).message()
    assert set(made.keys()) == {"Subject", "Content-Type", "MIME-Version"}
    assert "Nadia" in made["Subject"]


def test_the_message_holds_both_texts_in_any_mail_server() -> None:
    made = email(handled(), PLAIN)
    assert made.message().as_bytes().isascii()
    read = standard_email.message_from_bytes(made.message().as_bytes(), policy=SMTP)
    plain, html = (str(part.get_content()) for part in read.iter_parts())
    assert plain.split() == made.plain.split()
    assert html.split() == made.html.split()


def test_no_space_of_an_accented_subject_is_lost_on_the_way() -> None:
    made = replace(email(handled(), PLAIN), subject="naïve À Évélyne garçon Demande Œuvre À 0¡ de ¡ à é")
    read = standard_email.message_from_bytes(made.message().as_bytes(), policy=SMTP)
    assert read["Subject"] == made.subject


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (7.9, "0:07"), (65, "1:05"), (3600, "60:00")])
def test_minutes_and_seconds(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


def test_the_tenants_first_fields_come_before_the_button() -> None:
    text = page(handled(instructions=tenant(order=["illness"]))).text
    assert text.index("Motif médical (symptômes) : bronchite.") < text.index("Rappeler le")
    assert text.index("Rappeler le") < text.index("Étage de la visite : deuxième.")


def test_a_name_without_a_border_is_cut_anywhere() -> None:
    values = VALUES | {"caller_name": "x" * 200}
    subject = email(handled(values=values, urgency="critical", reasons=[REVIEW]), PLAIN).subject
    assert subject == f"À relire – TRÈS URGENT – Demande… – {'x' * 38}…"


def test_a_label_that_tells_a_confidential_value_is_no_subject() -> None:
    chosen = DeliverySettings(tenant="cabinet", confidential=("illness",))
    assert email(handled(values=VALUES | {"illness": "visite"}), chosen).subject == "Message – Nadia Moreau"
