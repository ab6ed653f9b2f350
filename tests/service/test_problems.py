from __future__ import annotations

from typing import Annotated, Literal, get_args

import pytest
from fastapi import FastAPI, HTTPException, UploadFile
from fastapi.testclient import TestClient
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from qualify.errors import AudioError, InputError
from qualify.service.problems import (
    KINDS,
    MEDIA_TYPE,
    Code,
    install,
    problem,
    problem_of,
    refuse,
    responses,
    with_schemas,
)
from qualify.tenant import Defect, DefectError
from qualify.tenant.defects import fault, kind_of

SAID = "je suis enceinte, rappelez au 06 39 98 12 34"


class Turn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    speaker: Literal["agent", "caller"]
    text: Annotated[str, Field(min_length=1)]
    start: Annotated[float, Field(ge=0)] | None = None


class Posted(BaseModel):
    turns: list[Turn]


class Shown(BaseModel):
    number: Annotated[str, AfterValidator(lambda number: fault(kind_of(number), "de la forme +\\d{11}"))]


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    install(app)

    @app.post("/calls")
    def post(call: Posted) -> None:
        raise AssertionError(call)

    @app.post("/files")
    def upload(recording: UploadFile) -> None:
        raise AssertionError(recording)

    @app.post("/numbers")
    def show(shown: Shown) -> None:
        raise AssertionError(shown)

    @app.get("/{what}")
    def get(what: str) -> None:
        raise {
            "refused": refuse("conflict", "Le message est déjà parti.", headers={"X-A": "1"}),
            "unknown": refuse("unauthenticated"),
            "teapot": HTTPException(418, "I'm a teapot"),
            "gateway": HTTPException(502, "Bad gateway"),
            "audio": AudioError("/var/lib/qualify/a.wav", "durée", "plus de 300 min", "au plus 240 min"),
            "defect": RuntimeError(SAID),
        }[what]

    return TestClient(app, raise_server_exceptions=False)


ANSWERS: list[tuple[str, str, int, Code]] = [
    ("GET", "/refused", 409, "conflict"),
    ("GET", "/unknown", 401, "unauthenticated"),
    ("GET", "/teapot", 418, "refused"),
    ("GET", "/gateway", 502, "internal"),
    ("GET", "/audio", 422, "invalid_recording"),
    ("GET", "/defect", 500, "internal"),
    ("GET", "/a/b", 404, "not_found"),
    ("PUT", "/calls", 405, "method_not_allowed"),
    ("POST", "/files", 422, "invalid"),
]


@pytest.mark.parametrize(("method", "path", "status", "code"), ANSWERS, ids=[a[1] for a in ANSWERS])
def test_every_error_is_a_problem_document(
    client: TestClient, method: str, path: str, status: int, code: Code
) -> None:
    answer = client.request(method, path)
    told = answer.json()
    assert (answer.status_code, told["status"], told["code"]) == (status, status, code)
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert told["type"] == f"urn:qualify:problem:{code}"
    assert told["title"] == KINDS[code].title
    assert told["detail"]
    assert "enceinte" not in answer.text
    assert "/var/lib" not in answer.text


def test_what_is_told_and_which_headers(client: TestClient) -> None:
    assert client.get("/refused").json()["detail"] == "Le message est déjà parti."
    assert client.get("/refused").headers["x-a"] == "1"
    assert client.get("/unknown").headers["www-authenticate"] == "Bearer"
    assert client.put("/calls").headers["allow"] == "POST"


BODIES = [
    ("not JSON", b"{", 400, []),
    ("not text", b"\xff\xfe", 400, []),
    ("nothing", b"", 422, [("body", "rien", "une valeur : cette clé est obligatoire")]),
    ("a list", b"[]", 422, [("body", "une liste", "des clés et leurs valeurs")]),
    ("a key missing", b"{}", 422, [("body.turns", "rien", "une valeur : cette clé est obligatoire")]),
    (
        "words where a role belongs",
        f'{{"turns": [{{"speaker": "{SAID}", "text": "a"}}]}}'.encode(),
        422,
        [("body.turns[0].speaker", "le texte", "l'un de 'agent' ou 'caller'")],
    ),
    (
        "a number where words belong",
        b'{"turns": [{"speaker": "agent", "text": 639981234}]}',
        422,
        [("body.turns[0].text", "un nombre", "un texte")],
    ),
    (
        "too little and too short",
        b'{"turns": [{"speaker": "agent", "text": "", "start": -1}]}',
        422,
        [
            ("body.turns[0].text", "le texte", "un texte d'au moins 1 caractère(s)"),
            ("body.turns[0].start", "un nombre", "un nombre supérieur ou égal à 0.0"),
        ],
    ),
    (
        "a key of its own",
        b'{"turns": [{"speaker": "agent", "text": "a", "mood": "angry"}]}',
        422,
        [("body.turns[0].mood", "clé inconnue", "une clé du format ; celle-ci n'en est pas une")],
    ),
]


@pytest.mark.parametrize(("body", "status", "errors"), [b[1:] for b in BODIES], ids=[b[0] for b in BODIES])
def test_a_wrong_body_names_the_field_and_not_the_words(
    client: TestClient, body: bytes, status: int, errors: list[tuple[str, str, str]]
) -> None:
    answer = client.post("/calls", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status
    assert [(e["key"], e["found"], e["expected"]) for e in answer.json()["errors"]] == errors
    assert "enceinte" not in answer.text
    assert "639981234" not in answer.text


def test_a_file_with_defects_tells_them_all_with_their_lines() -> None:
    defects = [
        Defect(level="error", key="intents[0].urgency", line=4, found=kind_of(SAID), expected="un mot"),
        Defect(level="warning", key="fields", line=6, found="peu", expected="plus"),
        Defect(level="error", key="name", line=None, found="clé absente", expected="la clé « name »"),
    ]
    told = problem_of(DefectError("/data/tenant.yaml", defects))
    assert [(e.key, e.line, e.found) for e in told.errors] == [
        ("intents[0].urgency", 4, "le texte"),
        ("name", None, "clé absente"),
    ]
    assert told.code == "invalid"


FOUND = [
    (kind_of(SAID), "le texte"),
    (kind_of(f"{SAID} » (vouliez-vous dire « moi"), "le texte"),
    (kind_of("urgant") + " (vouliez-vous dire « urgent » ?)", "le texte (vouliez-vous dire « urgent » ?)"),
    (kind_of(639981234), "un nombre"),
    (kind_of(True), "un oui/non"),
    (kind_of(None), "rien"),
    ("plus de 300 min", "plus de 300 min"),
]


@pytest.mark.parametrize(("found", "told"), FOUND)
def test_values_are_struck_out_and_hints_stay(found: str, told: str) -> None:
    assert problem_of(InputError("a", "b", found, "c")).errors[0].found == told


def test_what_a_value_should_look_like_does_not_repeat_it() -> None:
    error = InputError("a", "b", "un nombre", 'un texte : l\'écrire entre guillemets, "639981234"')
    assert problem_of(error).errors[0].expected == "un texte : l'écrire entre guillemets"


def test_a_fault_of_our_models_speaks_its_own_words(client: TestClient) -> None:
    error = client.post("/numbers", json={"number": SAID}).json()["errors"][0]
    assert error == {
        "key": "body.number",
        "found": "le texte",
        "expected": "de la forme +\\d{11}",
        "line": None,
    }


def test_codes_have_each_their_kind_and_statuses_of_their_own() -> None:
    assert set(KINDS) == set(get_args(Code))
    for code in KINDS:
        assert problem(code).status == KINDS[code].status
        assert problem_of(HTTPException(KINDS[code].status)).status == KINDS[code].status
    assert problem_of(HTTPException(409)).code == "conflict"
    assert problem_of(HTTPException(422)).code == "invalid"
    assert problem_of(HTTPException(400)).code == "malformed"


def test_the_openapi_document_has_the_problems_with_examples() -> None:
    told = responses("conflict", "idempotency_conflict", "not_found")
    assert set(told) == {409, 404}
    examples = told[409]["content"][MEDIA_TYPE]["examples"]
    assert set(examples) == {"conflict", "idempotency_conflict"}
    assert examples["conflict"]["value"]["status"] == 409
    document = with_schemas({"components": {"schemas": {"Call": {}}}, "info": {}})
    assert set(document["components"]["schemas"]) == {"Call", "Problem", "FieldProblem"}
    assert document["info"] == {}
