"""Runs the cases of guide.yaml on the shipped law: what a person is told, and what they are asked."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.gateways.situations import situation_of
from jiexu.guide.answer import Guide, answer

LOADED = yaml.safe_load((Path(__file__).parent / "guide.yaml").read_text(encoding="utf-8"))
USUAL, CASES = LOADED["usual"], LOADED["cases"]


def asked(case: dict[str, Any]) -> Guide:
    words = {**USUAL, **case.get("told", {})}
    on = case.get("day", words["day"])
    del words["day"]
    return answer(situation_of(words), policy=shipped_policy(), calendar=working_days(), areas=areas(), on=on)


def plainly(value: Any) -> Any:
    return value if isinstance(value, date | int) else str(value)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_guide_says_and_asks_what_the_case_expects(case: dict[str, Any]) -> None:
    guide = asked(case)
    said = {sentence.key: sentence for sentence in guide.sentences}
    assert set(case["says"]) <= set(said), sorted(said)
    assert not set(case.get("not", ())) & set(said)
    if "asks" in case:
        assert [question.field for question in guide.questions] == case["asks"]
    for key, filled in case.get("fills", {}).items():
        assert {name: plainly(said[key].data[name]) for name in filled} == filled
    for key, sure in case.get("sure", {}).items():
        assert said[key].confidence.value == sure
