"""A real server: `transformers serve` and a tiny model of random weights, whose nonsense must fall back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from llm_calls import CALL, CALLER_NUMBER, NOW, tenant
from tiny_server import transformers_serve, write_model

from qualify import engines
from qualify.llm.settings import EndpointSettings
from qualify.pipeline import CallFacts, handle_transcript
from qualify.records import Outcome

pytest.importorskip("openai")
pytest.importorskip("uvicorn")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EndpointSettings]:
    model = write_model(tmp_path_factory.mktemp("tiny"))
    with transformers_serve(model) as url:
        yield EndpointSettings(
            base_url=url, model=str(model), max_output_tokens=24, input_price=0.1, output_price=0.3
        )


def handled(llm: EndpointSettings | None) -> Outcome:
    facts = CallFacts(started_at=NOW, caller_number=CALLER_NUMBER)
    return handle_transcript(CALL, tenant(), engines.load(llm=llm), facts)


@pytest.mark.slow
def test_nonsense_of_a_real_server_ends_in_the_embedded_engines_with_reason_and_usage(
    served: EndpointSettings,
) -> None:
    made, embedded = handled(served), handled(None)
    assert [note.code for note in made.notes] == ["llm_invalid", "llm_invalid"]
    assert [(u.stage, u.requests) for u in made.usage] == [("understanding", 3), ("drafting", 3)]
    assert all(u.input_tokens > 3000 and 0 < u.output_tokens <= 3 * 24 for u in made.usage)
    assert all(u.cost_eur and u.seconds > 0 for u in made.usage)
    assert (made.status, made.reasons) == (embedded.status, embedded.reasons)
    assert made.message is not None
    assert embedded.message is not None
    assert made.message.sentences == embedded.message.sentences
    assert made.qualification is not None
    assert made.qualification.made_by.engine == "embedded"


@pytest.mark.slow
def test_a_model_that_the_server_lacks_falls_back_at_once(served: EndpointSettings) -> None:
    made = handled(served.model_copy(update={"model": "/nulle/part", "drafting": False}))
    (note,), (usage,) = made.notes, made.usage
    assert note.code in ("llm_unreachable", "llm_bad_request")
    assert (usage.stage, usage.input_tokens, usage.cost_eur) == ("understanding", 0, 0.0)
