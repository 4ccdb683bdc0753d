"""Schemathesis asks every address of the API whatever its document allows, as every role: nothing fails on our side, and every
answer is one the document names.
"""

from __future__ import annotations

import json
from typing import Any

import hypothesis
import pytest
import schemathesis
from api_cast import ROOT, Programs
from hypothesis import HealthCheck, Phase
from schemathesis.checks import not_a_server_error
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from jiexu.usecases.doors import Role
from jiexu.web import tries
from route_examples import BODIES

EXAMPLES = 4
"""Of what is asked at one address as one role."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
WHO = ("nobody", *(f"{role} own" for role in Role))
SETTINGS = hypothesis.settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def document(office: Programs) -> Any:
    """The OpenAPI document as the application serves it."""
    from jiexu.conf.wsgi import application  # noqa: PLC0415  asks for Django's settings

    return schemathesis.openapi.from_wsgi(f"{ROOT}openapi.json", application, headers={"Host": "localhost"})


def sent_by(office: Programs, who: str) -> dict[str, dict[str, str]]:
    """Staff ask by session, because some acts take no key; everybody else by key."""
    somebody, host = office.cast.named(who), {"Host": "localhost"}
    if not somebody.roles:
        return {"headers": host}
    if is_for(somebody):
        return {"headers": {**host, "Authorization": f"Bearer {office.key(who)}"}}
    assert somebody.window is not None
    token = somebody.window.get(f"{ROOT}me").json()["csrf_token"]
    cookies = {name: each.value for name, each in somebody.window.cookies.items()}
    return {"headers": {**host, "X-CSRFToken": token}, "cookies": cookies}


@pytest.mark.parametrize("who", WHO)
def test_nothing_fails_on_our_side_whoever_asks_and_whatever(
    office: Programs, document: Any, who: str
) -> None:
    somebody = office.cast.named(who)
    sent = sent_by(office, who)
    known = {"case_no": office.case, **({"grant": office.grant(somebody)} if is_for(somebody) else {})}
    every = [found.ok() for found in document.get_all_operations()]
    asked = {each.definition.raw["operationId"]: statuses(each, sent, known) for each in every}
    assert len(asked) == len(every) > 20
    assert 200 in asked["rules"]
    assert ("me" in asked and 200 in asked["me"]) == (who != "nobody")


def statuses(operation: Any, sent: dict[str, dict[str, str]], known: dict[str, str]) -> set[int]:
    """What one address answered to whatever was asked; fails where the document does not know the answer."""
    body = BODIES.get(f"api_{operation.definition.raw['operationId']}")
    answered = set()

    @SETTINGS
    @hypothesis.given(case=whatever(operation), as_known=hypothesis.strategies.booleans())
    def ask(case: Any, as_known: bool) -> None:
        for tried in (tries.tracking, tries.proving, tries.opening):
            tried.forget()
        if as_known:
            # Half of what is asked is about things there are.
            case.path_parameters |= {key: known[key] for key in known.keys() & case.path_parameters.keys()}
            if body is not None:
                case.body = dict(body)
        answer = case.call(**sent)
        answered.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS, headers=sent["headers"])

    ask()
    return answered


def whatever(operation: Any) -> Any:
    """What the document allows, and what it does not."""
    kinds = [GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if operation.body else [])]
    return hypothesis.strategies.one_of(*(operation.as_strategy(generation_mode=each) for each in kinds))


def is_for(somebody: Any) -> bool:
    return bool(somebody.roles & {Role.PERSON, Role.AGENT, Role.EMPLOYER})


def test_the_document_is_openapi_3_1_and_says_everything_in_both_languages(office: Programs) -> None:
    from jiexu.api.described import document as written  # noqa: PLC0415  asks for Django's settings

    for lang in ("zh", "en"):
        whole = written(lang)  # type: ignore[arg-type]
        assert whole["openapi"].startswith("3.1")
        for operations in whole["paths"].values():
            for operation in operations.values():
                assert {"400", "404", "405", "413", "422"} <= operation["responses"].keys()
                if operation["security"]:
                    assert {"401", "403", "429"} <= operation["responses"].keys()
                assert operation["summary"]
                assert operation["description"]
        for shape in whole["components"]["schemas"].values():
            assert all(kind["description"] for kind in shape.get("properties", {}).values())
    assert json.dumps(written("zh")) != json.dumps(written("en"))
