from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from delivered_calls import KEY, NOW, handled, settings

from qualify.delivery.content import CONFIRM, email_to, notification, notification_title
from qualify.records import Urgency

LINK = 'https://appels.exemple.fr/v1/acknowledge/a.1.x?a=1&b="2"'


class Links(HTMLParser):
    """The addresses that a page links to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str | None] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name == "href"]


def letter(to: str = "garnier@exemple.fr", link: str | None = None) -> EmailMessage:
    call, chosen = handled(), settings()
    return email_to(to, call, chosen, sender="permanence@exemple.fr", key=KEY, at=NOW, link=link)


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_the_headers_of_an_email() -> None:
    made = letter()
    assert {name: made[name] for name in ("From", "To", "Date", "Message-ID", "Auto-Submitted")} == {
        "From": "permanence@exemple.fr",
        "To": "garnier@exemple.fr",
        "Date": "Tue, 24 Nov 2026 08:30:00 +0000",
        "Message-ID": f"<{KEY}@exemple.fr>",
        "Auto-Submitted": "auto-generated",
    }


def test_only_an_email_that_is_to_be_acknowledged_has_a_link() -> None:
    assert CONFIRM not in part(letter(), "plain") + part(letter(), "html")
    made = letter(link=LINK)
    assert f"{CONFIRM} :\n{LINK}\n" in part(made, "plain")
    assert Links(part(made, "html")).found == [LINK]
    assert part(made, "html").rstrip().endswith("</a></p></body></html>")


def test_the_same_email_twice_is_the_same_but_for_its_boundary() -> None:
    first, second = letter(link=LINK), letter(link=LINK)
    assert first.items()[:1] == second.items()[:1]
    assert part(first, "html") == part(second, "html")


def test_an_address_never_makes_a_header() -> None:
    with pytest.raises(ValueError, match=r"\S"):
        letter(to="a@exemple.fr\r\nBcc: b@exemple.fr")


def test_a_notification_is_the_sms_and_the_link() -> None:
    call = handled()
    assert notification(call, settings()).startswith("TRES URGENT\n")
    assert notification(call, settings(), link=LINK) == f"{notification(call, settings())}\n{LINK}"


@pytest.mark.parametrize(("urgency", "title"), [("critical", "TRÈS URGENT"), ("normal", "Message")])
def test_a_title_tells_no_more_than_the_urgency(urgency: Urgency, title: str) -> None:
    assert notification_title(handled(urgency)) == title
