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
from jiexu.guide.myths import MYTHS, every_myth
from jiexu.guide.sentence import Sentence, Voice
from jiexu.rules.decision import Basis
from jiexu.rules.policy import Policy
from jiexu.rules.registry import RULES
from jiexu.texts import catalogue

LOADED = yaml.safe_load((Path(__file__).parent / "guide.yaml").read_text(encoding="utf-8"))
MYTHS_OF_PEOPLE = yaml.safe_load((Path(__file__).parent / "guide_myths.yaml").read_text(encoding="utf-8"))
TODAY = date(2026, 11, 23)
USUAL, CASES = LOADED["usual"], LOADED["cases"]


def asked(case: dict[str, Any], policy: Policy | None = None) -> Guide:
    words = {**USUAL, **case.get("told", {})}
    on = case.get("day", words["day"])
    del words["day"]
    return answer(
        situation_of(words), policy=policy or shipped_policy(), calendar=working_days(), areas=areas(), on=on
    )


def plainly(value: Any) -> Any:
    return value if isinstance(value, date | int) and not isinstance(value, bool) else str(value)


def held(case: dict[str, Any], guide: Guide, also: dict[str, Sentence]) -> None:
    """What a case says of an answer. ``also``: sentences beside it, whose data a case may name too."""
    said = {sentence.key: sentence for sentence in guide.sentences}
    assert set(case["says"]) <= set(said), sorted(said)
    assert not set(case.get("not", ())) & set(said)
    said |= also
    for key, filled in case.get("fills", {}).items():
        assert {name: plainly(said[key].data[name]) for name in filled} == filled
    for key, sure in case.get("sure", {}).items():
        assert said[key].confidence.value == sure
    for key, articles in case.get("cites", {}).items():
        assert set(articles) <= set(said[key].articles)


def check(case: dict[str, Any], policy: Policy | None = None) -> None:
    """Asserts everything the case expects."""
    guide = asked(case, policy)
    held(case, guide, {})
    if "asks" in case:
        assert [question.field for question in guide.questions] == case["asks"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_guide_says_and_asks_what_the_case_expects(case: dict[str, Any]) -> None:
    check(case)


@pytest.mark.parametrize("name", MYTHS_OF_PEOPLE)
def test_what_is_often_said_and_wrong_is_answered_by_the_right_rule_and_why(name: str) -> None:
    """The engine answers a person against the claim; claim and right rule stand in the same answer, each sourced."""
    case = MYTHS_OF_PEOPLE[name]
    guide = asked(case)
    voice = Voice(shipped_policy(), guide.on)
    told = {sentence.key: sentence for sentence in every_myth(voice)}
    claim, right = told[f"myths.{name}.claim"], told[f"myths.{name}.right"]
    assert right.rule == claim.rule
    assert right.rule in RULES
    assert right.articles or right.facts or right.basis is Basis.DESIGN or right.basis is Basis.LOCAL
    in_answer = {sentence.key for sentence in guide.sentences}
    assert case.get("by_rule", True) == (right.key in in_answer)
    held(case, guide, told)


def test_every_myth_concerns_somebody() -> None:
    assert set(MYTHS_OF_PEOPLE) == {myth.name for myth in MYTHS}
    said = {sentence.key.removeprefix("myths.") for sentence in every_myth(Voice(shipped_policy(), TODAY))}
    assert said == set(catalogue("myths"))


def test_no_myth_is_spoken_of_where_its_right_rule_was_not_in_force() -> None:
    before = {sentence.key for sentence in every_myth(Voice(shipped_policy(), date(2015, 5, 5)))}
    assert "myths.old_days.claim" not in before
