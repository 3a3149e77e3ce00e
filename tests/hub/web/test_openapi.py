"""schemathesis over the hub's own document, as nobody, a desk, the district and the administrator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from onestop_desktop.hub.users import Role
from onestop_desktop.hub.web.app import WebSite, table
from onestop_desktop.hub.web.metrics import Tally
from onestop_desktop.hub.web.openapi import document
from onestop_desktop.words import load
from tests.hub.web.stage import Stage, made_stage, running

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
          response_schema_conformance)  # fmt: skip
CASES = 15
WHO = ("anonymous", "desk", "district", "admin")
SCHEMA = schemathesis.openapi.from_dict(
    json.loads(json.dumps(document(table(WebSite(Path("unused")), Tally(), load("vi")))))
)
OPERATIONS = {f"{one.ok().method.upper()} {one.ok().path}": one.ok() for one in SCHEMA.get_all_operations()}


@schemathesis.serializer("application/offset+octet-stream")
def as_it_is(_context: object, value: object) -> bytes:
    """Send a piece of a file as it is."""
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with running(made_stage(tmp_path_factory.mktemp("openapi"))) as stage:
        yield stage


def credentials(stage: Stage, who: str) -> dict[str, str]:
    if who == "desk":
        return {"authorization": f"OneStop {stage.token(stage.desk)}"}
    return {} if who == "anonymous" else {"authorization": f"Session {stage.session(Role(who))}"}


def cases(stage: Stage, operation: APIOperation) -> st.SearchStrategy[schemathesis.Case]:
    """Return requests that fit the document, requests that do not, and requests about what is there."""
    there = {"commune": str(stage.desk.commune), "dossier": stage.dossiers[0], "desk": str(stage.desk.id),
             "kind": "clone", "point": "ab" * 8, "request": "00" * 32, "agency": stage.desk.agency,
             "sha256": "a" * 64}  # fmt: skip
    ways = [operation.as_strategy(generation_mode=mode) for mode in schemathesis.GenerationMode]
    if known := {name: value for name, value in there.items() if "{" + name + "}" in operation.path}:
        ways.append(operation.as_strategy(path_parameters=known))
    return st.one_of(*ways)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", OPERATIONS)
def test_whatever_is_sent_the_answer_is_one_of_the_document(target: Stage, name: str, who: str):
    operation, headers = OPERATIONS[name], credentials(target, who)
    told: set[int] = set()

    @seed(2026)
    @settings(max_examples=CASES, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=cases(target, operation))
    def ask(case: schemathesis.Case) -> None:
        response = case.call(base_url=target.address, headers=headers)
        told.add(response.status_code)
        case.validate_response(response, checks=list(CHECKS))
        if response.status_code in {429, 503}:
            assert "retry-after" in response.headers

    ask()
    assert told


def test_the_served_document_is_the_tables(target: Stage):
    with target.client() as client:
        served = client.get("/openapi.json").json()
    assert served["openapi"] == "3.1.0"
    assert {f"{method.upper()} {path}" for path, row in served["paths"].items() for method in row} == set(OPERATIONS)
