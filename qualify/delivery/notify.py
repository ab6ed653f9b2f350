"""One text to one SMS or chat service, by apprise (extra `notify`)."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from pydantic import SecretStr

from qualify.delivery.result import SendResult, retry, sent

VARIABLE = "QUALIFY_NOTIFY_"
"""What stands before a channel's name, in capitals, in the variable that holds its URL."""


def variable_of(name: str) -> str:
    """The environment variable that holds a channel's URL: `garde-sms` → `QUALIFY_NOTIFY_GARDE_SMS`."""
    return VARIABLE + name.upper().replace("-", "_")


def send_notification(text: str, *, title: str, name: str, urls: Mapping[str, SecretStr]) -> SendResult:
    """Hand a text to the channel of that name once; `urls` are those of the environment by variable.

    Apprise tells only whether it worked. It may have half worked: a repeated SMS does less harm than one
    that never comes, so what failed is tried again. Raises nothing.
    """
    try:
        import apprise
    except ImportError:
        return retry('apprise n\'est pas installé. Remède : pip install "qualify[notify]".')
    logging.getLogger("apprise").disabled = True  # it logs URLs with their keys, and whom it failed to reach
    url = urls.get(variable_of(name))
    if url is None:
        return retry(f"La variable d'environnement {variable_of(name)} manque.")
    service = apprise.Apprise()
    if not service.add(url.get_secret_value()):
        return retry(f"La variable d'environnement {variable_of(name)} n'est pas une URL d'apprise.")
    if not service.notify(body=text, title=title):
        return retry("Le service de SMS ou de messagerie n'a pas pris le message.")
    return sent("accepté")
