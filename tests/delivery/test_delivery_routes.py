"""Recipients, approval and escalation in a tenant's file."""

from pathlib import Path

import pytest
from delivered_calls import tenant

from qualify.rendering.settings import DeliverySettings, load_settings
from qualify.tenant import DefectError, load_tenant

ROOT = Path(__file__).parents[2]
PAUL = [{"name": "Paul Garnier"}]


def loaded(folder: Path, text: str) -> DeliverySettings:
    path = folder / "plomberie.yaml"
    path.write_text(f"tenant: plomberie\n{text}", encoding="utf-8")
    return load_settings(path, tenant(people=PAUL))


def test_without_a_word_nothing_leaves_by_itself(tmp_path: Path) -> None:
    made = loaded(tmp_path, "")
    assert (made.recipients, made.escalation) == ((), None)
    assert (made.without_approval.ready, made.without_approval.needs_review) == ((), ())


def test_recipients_and_escalation(tmp_path: Path) -> None:
    made = loaded(
        tmp_path,
        "recipients:\n"
        "- {person: Paul Garnier, from_urgency: high, email: [paul@Dépôt.example.com], notify: [p]}\n"
        "without_approval: {ready: [low]}\n"
        "escalation: {contacts: [{name: Garde, webhook: [w1]}]}\n",
    )
    [recipient] = made.recipients
    assert recipient.email == ("paul@xn--dpt-bma0d.example.com",)
    assert (recipient.person, recipient.from_urgency) == ("Paul Garnier", "high")
    assert made.escalation is not None
    assert (made.escalation.urgencies, made.escalation.rounds) == (("critical", "high"), 3)
    assert (made.escalation.contacts[0].name, made.escalation.contacts[0].minutes) == ("Garde", 10)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("recipients: [{}]", "« recipients[0] » : aucune adresse"),
        ("recipients:\n- email: [paul]", "ligne 3, « recipients[0].email[0] » : le texte « paul »"),
        ("recipients: [{email: [pàul@exemple.fr]}]", "sans accent avant « @ »"),
        ("recipients: [{mail: [a@exemple.fr]}]", "« recipients[0].mail » : clé inconnue (vouliez-vous"),
        ("recipients: [{notify: ['ovh://clef/mdp']}]", "« recipients[0].notify[0] » : une URL."),
        ("recipients: [{notify: [Garde SMS]}]", "QUALIFY_NOTIFY_<NOM>"),
        ("recipients: [{person: Paul Garnié, email: [a@b.fr]}]", "(vouliez-vous dire « Paul Garnier » ?)"),
        ("recipients: [{from_urgency: hi, email: [a@b.fr]}]", "un mot parmi critical, high, normal, low"),
        ("without_approval: {ready: [urgent]}", "« without_approval.ready[0] »"),
        ("without_approval: {ready: low}", "une liste, même d'un seul élément"),
        ("without_approval: {failed: [low]}", "« without_approval.failed » : clé inconnue"),
        ("escalation: {rounds: 2}", "« escalation.contacts » : clé absente"),
        ("escalation: {contacts: []}", "une liste d'au moins 1 élément(s)"),
        ("escalation: {contacts: [{name: Garde}]}", "« escalation.contacts[0] » : aucune adresse"),
        ("escalation: {contacts: [{name: G, notify: [g], minutes: 0}]}", "un nombre entier de 1 à 1440"),
        ("escalation: {contacts: [{name: G, notify: [g], minutes: 2.5}]}", "contacts[0].minutes »"),
        ("escalation: {rounds: 21, contacts: [{name: G, notify: [g]}]}", "un nombre entier de 1 à 20"),
        ("escalation:", "« escalation » : rien"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(DefectError) as raised:
        loaded(tmp_path, text)
    assert told in str(raised.value)
    assert "clef" not in str(raised.value)


def test_the_example_shows_every_part() -> None:
    instructions = load_tenant(ROOT / "examples" / "tenants" / "etude-roussel.yaml")
    made = load_settings(ROOT / "formats" / "delivery.example.yaml", instructions)
    assert made.model_fields_set == set(DeliverySettings.model_fields)
