import base64
from ipaddress import ip_network
from pathlib import Path

import pytest

from qualify.delivery.environment import delivery_environment, value_of
from qualify.errors import InputError

KEYS = [base64.b64encode(letter * 32).decode() for letter in (b"a", b"b")]
SECRET = "très-secret"
MAIL = {"QUALIFY_SMTP_HOST": "mail.exemple.fr", "QUALIFY_SMTP_FROM": "p@exemple.fr"}


def test_a_whole_configuration() -> None:
    made = delivery_environment(
        MAIL
        | {
            "QUALIFY_SMTP_USER": "permanence",
            "QUALIFY_SMTP_PASSWORD": SECRET,
            "QUALIFY_SMTP_CA_FILE": "/etc/ssl/nous.pem",
            "QUALIFY_LINK_KEYS": f"{KEYS[0]}, {KEYS[1]}",
            "QUALIFY_PUBLIC_URL": "https://appels.exemple.fr",
            "QUALIFY_WEBHOOK_ALLOW": "10.1.2.0/24 fd12::/64",
            "QUALIFY_NOTIFY_GARDE_SMS": "ovh://clef/secret",
        }
    )
    assert made.smtp is not None
    assert (made.smtp.port, made.smtp.security, made.smtp.username) == (587, "starttls", "permanence")
    assert [key.get_secret_value() for key in made.link_keys] == [b"a" * 32, b"b" * 32]
    assert made.public_url == "https://appels.exemple.fr"
    assert made.webhook_networks == (ip_network("10.1.2.0/24"), ip_network("fd12::/64"))
    assert list(made.notify_urls) == ["QUALIFY_NOTIFY_GARDE_SMS"]
    assert SECRET not in repr(made)
    assert "clef" not in repr(made)


def test_nothing_is_configured_by_itself() -> None:
    made = delivery_environment({})
    assert (made.smtp, made.link_keys, made.public_url) == (None, (), None)
    assert (made.webhook_networks, made.notify_urls) == ((), {})


@pytest.mark.parametrize(
    ("security", "port", "used"),
    [("starttls", "", 587), ("tls", "", 465), ("none", "", 25), ("tls", "2465", 2465)],
)
def test_the_port(security: str, port: str, used: int) -> None:
    given = MAIL | {"QUALIFY_SMTP_SECURITY": security, "QUALIFY_SMTP_PORT": port}
    made = delivery_environment(given).smtp
    assert made is not None
    assert made.port == used


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\n", encoding="utf-8")
    assert value_of({"X_FILE": str(path)}, "X") == SECRET
    made = delivery_environment({"QUALIFY_NOTIFY_GARDE_FILE": str(path)})
    assert made.notify_urls["QUALIFY_NOTIFY_GARDE"].get_secret_value() == SECRET


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"QUALIFY_SMTP_HOST": "mail.fr"}, "« QUALIFY_SMTP_FROM » : absente, ou pas une adresse"),
        (MAIL | {"QUALIFY_SMTP_PORT": "x"}, "« QUALIFY_SMTP_PORT » : ce n'est pas un nombre"),
        (MAIL | {"QUALIFY_SMTP_PORT": "9" * 5000}, "« QUALIFY_SMTP_PORT » : hors limites"),
        (MAIL | {"QUALIFY_SMTP_SECURITY": "ssl"}, "un mot parmi starttls, tls, none"),
        (MAIL | {"QUALIFY_SMTP_PASSWORD": SECRET}, "« QUALIFY_SMTP_USER » : identifiant sans mot de passe"),
        (MAIL | {"QUALIFY_SMTP_PASSWORD_FILE": "/nulle/part"}, "« QUALIFY_SMTP_PASSWORD_FILE » : fichier"),
        ({"QUALIFY_SMTP_HOST": "a", "QUALIFY_SMTP_HOST_FILE": "b"}, "à la fois"),
        ({"QUALIFY_LINK_KEYS": SECRET}, "« QUALIFY_LINK_KEYS » : clé trop courte"),
        ({"QUALIFY_LINK_KEYS": KEYS[0][:20]}, "« QUALIFY_LINK_KEYS » : clé trop courte"),
        ({"QUALIFY_PUBLIC_URL": "appels.exemple.fr"}, "« QUALIFY_PUBLIC_URL » : L'URL"),
        ({"QUALIFY_WEBHOOK_ALLOW": "10.1.2.3/8"}, "« QUALIFY_WEBHOOK_ALLOW » : ce n'est pas un réseau"),
    ],
)
def test_an_error_names_the_variable_and_shows_no_secret(given: dict[str, str], told: str) -> None:
    with pytest.raises(InputError) as raised:
        delivery_environment(given)
    assert told in str(raised.value)
    assert SECRET not in str(raised.value)
