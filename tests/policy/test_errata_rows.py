"""The decisions of the errata, row by row, on the shipped policy."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.decision import Confidence
from jiexu.rules.facts import Bound, Text
from jiexu.rules.policy import Found, Unknown

CASES = yaml.safe_load((Path(__file__).parent / "errata.yaml").read_text(encoding="utf-8"))
POLICY = shipped_policy()


def written(value: Any) -> Any:
    """A value as the policy files write it."""
    if isinstance(value, Bound):
        ends = {"low": value.low, "high": value.high}
        alone = {"low": "at_least", "high": "at_most"}
        given = {end: number for end, number in ends.items() if number is not None}
        return given if len(given) == 2 else {alone[end]: number for end, number in given.items()}
    if isinstance(value, Text):
        return {lang: text for lang, text in (("zh", value.zh), ("en", value.en)) if text}
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, Decimal) else value


def name(case: dict[str, Any]) -> str:
    return f"row {case['row']} {case['area']} {case['parameter']} {case['on']}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_the_policy_answers_as_the_errata_decided(case: dict[str, Any]) -> None:
    answer = POLICY.find(
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
            written(rival.value) for fact_id in answer.fact_ids for rival in POLICY.fact(fact_id).rivals
        ]
        assert case["rival"] in rivals


def test_every_case_says_a_value_or_unknown_and_a_day() -> None:
    for case in CASES:
        assert ("value" in case) != ("unknown" in case), name(case)
        assert isinstance(case["on"], date)
