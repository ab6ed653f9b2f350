"""One request over real HTTP: what is sent, and what each kind of response means."""

from __future__ import annotations

import sys
import time

import pytest
from llm_calls import endpoint
from llm_fixtures import chat
from llm_server import Step, scripted_server

from qualify.errors import EngineError
from qualify.llm.endpoint import MAX_RESPONSE_BYTES, Endpoint, Reply, UnansweredError
from qualify.llm.prompt import ChatMessage
from qualify.llm.settings import EndpointSettings

ASKED = (ChatMessage(role="system", content="Règles."), ChatMessage(role="user", content="Données."))
SCHEMA = {"type": "object"}


def ask(settings: EndpointSettings, *, timeout_s: float = 2.0, plain: bool = False) -> Reply:
    return chat(settings).ask(ASKED, name="essai", schema=None if plain else SCHEMA, timeout_s=timeout_s)


def test_a_request_has_the_roles_the_limits_and_the_schema() -> None:
    with scripted_server(Step("{}")) as server:
        reply = ask(endpoint(server.url, max_output_tokens=77, seed=3))
        (body,) = server.requests
    assert reply == Reply(text="{}", tokens=(1000, 100))
    assert body == {
        "model": "modele",
        "messages": [{"role": "system", "content": "Règles."}, {"role": "user", "content": "Données."}],
        "max_tokens": 77,
        "temperature": 0.0,
        "seed": 3,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "essai", "strict": True, "schema": SCHEMA},
        },
    }


@pytest.mark.parametrize(
    ("changes", "plain", "sent", "unsent"),
    [
        ({"temperature": None, "seed": None}, False, {"response_format"}, {"temperature", "seed"}),
        ({"output_limit_key": "max_completion_tokens"}, False, {"max_completion_tokens"}, {"max_tokens"}),
        ({"response_format": "text"}, False, {"seed"}, {"response_format"}),
        ({}, True, {"seed"}, {"response_format"}),
    ],
)
def test_what_a_server_does_not_take_is_not_sent(
    changes: dict[str, object], plain: bool, sent: set[str], unsent: set[str]
) -> None:
    with scripted_server(Step("{}")) as server:
        ask(endpoint(server.url, **changes), plain=plain)
        keys = set(server.requests[0])
    assert sent <= keys
    assert not unsent & keys


def test_an_object_can_be_asked_for_without_a_schema() -> None:
    with scripted_server(Step("{}")) as server:
        ask(endpoint(server.url, response_format="json_object"))
        assert server.requests[0]["response_format"] == {"type": "json_object"}


def test_the_key_comes_from_the_environment_and_goes_into_the_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESSAI_CLE", " s3cret\n")
    monkeypatch.setenv("OPENAI_API_KEY", "another")
    monkeypatch.setenv("OPENAI_ORG_ID", "organisation")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "projet")
    with scripted_server(Step("{}")) as server:
        ask(endpoint(server.url, api_key_env="ESSAI_CLE", seed=11))
        ask(endpoint(server.url, seed=11))
        assert [h["authorization"] for h in server.headers] == ["Bearer s3cret", "Bearer aucune"]
        sent = [value for headers in server.headers for value in headers.values()]
    assert not {"organisation", "projet", "another"} & set(sent)


def test_a_call_never_follows_a_server_elsewhere() -> None:
    with scripted_server(Step("{}"), number=1) as elsewhere:
        moved = Step(status=307, headers={"Location": f"{elsewhere.url}/chat/completions"})
        with scripted_server(moved) as server, pytest.raises(UnansweredError, match="307"):
            ask(endpoint(server.url))
        assert elsewhere.requests == []


@pytest.mark.parametrize("key", ["", "  ", "clé"])
def test_a_key_that_is_none_is_said_before_any_call(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("ESSAI_CLE", key)
    with pytest.raises(EngineError, match=r"ESSAI_CLE.*export ESSAI_CLE="):
        Endpoint(endpoint("http://localhost:1/v1", api_key_env="ESSAI_CLE"))


def test_a_client_that_is_not_installed_is_said_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(EngineError, match=r'pip install "qualify\[llm\]"'):
        Endpoint(endpoint("http://localhost:1/v1"))


NOT_OURS = Step(body=b"<html>bienvenue</html>")

RESPONSES = [
    (Step(status=401), "llm_denied", False, "api_key_env"),
    (Step(status=403), "llm_denied", False, "api_key_env"),
    (Step(status=404), "llm_unreachable", False, "base_url et model"),
    (Step(status=408), "llm_unreachable", True, "(408)"),
    (Step(status=429), "llm_limited", True, "limite"),
    (Step(status=400), "llm_bad_request", True, "response_format"),
    (Step(status=422), "llm_bad_request", True, "response_format"),
    (Step(status=500), "llm_unreachable", True, "(500)"),
    (Step(status=503), "llm_unreachable", True, "(503)"),
    (NOT_OURS, "llm_invalid", True, "compatible OpenAI"),
    (Step(body=b'{"choices": []}'), "llm_invalid", True, "compatible OpenAI"),
    (Step(body=b'{"choices": [{"message": {"content": "\\ud800"}}]}'), "llm_invalid", True, "compatible"),
    (Step("{}", usage={"prompt_tokens": -5, "completion_tokens": 1}), "llm_invalid", True, "compatible"),
    (Step("{}", missing=7), "llm_unreachable", True, "injoignable"),
    (Step(body=b" " * (MAX_RESPONSE_BYTES + 1)), "llm_invalid", False, "démesurée"),
]


@pytest.mark.parametrize(("step", "code", "retry", "told"), RESPONSES)
def test_what_a_response_means(step: Step, code: str, retry: bool, told: str) -> None:
    with scripted_server(step) as server, pytest.raises(UnansweredError) as raised:
        ask(endpoint(server.url))
    assert (raised.value.code, raised.value.retry) == (code, retry)
    assert told in raised.value.detail
    assert "99 99" not in raised.value.detail, "a server's text may quote the call"
    assert len(server.requests) == 1, "the client retries nothing by itself"


def test_a_plain_request_that_is_refused_is_not_tried_again() -> None:
    with scripted_server(Step(status=400)) as server, pytest.raises(UnansweredError) as raised:
        ask(endpoint(server.url), plain=True)
    assert not raised.value.retry


@pytest.mark.parametrize(
    ("after", "wait_s"), [("7", 7.0), ("0", 0.0), ("-3", 0.0), ("bientôt", 1.0), (None, 1.0)]
)
def test_a_server_says_how_long_to_wait(after: str | None, wait_s: float) -> None:
    headers = {} if after is None else {"Retry-After": after.encode().decode("latin-1")}
    with (
        scripted_server(Step(status=429, headers=headers)) as server,
        pytest.raises(UnansweredError) as raised,
    ):
        ask(endpoint(server.url))
    assert raised.value.wait_s == wait_s


@pytest.mark.parametrize("step", [Step("{}", delay_s=3.0), Step("{}", byte_delay_s=0.05)])
def test_a_slow_server_is_left_in_time_even_one_that_keeps_sending(step: Step) -> None:
    with scripted_server(step) as server:
        begun = time.monotonic()
        with pytest.raises(UnansweredError) as raised:
            ask(endpoint(server.url), timeout_s=0.4)
        assert time.monotonic() - begun < 1.5
    assert (raised.value.code, raised.value.retry) == ("llm_timeout", True)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/v1", "http://nulle-part.invalid/v1"])
def test_a_server_that_is_not_there_is_unreachable(url: str) -> None:
    with pytest.raises(UnansweredError) as raised:
        ask(endpoint(url))
    assert (raised.value.code, raised.value.retry) == ("llm_unreachable", True)


@pytest.mark.parametrize(
    ("step", "reply"),
    [
        (Step(None, refusal="Non."), Reply(text="", refused=True, tokens=(1000, 100))),
        (Step("", finish_reason="content_filter"), Reply(text="", refused=True, tokens=(1000, 100))),
        (Step("{", finish_reason="length"), Reply(text="{", cut=True, tokens=(1000, 100))),
        (Step("{}", usage=None), Reply(text="{}")),
    ],
)
def test_a_reply_says_whether_it_is_refused_cut_and_counted(step: Step, reply: Reply) -> None:
    with scripted_server(step) as server:
        assert ask(endpoint(server.url)) == reply
