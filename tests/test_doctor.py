"""What the doctor finds of a service by its environment; it makes nothing and shows no secret."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from qualify.doctor import Finding, service_findings
from qualify.store import Store

SECRET = base64.b64encode(bytes(32)).decode()
SMTP = {"QUALIFY_SMTP_HOST": "mail.example.org", "QUALIFY_SMTP_FROM": "appels@example.org"}


def found(**environment: str) -> dict[str, Finding]:
    return {finding.name: finding for finding in service_findings(environment)}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder of a service that has run."""
    Store(f"sqlite:///{tmp_path / 'qualify.db'}", data_folder=tmp_path).close()
    return tmp_path


def test_a_service_that_is_not_configured_is_fine() -> None:
    (finding,) = service_findings({"PATH": "/bin"})
    assert finding == Finding("Service", "non configuré ; les commandes locales n'en ont pas besoin", True)


def test_a_service_that_has_run_is_well(data: Path) -> None:
    findings = found(QUALIFY_DATA=str(data), **SMTP)
    assert {name: finding.well for name, finding in findings.items()} == dict.fromkeys(
        ("Données", "Base", "Clés de données", "Transmission"), True
    )
    assert findings["Base"].seen == str(data / "qualify.db")
    assert "qualify.db.keys" in findings["Clés de données"].seen
    assert findings["Transmission"].seen == (
        "e-mails par mail.example.org, port 587, starttls, de appels@example.org"
    )


def test_a_service_that_has_not_run_yet_is_well_and_nothing_is_made(tmp_path: Path) -> None:
    findings = found(QUALIFY_DATA=str(tmp_path / "neuf" / "ici"))
    assert all(finding.well for finding in findings.values())
    assert "au premier démarrage" in findings["Données"].seen
    assert "au premier démarrage" in findings["Base"].seen
    assert findings["Transmission"].seen.startswith("sans e-mail")
    assert list(tmp_path.iterdir()) == []


WRONG = [
    ({"QUALIFY_DATABASE": "mysql://u:secret@host/x"}, "Base", "postgresql://"),
    ({"QUALIFY_DATABASE": "postgresql://u:secret@127.0.0.1:1/x"}, "Base", "indisponible"),
    ({"QUALIFY_DATABASE": "postgresql://u:secret@127.0.0.1:1/x"}, "Clés de données", "Postgres en demande"),
    ({"QUALIFY_DATABASE_FILE": "/absent"}, "Base", "QUALIFY_DATABASE_FILE"),
    ({"QUALIFY_DATA_KEYS": "k1:secret"}, "Clés de données", "clé n° 1"),
    ({"QUALIFY_SMTP_HOST": "mail", "QUALIFY_SMTP_PORT": "secret"}, "Transmission", "QUALIFY_SMTP_PORT"),
]


@pytest.mark.parametrize(("environment", "name", "said"), WRONG)
def test_what_is_wrong_is_named_with_its_remedy_and_without_its_value(
    tmp_path: Path, environment: dict[str, str], name: str, said: str
) -> None:
    finding = found(QUALIFY_DATA=str(tmp_path), **environment)[name]
    assert not finding.well
    assert said in finding.seen
    assert finding.remedy
    assert "secret" not in finding.seen + finding.remedy


def test_keys_of_the_environment_are_not_shown(tmp_path: Path) -> None:
    finding = found(QUALIFY_DATA=str(tmp_path), QUALIFY_DATA_KEYS=f"k1:{SECRET}")["Clés de données"]
    assert finding.well
    assert SECRET not in finding.seen


def test_a_database_whose_keys_are_gone_is_found(data: Path) -> None:
    (data / "qualify.db.keys").unlink()
    finding = found(QUALIFY_DATA=str(data))["Clés de données"]
    assert (finding.well, "sans lequel la base ne se relit pas" in finding.seen) == (False, True)


def test_a_file_that_is_no_database_is_found(tmp_path: Path) -> None:
    (tmp_path / "qualify.db").write_bytes(b"Mes notes. " * 100)
    assert not found(QUALIFY_DATA=str(tmp_path))["Base"].well


def test_a_data_folder_that_is_none_is_found(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    for place in (tmp_path / "fichier", tmp_path / "fichier" / "sous"):
        assert not found(QUALIFY_DATA=str(place))["Données"].well


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_data_folder_that_cannot_be_written_is_found(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert not found(QUALIFY_DATA=str(tmp_path))["Données"].well
