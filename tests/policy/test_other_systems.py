"""Runs the cases of pension and the other systems beside the medical transfer on the shipped policy and calendar."""

from __future__ import annotations

from typing import Any

import pytest

from jiexu.rules.registry import OTHER_SYSTEMS, RULES
from policy.cases import cases, check, decisions_of, run

CASES = cases("pension", "unemployment", "withdrawal", "family", "service", "places")
NEVER_CITED = {
    # Nobody knows it, and that must not make the hour of the return less sure; it is in the inputs.
    "WAL-03": {"wallet.returned_counts_for_the_day"},
}
ANSWERED = [case for case in CASES if "raises" not in case]
REFUSED = [case for case in CASES if "raises" in case]


@pytest.mark.parametrize("case", ANSWERED, ids=lambda case: case["name"])
def test_the_rule_answers_as_the_case_says(case: dict[str, Any]) -> None:
    check(case)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["name"])
def test_what_cannot_be_is_refused_in_a_sentence(case: dict[str, Any]) -> None:
    with pytest.raises((ValueError, LookupError)) as refused:
        run(case)
    assert case["raises"] in {getattr(refused.value, "code", ""), type(refused.value).__name__}
    assert len(str(refused.value)) > 20


def test_every_rule_of_the_law_file_is_in_the_registry() -> None:
    numbers = {
        "PEN": range(1, 32),
        "UNE": range(1, 21),
        "WDR": [*range(1, 14), *range(21, 26)],
        "FAM": range(1, 10),
        "REL": range(1, 3),
        "WAL": range(1, 10),
        "CLK": range(1, 6),
        "QRY": [1],
        "CRD": [1, 2],
        "HOT": [1, 2],
        "LAW": [1, 2],
        "GOV": range(1, 7),
        "MIL": range(1, 6),
        "URB": range(1, 12),
        "RES": range(1, 2),
    }
    wanted = {f"{family}-{number:02}" for family, run_of in numbers.items() for number in run_of}
    assert wanted - set(RULES) == set()


@pytest.mark.parametrize("case", ANSWERED, ids=lambda case: case["name"])
def test_the_same_facts_give_the_same_bytes(case: dict[str, Any]) -> None:
    once, again = ([one.as_json() for one in decisions_of(run(case))] for _ in range(2))
    assert once == again


def test_what_is_not_known_is_never_surer_than_low() -> None:
    sure = {
        (decision.rule, case["name"])
        for case in ANSWERED
        for decision in decisions_of(run(case))
        if decision.outcome in {"NOT_KNOWN", "RISE_NOT_KNOWN", "DEEMED_NOT_KNOWN", "EITHER_WAY"}
        and decision.confidence.value != "low"
    }
    assert sure == set()


def test_every_parameter_a_rule_declares_is_cited_by_an_answer_of_its_own() -> None:
    """Else a reader could not see on which record the answer rests. Where nobody knows a value there is none to cite."""
    cited: dict[str, set[str]] = {}
    for case in ANSWERED:
        for decision in decisions_of(run(case)):
            names = {fact.split("/")[1] for fact in decision.facts}
            cited.setdefault(decision.rule, set()).update(names)
    rules = [rule for module in OTHER_SYSTEMS for rule, _ in module.ENTRIES]
    missing = {rule.id: set(rule.parameters) - cited[rule.id] for rule in rules}
    assert {rule: names for rule, names in missing.items() if names} == NEVER_CITED


def test_no_two_cases_are_called_alike() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names))
