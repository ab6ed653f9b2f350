import json
from pathlib import Path

import pytest
from rendered_calls import tenant

from qualify.rendering.schemas import SCHEMAS, schema_text
from qualify.rendering.settings import DeliverySettings, SmsSettings, load_settings
from qualify.tenant import DefectError, load_tenant

ROOT = Path(__file__).parents[2]


def written(folder: Path, text: str) -> Path:
    path = folder / "cabinet.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_file(tmp_path: Path) -> None:
    path = written(
        tmp_path, "tenant: cabinet\nconfidential: [illness, intent]\nsms: {characters: 306, gist: omit}\n"
    )
    assert load_settings(path, tenant()) == DeliverySettings(
        tenant="cabinet", confidential=("illness", "intent"), sms=SmsSettings(characters=306, gist="omit")
    )


def test_what_a_file_leaves_out(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, "tenant: cabinet\n"), tenant())
    assert (settings.confidential, settings.sms.characters, settings.sms.gist) == ((), 160, "keep")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tenant: autre", "ligne 1, « tenant » : « autre ». Attendu : « cabinet », le client des consignes"),
        ("sms: {}", "« tenant » : clé absente"),
        ("tenant: cabinet\nmail: {}", "ligne 2, « mail » : clé inconnue"),
        ("tenant: cabinet\nsms:\n  lenght: 160", "ligne 3, « sms.lenght » : clé inconnue"),
        ("tenant: cabinet\nsms:\n  characters: 140", "ligne 3, « sms.characters » : un nombre (« 140 »)"),
        ("tenant: cabinet\nsms:\n  characters: 140", "Attendu : 160 (un SMS) ou 306 (deux SMS joints)."),
        ("tenant: cabinet\nsms:\n  characters: true", "« sms.characters » : un oui/non"),
        ("tenant: cabinet\nsms: {gist: keeep}", "(vouliez-vous dire « keep » ?)"),
        ("tenant: cabinet\nconfidential: illness", "« confidential » : le texte « illness »"),
        ("tenant: cabinet\nconfidential:\n- ilness", "ligne 3, « confidential[0] » : champ inconnu"),
        ("tenant: cabinet\nconfidential: [ilness]", "(vouliez-vous dire « illness » ?)"),
        ("tenant: cabinet\nconfidential: [phone]", "le numéro sans lequel un message ne sert à rien"),
        ("tenant: cabinet\ntenant: cabinet", "clé écrite deux fois"),
        ("tenant: cabinet\nsms:", "« sms » : rien"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(DefectError) as raised:
        load_settings(written(tmp_path, text), tenant())
    assert told in str(raised.value)


def test_all_defects_are_told_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, "tenant: autre\nconfidential: [phone, ilness]\n")
    with pytest.raises(DefectError) as raised:
        load_settings(path, tenant())
    assert [d.key for d in raised.value.defects] == ["tenant", "confidential[0]", "confidential[1]"]


def test_the_example_is_for_a_tenant_of_the_examples() -> None:
    instructions = load_tenant(ROOT / "examples" / "tenants" / "etude-roussel.yaml")
    settings = load_settings(ROOT / "formats" / "delivery.example.yaml", instructions)
    assert settings.sms.gist == "omit"
    assert "third_party" in settings.confidential


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_published_schema_is_current(name: str) -> None:
    """Else write `schema_text(name)` to the file."""
    assert (ROOT / "formats" / name).read_text(encoding="utf-8") == schema_text(name)


def test_the_schema_knows_the_two_lengths_and_no_other_key() -> None:
    schema = json.loads(schema_text("delivery.schema.json"))
    sms = schema["$defs"]["SmsSettings"]
    assert sms["properties"]["characters"]["enum"] == [160, 306]
    assert sms["additionalProperties"] is False
    assert schema["additionalProperties"] is False
