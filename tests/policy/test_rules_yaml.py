"""Runs the cases of rules.yaml on the shipped policy and calendar; no rule of the registry is without one."""

import importlib
import inspect
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.checks import refusal_codes
from jiexu.rules.clocks import Clock, Stage
from jiexu.rules.decision import Confidence, Decision
from jiexu.rules.inputs import (
    AccountPart,
    Applicant,
    Asked,
    Channel,
    Enrolment,
    PersonFacts,
    Scheme,
    Sex,
    Status,
)
from jiexu.rules.money import MoneyDecision
from jiexu.rules.policy import Fact, Policy
from jiexu.rules.registry import RULES
from jiexu.rules.retirement import RetirementAge, RetirementGroup
from jiexu.rules.years import MonthsHeld
from policy.given import SHIPPED

CASES = yaml.safe_load((Path(__file__).parent / "rules.yaml").read_text(encoding="utf-8"))
POLICY, CALENDAR = SHIPPED, working_days()
TODAY = date(2026, 11, 23)


def asked(given: dict[str, Any]) -> Asked:
    said = {
        "received_on": TODAY,
        "origin": "530300",
        "destination": "510100",
        "from_scheme": "310",
        "to_scheme": "310",
    } | given
    types = {"from_scheme": Scheme, "to_scheme": Scheme, "applicant": Applicant, "channel": Channel}
    return Asked(**{key: types[key](value) if key in types else value for key, value in said.items()})


def person(given: dict[str, Any] | None) -> PersonFacts | None:
    if given is None:
        return None
    said = {"birth": date(1990, 5, 17), "document_kind": "01", "movable_months": 30} | given
    said["enrolments"] = tuple(enrolment(one) for one in said.get("enrolments", [{}]))
    said["account"] = tuple(
        AccountPart(**one) for one in said.get("account", [{"part": "this_year", "balance_fen": 300000}])
    )
    said["sex"] = Sex(said["sex"]) if "sex" in said else None
    return PersonFacts(**said)


def enrolment(given: dict[str, Any]) -> Enrolment:
    said = {
        "scheme": "310",
        "status": "stopped",
        "since": date(2018, 3, 1),
        "stopped_on": date(2026, 10, 31),
    } | given
    return Enrolment(**{**said, "scheme": Scheme(said["scheme"]), "status": Status(said["status"])})


def with_facts(listed: dict[str, dict[str, Any]], base: Policy) -> Policy:
    """The policy, and what the case says of a place that the policy says nothing of."""
    facts = [
        Fact(
            f"case/{name}/{area}", name, area, tuple(value) if isinstance(value, list) else value,
            date(2010, 1, 1), None, TODAY, Confidence.MEDIUM,
        )
        for name, values in listed.items()
        for area, value in values.items()
    ]  # fmt: skip
    return base.with_facts(facts, digest="with facts of the case") if facts else base


def arguments(function: Any, given: dict[str, Any], policy: Policy) -> dict[str, Any]:
    """What the case gives, in the types the function takes; what every case shares is filled in."""
    shared = {"asked": {}, "person": {}, "today": TODAY, "on": TODAY, "policy": policy, "calendar": CALENDAR}
    wanted = inspect.signature(function).parameters
    said = {key: value for key, value in shared.items() if key in wanted} | given
    makers = {
        "asked": asked,
        "person": person,
        "scheme": Scheme,
        "sex": Sex,
        "group": RetirementGroup,
        "stage": Stage,
        "rate": Decimal,
        "held": lambda held: MonthsHeld(**held),
        "answer": lambda query: shipped_policy().find(query["find"], query["area"], on=query["on"]),
    }
    return {key: makers[key](value) if key in makers else value for key, value in said.items()}


def decisions_of(answer: Any) -> Iterator[Decision]:
    if answer is None:
        return
    if isinstance(answer, Decision):
        yield answer
    elif isinstance(answer, Clock):
        yield from (answer.decision, answer.counting)
    elif isinstance(answer, MoneyDecision):
        yield from answer.decisions
    elif isinstance(answer, RetirementAge):
        yield answer.decision
    else:
        yield from answer


def run(case: dict[str, Any], base: Policy = POLICY) -> tuple[Any, list[Decision]]:
    module, _, name = case["call"].partition(".")
    function = getattr(importlib.import_module(f"jiexu.rules.{module}"), name)
    answer = function(**arguments(function, case["given"], with_facts(case.get("facts", {}), base)))
    return answer, list(decisions_of(answer))


def check(case: dict[str, Any], base: Policy = POLICY) -> None:
    """Asserts everything the case expects."""
    answer, decisions = run(case, base)
    said = {decision.rule: decision.outcome for decision in decisions}
    values = {
        "refusals": lambda: list(refusal_codes(decisions)),
        "mode": lambda: answer.mode.value,
        "fen": lambda: answer.amount_fen,
        "on": lambda: answer.on,
        "kind": lambda: answer.kind,
        "months": lambda: answer.months,
        "month": lambda: answer.month,
    }
    for key, expected in case["expect"].items():
        if key == "not":
            assert not set(expected) & set(said)
        else:
            assert (values[key]() if key in values else said.get(key)) == expected, key
    for rule, word in case.get("confidence", {}).items():
        assert [one.confidence.value for one in decisions if one.rule == rule] == [word], rule


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_rule_answers_as_the_case_says(case: dict[str, Any]) -> None:
    check(case)


def test_the_registry_names_every_rule_of_the_transfer() -> None:
    assert {rule for rule in RULES if rule.startswith("R-")} == {f"R-{number:03}" for number in range(1, 103)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_same_facts_give_the_same_bytes(case: dict[str, Any]) -> None:
    assert [one.as_json() for one in run(case)[1]] == [one.as_json() for one in run(case)[1]]
