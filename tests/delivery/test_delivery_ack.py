from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.delivery.ack import AckError, Acknowledgement, ack_link, acknowledged, signed

KEY, OLD_KEY = b"k" * 32, b"o" * 32
NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
CLAIM = Acknowledgement(attempt="a-7_Z", expires_at=NOW + timedelta(days=7))
TOKEN = signed(CLAIM, key=KEY)


def test_a_link_leads_back_to_what_it_was_made_for() -> None:
    link = ack_link(CLAIM, key=KEY, address="https://appels.exemple.fr/")
    assert link == f"https://appels.exemple.fr/v1/acknowledge/{TOKEN}"
    assert acknowledged(TOKEN, keys=[KEY], now=NOW) == CLAIM


def test_a_link_is_short() -> None:
    attempt = "0197c1a2-3b4c-7d5e-8f60-718293a4b5c6"
    assert len(signed(CLAIM.model_copy(update={"attempt": attempt}), key=KEY)) <= 72


def test_a_link_outlives_a_rotation_of_keys_while_its_own_is_kept() -> None:
    token = signed(CLAIM, key=OLD_KEY)
    assert acknowledged(token, keys=[KEY, OLD_KEY], now=NOW) == CLAIM
    with pytest.raises(AckError):
        acknowledged(token, keys=[KEY], now=NOW)


@pytest.mark.parametrize(("seconds", "valid"), [(-1, True), (0, False), (1, False)])
def test_a_link_expires(seconds: int, valid: bool) -> None:
    now = CLAIM.expires_at + timedelta(seconds=seconds)
    if valid:
        assert acknowledged(TOKEN, keys=[KEY], now=now) == CLAIM
    else:
        with pytest.raises(AckError, match="expiré") as raised:
            acknowledged(TOKEN, keys=[KEY], now=now)
        assert raised.value.expired


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a",
        TOKEN[:-1],
        TOKEN + "A",
        TOKEN.replace("a-7", "a-8"),
        TOKEN.replace(".17", ".27", 1),
        TOKEN.rpartition(".")[0] + ".",
        f"{TOKEN}\n",
        "a." + "9" * 5000 + "." + "A" * 22,
        "é.1.AAAAAAAAAAAAAAAAAAAAAA",
    ],
)
def test_a_forged_link_is_not_valid(token: str) -> None:
    with pytest.raises(AckError, match="pas valable") as raised:
        acknowledged(token, keys=[KEY], now=NOW)
    assert not raised.value.expired


@given(st.text(max_size=200))
def test_no_text_is_taken_for_a_link(token: str) -> None:
    with pytest.raises(AckError):
        acknowledged(token, keys=[KEY], now=NOW)


@given(at=st.integers(0, len(TOKEN) - 1), character=st.sampled_from("AZaz09-_."))
def test_a_link_with_one_character_changed_is_not_valid(at: int, character: str) -> None:
    changed = TOKEN[:at] + character + TOKEN[at + 1 :]
    if changed != TOKEN:
        with pytest.raises(AckError):
            acknowledged(changed, keys=[KEY], now=NOW)


def test_without_keys_nothing_is_valid() -> None:
    with pytest.raises(AckError):
        acknowledged(TOKEN, keys=[], now=NOW)


@pytest.mark.parametrize("attempt", ["", "a.b", "a/b", "x" * 65])
def test_an_id_that_would_blur_a_token_is_not_signed(attempt: str) -> None:
    with pytest.raises(ValueError, match="id"):
        signed(CLAIM.model_copy(update={"attempt": attempt}), key=KEY)
