"""The configuration: what a file may say, every defect of it, and that no key is ever in it or shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from qualify.llm.settings import EndpointSettings, load_settings
from qualify.tenant import DefectError

EXAMPLE = Path(__file__).parents[2] / "formats" / "engines.example.yaml"
LEAST = {"base_url": "http://localhost:8000/v1", "model": "m"}


def write(folder: Path, text: str) -> Path:
    path = folder / "engines.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_says_the_defaults() -> None:
    least = EndpointSettings(base_url="http://localhost:8000/v1", model="mistral-small")
    assert load_settings(EXAMPLE) == least


def test_the_example_names_every_key() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert not [key for key in EndpointSettings.model_fields if f"{key}:" not in text]


@pytest.mark.parametrize(
    ("line", "key", "found", "expected"),
    [
        ("base_url: localhost:8000", "base_url", "localhost:8000", "http://"),
        ("base_url: ftp://serveur/v1", "base_url", "ftp://", "http://"),
        ("base_url: 'http://[::1/v1'", "base_url", "texte", "http://"),
        ("base_url: http:///v1", "base_url", "http:///v1", "http://"),
        ("base_url: http://serveur:0/v1", "base_url", "serveur:0", "http://"),
        ("base_url: http://serveur:99999/v1", "base_url", "99999", "http://"),
        ("base_url: http://un..deux/v1", "base_url", "un..deux", "http://"),
        ("base_url: http://mon serveur/v1", "base_url", "mon serveur", "http://"),
        ("base_url: http://moi:secret@serveur/v1", "base_url", "mot de passe", "api_key_env"),
        ("base_url: http://serveur/v1?key=secret", "base_url", "mot de passe", "api_key_env"),
        ("model: ''", "model", "", "au moins 1"),
        ("api_key: sk-secret", "api_key", "vouliez-vous dire « api_key_env »", "une clé parmi"),
        ("api_key_env: sk-secret", "api_key_env", "pas un nom de variable", "jamais la clé elle-même"),
        ("api_key_env:", "api_key_env", "rien", "retirer la clé"),
        ("understanding: oui", "understanding", "« oui »", "true ou false"),
        ("drafting: 1", "drafting", "« 1 »", "true ou false"),
        ("understanding: false\ndrafting: false", "", "ni « understanding »", "au moins l'un des deux"),
        ("timeout_s: 0", "timeout_s", "« 0 »", "supérieur ou égal à 0.1"),
        ("deadline_s: .inf", "deadline_s", "« .inf »", "un nombre fini"),
        ("timeout_s: 2 minutes", "timeout_s", "« 2 minutes »", "un nombre"),
        ("max_output_tokens: 0", "max_output_tokens", "« 0 »", "supérieur ou égal à 1"),
        ("max_input_characters: many", "max_input_characters", "« many »", "un nombre entier"),
        ("temperature: -1", "temperature", "« -1 »", "supérieur ou égal à 0"),
        ("response_format: json", "response_format", "« json »", "json_schema, json_object, text"),
        ("output_limit_key: max", "output_limit_key", "« max »", "max_tokens, max_completion_tokens"),
        ("input_price: 0.1", "", "un seul prix", "« output_price »"),
        ("seed: 1\nseed: 2", "seed", "deux fois", "une seule fois"),
    ],
)
def test_a_defect_is_named_with_what_is_expected(
    tmp_path: Path, line: str, key: str, found: str, expected: str
) -> None:
    keys = {part.partition(":")[0] for part in line.splitlines()}
    rest = "\n".join(f"{k}: {v}" for k, v in LEAST.items() if k not in keys)
    with pytest.raises(DefectError) as raised:
        load_settings(write(tmp_path, f"{rest}\n{line}\n"))
    (defect,) = raised.value.defects
    assert defect.key == key
    assert found in defect.found
    assert expected in defect.expected
    assert "engines.yaml" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_all_defects_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(DefectError) as raised:
        load_settings(write(tmp_path, "modele: x\ntimeout_s: non\n"))
    assert {d.key for d in raised.value.defects} == {"base_url", "model", "modele", "timeout_s"}


@pytest.mark.parametrize("key", ["temperature", "seed"])
def test_what_a_server_refuses_can_be_left_out(tmp_path: Path, key: str) -> None:
    settings = load_settings(write(tmp_path, f"base_url: http://x/v1\nmodel: m\n{key}: null\n"))
    assert getattr(settings, key) is None


def test_the_cost_is_by_the_million_tokens() -> None:
    priced = EndpointSettings(**LEAST, input_price=2.0, output_price=6.0)
    assert priced.cost_eur(500_000, 100_000) == pytest.approx(1.6)
    assert EndpointSettings(**LEAST).cost_eur(1, 1) is None


def test_another_configuration_has_another_hash() -> None:
    one, other = EndpointSettings(**LEAST), EndpointSettings(**LEAST, seed=1)
    assert one.sha256 == EndpointSettings(**LEAST).sha256 != other.sha256
