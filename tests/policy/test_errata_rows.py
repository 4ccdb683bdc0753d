"""The decisions of the errata, row by row, and national values as their documents have them, on the shipped policy."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.decision import Confidence
from jiexu.rules.facts import Bound, Text
from jiexu.rules.policy import Found, Policy, Unknown

CASES = [
    case
    for file in ("errata.yaml", "national.yaml")
    for case in yaml.safe_load((Path(__file__).parent / file).read_text(encoding="utf-8"))
]
POLICY = shipped_policy()


def written(value: Any) -> Any:
    """A value as the policy files write it."""
    if isinstance(value, Bound):
        ends = {"low": value.low, "high": value.high}
        alone = {"low": "at_least", "high": "at_most"}
        given = {end: written(number) for end, number in ends.items() if number is not None}
        return given if len(given) == 2 else {alone[end]: number for end, number in given.items()}
    if isinstance(value, Text):
        return {lang: text for lang, text in (("zh", value.zh), ("en", value.en)) if text}
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, Decimal) else value


def name(case: dict[str, Any]) -> str:
    ground = f"row {case['row']}" if "row" in case else case["source"]
    return f"{ground} {case['area']} {case['parameter']} {case['on']}"


def check(case: dict[str, Any], policy: Policy = POLICY) -> None:
    """Asserts everything the case says."""
    answer = policy.find(
        case["parameter"],
        case["area"],
        on=case["on"],
        scope=case.get("given", {}),
        known_on=case.get("known"),
    )
    if case.get("unknown"):
        assert isinstance(answer, Unknown)
    else:
        assert isinstance(answer, Found)
        assert written(answer.value) == case["value"]
    if "confidence" in case:
        assert isinstance(answer, Found)
        assert answer.confidence is Confidence(case["confidence"])
    if "rival" in case:
        rivals = [
            written(rival.value) for fact_id in answer.fact_ids for rival in policy.fact(fact_id).rivals
        ]
        assert case["rival"] in rivals


@pytest.mark.parametrize("case", CASES, ids=name)
def test_the_policy_answers_as_the_errata_and_documents_say(case: dict[str, Any]) -> None:
    check(case)


def test_every_case_says_a_value_or_unknown_and_a_day() -> None:
    for case in CASES:
        assert ("value" in case) != ("unknown" in case), name(case)
        assert isinstance(case["on"], date)
