from contextlib import suppress
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.delivery.targets import TargetError, is_public, judged, target_of


@pytest.mark.parametrize(
    ("url", "host", "port", "secure"),
    [
        ("https://crm.exemple.fr/appels?client=1", "crm.exemple.fr", 443, True),
        ("https://crm.exemple.fr:8443/", "crm.exemple.fr", 8443, True),
        ("http://10.0.0.1/", "10.0.0.1", 80, False),
        ("https://[2a00:1450::1]:9/x", "2a00:1450::1", 9, True),
        ("https://dépannage.fr/", "xn--dpannage-b1a.fr", 443, True),
    ],
)
def test_the_parts_of_a_url(url: str, host: str, port: int, secure: bool) -> None:
    made = target_of(url)
    assert (made.host, made.port, made.secure) == (host, port, secure)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "crm.exemple.fr",
        "ftp://crm.exemple.fr/",
        "file:///etc/passwd",
        "gopher://crm.exemple.fr/",
        "https://",
        "https:///appels",
        "https://clef:secret@crm.exemple.fr/",
        "https://crm.exemple.fr:99999/",
        "https://crm.exemple.fr:0/",
        "https://crm\x00.exemple.fr/",
        "https://[::1/",
        "https://crm.exemple.fr/" + "a" * 2000,
    ],
)
def test_what_is_no_webhooks_url(url: str) -> None:
    with pytest.raises(TargetError):
        target_of(url)


@given(st.text(max_size=60) | st.text(max_size=60).map("https://{}".format))
def test_any_text_is_a_target_or_refused_by_name(url: str) -> None:
    with suppress(TargetError):
        assert target_of(url).host


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("127.255.0.3", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("100.100.100.200", False),
        ("169.254.169.254", False),
        ("192.0.0.192", False),
        ("168.63.129.16", False),
        ("192.88.99.1", False),
        ("198.18.0.1", False),
        ("203.0.113.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1", False),
        ("fec0::1", False),
        ("fd00:ec2::254", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("::7f00:1", False),
        ("2002:7f00:1::", False),
        ("2002:5db8:d822::", True),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("64:ff9b:1::a00:1", False),
        ("2001:0:5db8:d822::1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


PRIVATE = (ip_network("127.0.0.0/8"), ip_network("fd12::/64"))


@pytest.mark.parametrize(
    ("url", "addresses", "chosen"),
    [
        ("https://crm.fr/", ["93.184.216.34"], "93.184.216.34"),
        ("https://crm.fr/", ["2606:4700::1111", "93.184.216.34"], "2606:4700::1111"),
        ("https://crm.fr/", ["127.0.0.1"], "127.0.0.1"),
        ("http://crm.fr/", ["fd12::5"], "fd12::5"),
        ("https://crm.fr/", ["93.184.216.34", "127.0.0.1"], "93.184.216.34"),
        ("https://crm.fr/", ["93.184.216.34", "10.0.0.1"], None),
        ("https://crm.fr/", ["10.0.0.1", "93.184.216.34"], None),
        ("http://crm.fr/", ["93.184.216.34"], None),
        ("http://crm.fr/", ["127.0.0.1", "93.184.216.34"], None),
        ("https://crm.fr/", ["fe80::1%eth0"], None),
        ("https://crm.fr/", ["pas une adresse"], None),
        ("https://crm.fr/", [], None),
    ],
)
def test_the_address_that_is_connected_to(url: str, addresses: list[str], chosen: str | None) -> None:
    if chosen is None:
        with pytest.raises(TargetError):
            judged(target_of(url), addresses, PRIVATE)
    else:
        assert str(judged(target_of(url), addresses, PRIVATE).address) == chosen
