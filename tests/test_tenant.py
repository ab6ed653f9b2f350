"""What a tenant's file may say, and what is said of one that is wrong."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from qualify.errors import InputError
from qualify.tenant import (
    BUILT_IN_INTENTS,
    MAX_FILE_BYTES,
    STANDARD_FIELDS,
    Absence,
    Costs,
    Defect,
    DefectError,
    Finding,
    Instruction,
    Person,
    Tenant,
    check_tenant,
    load_tenant,
    validated,
)

FILE = Path(__file__).parent / "data" / "dataset" / "tenants" / "atelier-morel.yaml"
GOOD = FILE.read_text(encoding="utf-8")
BEFORE_REVIEW = date(2026, 11, 1)

MINIMAL = """\
id: a
name: A
activity: Un commerce.
language: fr
timezone: Europe/Paris
updated_on: 2026-01-02
intents:
  - {id: b, label: B, description: Tout, examples: [bonjour],
     urgency: low, disposition: message, required_fields: []}
"""


def defects(tmp_path: Path, content: str | bytes) -> list[Defect]:
    path = tmp_path / "t.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return check_tenant(path, on=BEFORE_REVIEW)


def edited(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, f"{old!r} must stand once in the fixture"
    return GOOD.replace(old, new)


@pytest.fixture(scope="module")
def tenant() -> Tenant:
    return load_tenant(FILE)


# what stands in the fixture → what is written instead: key, line, and words of what is found or expected
BROKEN = [
    # keys
    ("greeting:", "greetng:", "greetng", 8, "vouliez-vous dire « greeting »"),
    ("  - id: repair\n    label:", "  - id: repair\n    lable:", "intents[0].lable", 31, "« label »"),
    ("  - id: repair\n    label:", "  - id: repair\n    lable:", "intents[0].label", 30, "clé absente"),
    ("language: fr\n", "", "language", 1, "la clé obligatoire « language »"),
    ("    urgency: high\n", "", "urgency_rules[0].urgency", 49, "clé absente"),
    (
        "{from: 2026-12-21, to: 2026-12-31}",
        "{from: 2026-12-21}",
        "people[0].absences[0].to",
        17,
        "clé absente",
    ),
    ("  sat: [", "  samedi: [", "opening_hours.samedi", 11, "mon, tue, wed, thu, fri, sat, sun"),
    ("  max_words: 60", "  max_word: 60", "message.max_word", 62, "vouliez-vous dire « max_words »"),
    ("  hourly_rate: 38", "  hourly: 38", "costs.hourly", 67, "clé inconnue"),
    ("    role: gérante", "    from: gérante", "people[0].from", 14, "name, role, aliases, absences"),
    ("greeting: Atelier Morel, bonjour.", "name: Morel", "name", 8, "écrite deux fois, lignes 2 et 8"),
    ("    then: Prop", "    when: Prop", "urgency_rules[0].when", 52, "une seule fois"),
    ("vocabulary: [", "no: [", "", 19, "clé « no », que YAML ne lit pas comme un texte"),
    ("    role: gérante", "    on: gérante", "people[0]", 14, "clé « on »"),
    ("    role: gérante", "    1: gérante", "people[0]", 14, "clé « 1 »"),
    ("    role: gérante", "    ? [role]\n    : gérante", "people[0]", 14, "clé « … »"),
    # types
    ("name: Atelier Morel\n", "name: 12\n", "name", 2, 'l\'écrire entre guillemets, "12"'),
    ("name: Atelier Morel\n", 'name: ""\n', "name", 2, "au moins 1 caractère"),
    ("[dérailleur, moyeu]", "dérailleur", "vocabulary", 19, "une liste, même d'un seul élément"),
    ("[dérailleur, moyeu]", "[dérailleur, no]", "vocabulary[1]", 19, "un oui/non (« no »)"),
    ("[dérailleur, moyeu]", "[dérailleur, 12:30]", "vocabulary[1]", 19, "un nombre (« 12:30 »)"),
    ("[dérailleur, moyeu]", "[dérailleur, 2026-01-01]", "vocabulary[1]", 19, "une date (« 2026-01-01 »)"),
    ("[dérailleur, moyeu]", "[dérailleur, [a]]", "vocabulary[1]", 19, "une liste"),
    ("[dérailleur, moyeu]", "!!set {a, b}", "vocabulary", 19, "étiquette YAML « !!set »"),
    ("[dérailleur, moyeu]", "", "vocabulary", 19, "ou retirer la clé"),
    ("    recipient: Lucie Morel", "    recipient: ~", "intents[0].recipient", 39, "rien"),
    ("  - name: Karim Benali", "  - Karim Benali", "people[1]", 18, "des clés et leurs valeurs"),
    ("  max_words: 60", "  max_words: beaucoup", "message.max_words", 62, "un nombre entier"),
    ("  max_words: 60", "  max_words: 9", "message.max_words", 62, "supérieur ou égal à 10"),
    ("every_days: 90", "every_days: 0", "review_every_days", 7, "supérieur ou égal à 1"),
    ("every_days: 90", "every_days: yes", "review_every_days", 7, "un oui/non (« yes »)"),
    ("every_days: 90", "every_days: 90.5", "review_every_days", 7, "un nombre entier"),
    ("    value: 60", "    value: -1", "intents[0].value", 40, "supérieur ou égal à 0"),
    ("    value: 60", '    value: "60"', "intents[0].value", 40, "un nombre"),
    ("    value: 60", "    value: .inf", "intents[0].value", 40, "un nombre fini"),
    # values
    ("id: atelier-morel", "id: Atelier Morel", "id", 1, "un identifiant en minuscules"),
    ("2026-10-01", "2026-02-30", "updated_on", 6, "une date qui existe"),
    ("2026-10-01", "01/10/2026", "updated_on", 6, "AAAA-MM-JJ"),
    ("2026-10-01", "2026-10-01 09:00:00", "updated_on", 6, "une date (« 2026-10-01 09:00:00 »)"),
    ("2026-10-01", "20261001", "updated_on", 6, "un nombre (« 20261001 »)"),
    ("Europe/Brussels", "Europe/Bruxelles", "timezone", 5, "vouliez-vous dire « Europe/Brussels »"),
    ("Europe/Brussels", "../passwd", "timezone", 5, "un nom IANA"),
    ("Europe/Brussels", "Europe", "timezone", 5, "fuseau horaire inconnu"),
    ("    urgency: high", "    urgency: hihg", "urgency_rules[0].urgency", 51, "vouliez-vous dire « high »"),
    ("    type: reference", "    type: référence", "fields[1].type", 27, "un mot parmi text, name"),
    ("  address: tu", "  address: Vous", "message.address", 63, "vouliez-vous dire « vous »"),
    ("    kind: do_not", "    kind: don't", "instructions[1].kind", 60, "do, do_not"),
    ('"[A-Z]{2}[0-9]{4}"', '"[A-Z"', "fields[1].pattern", 28, "n'est pas une expression régulière"),
    ('"[A-Z]{2}[0-9]{4}"', '"a{99999999999}"', "fields[1].pattern", 28, "expression régulière"),
    ("to: 2026-12-31", "to: 2026-12-20", "people[0].absences[0]", 17, "absence du 2026-12-21 au 2026-12-20"),
    # opening hours
    ('["09:00-24:00"]', '["09:00-25:00"]', "opening_hours.sat[0]", 11, "des heures de 00:00 à 24:00"),
    ('["09:00-24:00"]', '["09:00-24:01"]', "opening_hours.sat[0]", 11, "des heures de 00:00 à 24:00"),
    ('["09:00-24:00"]', '["09:00-12:60"]', "opening_hours.sat[0]", 11, "des minutes de 00 à 59"),
    ('["09:00-24:00"]', '["9h-12h"]', "opening_hours.sat[0]", 11, "par exemple 08:30-12:30"),
    ('["09:00-24:00"]', '["22:00-06:00"]', "opening_hours.sat[0]", 11, "fermeture avant l'ouverture"),
    ('["09:00-24:00"]', '["09:00-09:00"]', "opening_hours.sat[0]", 11, "fermeture avant l'ouverture"),
    ('["09:00-24:00"]', "[19:00]", "opening_hours.sat[0]", 11, "un nombre (« 19:00 »)"),
    ('["09:00-24:00"]', "09:00-12:00", "opening_hours.sat", 11, "une liste"),
    ('"13:30-18:00"', '"12:00-18:00"', "opening_hours.mon", 10, "se chevauchent"),
    # between keys
    ("  - id: other", "  - id: repair", "intents[1].id", 41, "est déjà défini en intents[0]"),
    ("  - id: frame_number", "  - id: bike_model", "fields[1].id", 25, "est déjà défini en fields[0]"),
    ("  - id: no-price", "  - id: ask-model", "instructions[1].id", 58, "ne sert qu'une fois"),
    ("  - id: frame_number", "  - id: phone", "fields[1].type", 27, "« phone », ou un autre identifiant"),
    ("phone, bike_model]", "phone, bike_modle]", "intents[0].required_fields[2]", 38, "« bike_model »"),
    ("    intents: [repair]", "    intents: [repare]", "instructions[0].intents[0]", 57, "« repair »"),
    ("order: [caller_name, ", "order: [caller_nam, ", "message.order[0]", 64, "« caller_name »"),
    # YAML
    ("  mon: [", "\tmon: [", "", 10, "jamais de tabulation"),
    (
        "greeting: Atelier Morel, bonjour.",
        "greeting: Bonjour : Morel : oui",
        "",
        8,
        "le texte entre guillemets",
    ),
    ("greeting: Atelier Morel, bonjour.", 'greeting: "Bonjour', "", 10, "guillemets mal fermés plus haut"),
    ("greeting: Atelier Morel, bonjour.", "greeting: *flow mapping", "", 8, "alias"),
    ("greeting: Atelier", "greeting: *Atelier", "", 8, "alias"),
    ("greeting: Atelier", "greeting: @Atelier", "", 8, "signe qui ne peut commencer un texte"),
    ("greeting: Atelier", "greeting Atelier", "", 9, "« : »"),
    ("    label: Réparation\n", "   label: Réparation\n", "", 31, "décal"),
    ("vocabulary: [dérailleur, moyeu]", "vocabulary: [dérailleur", "", 20, "crochet mal fermé"),
    ("language: fr", "---\nlanguage: fr", "", 4, "un seul document"),
    ("bonjour.", "bonjour\x07.", "", 8, "caractère de contrôle"),
    ("greeting: Atelier Morel, bonjour.", 'greeting: "\\ud800"', "greeting", 8, "sans caractère invalide"),
]


@pytest.mark.parametrize(("old", "new", "key", "line", "words"), BROKEN)
def test_broken_file(tmp_path: Path, old: str, new: str, key: str, line: int, words: str) -> None:
    found = defects(tmp_path, edited(old, new))
    errors = [d for d in found if d.level == "error"]
    assert any((d.key, d.line) == (key, line) and words in str(d) for d in errors), "\n".join(map(str, found))
    with pytest.raises(DefectError) as raised:
        load_tenant(tmp_path / "t.yaml")
    assert list(raised.value.defects) == errors


def bomb() -> str:
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(["a0: &a0 [x]", *levels])


UNREADABLE = [
    (b"", 1, "fichier vide"),
    (b"# rien\n", 1, "fichier vide"),
    (b"- a\n- b\n", 1, "pas de clés à la racine"),
    (b"bonjour", 1, "pas de clés à la racine"),
    ("id: a\nname: Café\n".encode("latin-1"), 2, "qui n'est pas de l'UTF-8"),
    ("id: a".encode("utf-16"), 1, "qui n'est pas de l'UTF-8"),
    (b"#" * (MAX_FILE_BYTES + 1), None, "au plus 1000000 octets"),
    (bomb().encode(), 1, "ancres et alias"),
    (b"a: &a [*a]\n", 1, "ancres et alias"),
    (b"[" * 5000, 1, "imbriquées trop profondément"),
    (b"{" * 5000, 1, "imbriquées trop profondément"),
    (b"a: !!python/object/apply:os.system [ls]\n", 1, "étiquette YAML"),
]


@pytest.mark.parametrize(("content", "line", "words"), UNREADABLE, ids=[w for _, _, w in UNREADABLE])
def test_unreadable_file(tmp_path: Path, content: bytes, line: int | None, words: str) -> None:
    first = defects(tmp_path, content)[0]
    assert first.line == line
    assert words in str(first)


def test_no_such_file_suggests_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "cabinet.yaml").write_text(MINIMAL)
    with pytest.raises(InputError, match=r"introuvable \(vouliez-vous dire « cabinet.yaml » \?\)"):
        load_tenant(tmp_path / "cabinets.yaml")
    assert "ce n'est pas un fichier" in check_tenant(tmp_path)[0].found


def test_all_defects_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    content = GOOD.replace("language: fr\n", "langage: fr\n").replace("urgency: high", "urgency: max")
    content = content.replace("[repair]", "[repare]").replace("callback_minutes: 5", "callback_minutes: -5")
    found = defects(tmp_path, content)
    assert [(d.key, d.line) for d in found] == [
        ("language", 1),
        ("langage", 4),
        ("urgency_rules[0].urgency", 51),
        ("instructions[0].intents[0]", 57),
        ("costs.callback_minutes", 68),
    ]
    with pytest.raises(DefectError) as raised:
        load_tenant(tmp_path / "t.yaml")
    assert len(str(raised.value).splitlines()) == 5
    assert f"{tmp_path / 't.yaml'}, ligne 51, « urgency_rules[0].urgency » : " in str(raised.value)
    assert raised.value.key == "language"


WARNINGS = [
    ("language: fr", "language: nl", "language", 4, "« fr »"),
    ("2026-10-01", "2026-08-03", "updated_on", 6, "relecture due depuis le 2026-11-01"),
    (
        "when: L'appelant est immobilisé au bord d'une route.",
        'when: " "',
        "urgency_rules[0].when",
        50,
        "vide",
    ),
    ("examples: [c'était pour un renseignement]", "examples: []", "intents[1].examples", 44, "aucun exemple"),
    (
        "[c'était pour un renseignement]",
        "[Mon frein arrière ne répond plus !]",
        "intents[1].examples[0]",
        44,
        "que pour « repair »",
    ),
    (
        "Une demande sans rapport avec une réparation.",
        "L'appelant veut faire réparer son vélo",
        "intents[1].description",
        43,
        "distingue",
    ),
    (
        "Ne jamais annoncer de prix.",
        "Demander le modèle du vélo",
        "instructions[1].kind",
        60,
        "« ask-model »",
    ),
    ("  - id: frame_number", "  - id: urgency", "fields[1].id", 25, "a un autre sens"),
]


@pytest.mark.parametrize(("old", "new", "key", "line", "words"), WARNINGS)
def test_warning(tmp_path: Path, old: str, new: str, key: str, line: int, words: str) -> None:
    (found,) = defects(tmp_path, edited(old, new))
    assert (found.level, found.key, found.line) == ("warning", key, line)
    assert words in str(found)
    load_tenant(tmp_path / "t.yaml")


SOUND = [
    ("2026-10-01", '"2026-10-01"'),
    ("language: fr\n", "language: fr\n\n# commentaire\n"),
    ("  mon: [", "  mon: &hours ["),
    ('  sat: ["09:00-24:00"]', '  sat: ["00:00-24:00"]'),
    ("  - id: frame_number\n    label: Numéro de cadre", "  - id: reference\n    label: Numéro de cadre"),
    ("id: atelier-morel", "\ufeffid: atelier-morel"),
]


@pytest.mark.parametrize(("old", "new"), [("id: atelier-morel", "id: atelier-morel"), *SOUND])
def test_sound_file(tmp_path: Path, old: str, new: str) -> None:
    assert defects(tmp_path, edited(old, new)) == []


def test_alias_and_merge_key_are_read(tmp_path: Path) -> None:
    content = edited('  sat: ["09:00-24:00"]', "  sat: *hours").replace("  mon: [", "  mon: &hours [")
    content = content.replace("  - name: Karim Benali", "  - <<: {role: mécanicien}\n    name: Karim Benali")
    assert defects(tmp_path, content) == []
    tenant = load_tenant(tmp_path / "t.yaml")
    assert tenant.opening_hours is not None
    assert tenant.opening_hours.sat == tenant.opening_hours.mon
    assert tenant.people[1].role == "mécanicien"


def test_defaults_of_a_minimal_file(tmp_path: Path) -> None:
    assert defects(tmp_path, MINIMAL) == []
    tenant = load_tenant(tmp_path / "t.yaml")
    assert (tenant.greeting, tenant.people, tenant.message.address) == ("", (), "vous")
    assert tenant.message.max_words is None
    assert tenant.costs == Costs(hourly_rate=30, callback_minutes=6, clarify_minutes=3, urgent_miss=0)
    assert tenant.is_open(datetime(2026, 11, 16, 9)) is None
    assert not tenant.review_due(date(2999, 1, 1))


def test_intents_with_the_built_in_ones(tenant: Tenant) -> None:
    assert list(tenant.intents_by_id) == ["repair", "other", "wrong_number", "spam", "silent"]
    assert tenant.intents_by_id["other"].label == "Autre chose"
    assert BUILT_IN_INTENTS["other"].urgency == "normal"
    assert BUILT_IN_INTENTS["other"].disposition == "message"
    for name in ("wrong_number", "spam", "silent"):
        assert BUILT_IN_INTENTS[name].urgency == "low"
        assert BUILT_IN_INTENTS[name].disposition == "no_message"


def test_fields(tenant: Tenant) -> None:
    assert tenant.field("frame_number").pattern == "[A-Z]{2}[0-9]{4}"
    assert (tenant.field("phone").type, tenant.field("phone").label) == ("phone", "Téléphone")
    assert set(STANDARD_FIELDS) < set(tenant.fields_by_id)
    with pytest.raises(KeyError):
        tenant.field("frame")


@pytest.mark.parametrize(
    ("zone", "region"),
    [
        ("Europe/Paris", "FR"),
        ("Europe/Brussels", "BE"),
        ("Europe/Zurich", "CH"),
        ("Europe/Luxembourg", "LU"),
        ("Indian/Reunion", "RE"),
        ("America/Martinique", "MQ"),
        ("Pacific/Tahiti", "PF"),
        ("UTC", "FR"),
    ],
)
def test_region(tenant: Tenant, zone: str, region: str) -> None:
    assert tenant.model_copy(update={"timezone": zone}).region == region


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (datetime(2026, 11, 16, 8, 29), False),
        (datetime(2026, 11, 16, 8, 30), True),
        (datetime(2026, 11, 16, 12, 30), False),
        (datetime(2026, 11, 16, 17, 59, 59), True),
        (datetime(2026, 11, 17, 10), False),
        (datetime(2026, 11, 21, 23, 59), True),
        (datetime(2026, 11, 16, 7, 30, tzinfo=UTC), True),
        (datetime(2026, 11, 16, 17, 0, tzinfo=UTC), False),
    ],
)
def test_is_open(tenant: Tenant, at: datetime, is_open: bool) -> None:
    assert tenant.is_open(at) is is_open


@pytest.mark.parametrize(("day", "absent"), [(20, False), (21, True), (31, True)])
def test_absent(tenant: Tenant, day: int, absent: bool) -> None:
    assert tenant.absent(tenant.people[0], date(2026, 12, day)) is absent
    assert not tenant.absent(tenant.people[1], date(2026, 12, day))


def test_review_is_due_once_the_days_have_passed(tenant: Tenant) -> None:
    assert tenant.review_by == date(2026, 12, 30)
    assert not tenant.review_due(date(2026, 12, 29))
    assert tenant.review_due(date(2026, 12, 30))


def test_revision_is_the_hash_of_the_file(tenant: Tenant, tmp_path: Path) -> None:
    assert tenant.sha256 == hashlib.sha256(FILE.read_bytes()).hexdigest()
    defects(tmp_path, GOOD + "# relu\n")
    assert load_tenant(tmp_path / "t.yaml").sha256 != tenant.sha256


def test_models_are_frozen_and_survive_json(tenant: Tenant) -> None:
    again = Tenant.model_validate_json(tenant.model_dump_json())
    assert again.model_dump() == tenant.model_dump()
    assert again.sha256 == Tenant.model_validate_json(again.model_dump_json()).sha256
    with pytest.raises(ValidationError):
        tenant.name = "autre"


def test_absence_is_written_as_in_the_file() -> None:
    person = Person.model_validate({"name": "Lou", "absences": [{"from": "2026-01-01", "to": "2026-01-02"}]})
    assert person.absences == (Absence.model_validate({"from": date(2026, 1, 1), "to": date(2026, 1, 2)}),)
    assert person.model_dump(mode="json")["absences"] == [{"from": "2026-01-01", "to": "2026-01-02"}]


def test_instruction_without_intents_holds_for_all() -> None:
    assert Instruction(id="a", text="Saluer.", kind="do").intents == ()


def test_data_of_any_depth_is_validated() -> None:
    deep: object = None
    for _ in range(5000):
        deep = [deep]
    tenant, findings = validated({"name": deep}, Tenant, {})
    assert tenant is None
    assert Finding(("name",), "une liste", "un texte") in findings


LINES = GOOD.splitlines(keepends=True)


@settings(max_examples=60, deadline=None)
@given(index=st.integers(0, len(LINES) - 1), junk=st.text(max_size=12))
def test_hostile_line_is_a_defect_or_is_read(
    tmp_path_factory: pytest.TempPathFactory, index: int, junk: str
) -> None:
    path = tmp_path_factory.mktemp("t") / "t.yaml"
    indent = LINES[index][: len(LINES[index]) - len(LINES[index].lstrip())]
    lines = [*LINES[:index], f"{indent}{junk}\n", *LINES[index + 1 :]]
    path.write_bytes("".join(lines).encode("utf-8", "surrogatepass"))
    found = check_tenant(path)
    assert all(d.found and d.expected and "\n" not in str(d) for d in found)
    if not any(d.level == "error" for d in found):
        load_tenant(path)


@settings(max_examples=60, deadline=None)
@given(
    key=st.sampled_from(sorted(Tenant.model_fields)),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "type"]), inner)
        ),
        max_leaves=6,
    ),
)
def test_hostile_value_is_a_defect_with_our_words(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: object
) -> None:
    yaml = pytest.importorskip("yaml")
    data = {**yaml.safe_load(GOOD), key: value}
    path = tmp_path_factory.mktemp("t") / "t.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    assert not [d for d in check_tenant(path) if "conforme au format" in d.expected]
