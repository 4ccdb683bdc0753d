"""Over all readable cases together: every answer is given once, and a rule reads exactly what it declares."""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from jiexu.rules import ours
from jiexu.rules.decision import Confidence, Decision, weakest
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.rules.registry import RULES, Entry
from jiexu.rules.rule import Rule, says_not_known
from policy import test_calculations, test_other_systems, test_rules_yaml
from policy.cases import decisions_of, run
from policy.given import SHIPPED

CASES = [
    *test_rules_yaml.CASES,
    *(case for case in test_calculations.CASES if "refused" not in case),
    *test_other_systems.ANSWERED,
]
GIVEN_ANSWERS = {"R-101"}
"""Rules that are handed an answer somebody else looked up: what they cite is not theirs to declare."""


@dataclass(frozen=True)
class Listening(Policy):
    """The policy, which notes what it is asked for."""

    heard: set[str] = field(default_factory=set, compare=False)

    def find(self, parameter: str, *args: Any, **kwargs: Any) -> Found | Unknown:
        self.heard.add(parameter)
        return super().find(parameter, *args, **kwargs)


SORTED = Listening(**{one.name: getattr(SHIPPED, one.name) for one in fields(SHIPPED) if one.init})


def listening() -> Listening:
    """One that has heard nothing yet and keeps no answer of an earlier case, without sorting all facts again."""
    fresh = copy(SORTED)
    object.__setattr__(fresh, "heard", set())
    object.__setattr__(fresh, "_kept", {})
    return fresh


def decided(case: dict[str, Any], policy: Policy) -> list[Decision]:
    if "file" in case:
        return list(test_calculations.work(case, policy).decisions)
    if case in test_other_systems.ANSWERED:
        return list(decisions_of(run(case, policy)))
    return test_rules_yaml.run(case, policy)[1]


@cache
def heard() -> list[tuple[str, str, set[str], list[Decision]]]:
    """Each case by name and call, with the parameters asked for and the decisions it gave."""
    found = []
    for case in CASES:
        policy = listening()
        decisions = decided(case, policy)
        found.append((case["name"], case["call"], policy.heard, decisions))
    return found


def called(entry: Entry) -> str:
    """A rule's function as cases name it."""
    return f"{entry.apply.__module__.removeprefix('jiexu.rules.')}.{entry.apply.__name__}"


def every_rule() -> list[Rule]:
    rules = [entry.rule for entry in RULES.values()]
    return rules + [rule for rule in vars(ours).values() if isinstance(rule, Rule)]


def test_nobody_is_sure_of_an_answer_that_says_it_is_not_known() -> None:
    sure = Found(True, ("nation/pa.cross_mode",), Confidence.HIGH)
    unknown = [(rule, word) for rule in every_rule() for word in rule.outcomes if says_not_known(word)]
    assert {"NOT_KNOWN", "UNKNOWN", "YEAR_UNKNOWN", "NO_GROUND_KNOWN"} <= {word for _, word in unknown}
    assert not says_not_known("KNOWN")
    for rule, word in unknown:
        assert rule.decide(word, facts=(sure,), links=(Confidence.HIGH,)).confidence is Confidence.LOW, (
            rule.id,
            word,
        )


def test_no_answer_is_surer_than_its_rule_and_the_weakest_of_its_records() -> None:
    shipped = {fact.id: fact for facts in SHIPPED.facts.values() for fact in facts}
    links = {rule.id: rule.confidence for rule in every_rule()}
    for name, _, _, decisions in heard():
        for one in decisions:
            records = [shipped[each].confidence for each in one.facts if each in shipped]
            assert one.confidence.rank <= weakest([links.get(one.rule, Confidence.HIGH), *records]).rank, (
                name,
                one.rule,
            )


def test_every_answer_of_every_rule_is_given_in_a_case() -> None:
    rules = every_rule()
    answered = {(one.rule, one.outcome) for case in CASES for one in decided(case, SHIPPED)}
    assert {(rule.id, word) for rule in rules for word in rule.outcomes} - answered == set()


def test_a_rule_cites_and_reads_exactly_the_parameters_it_declares() -> None:
    declared = {entry.rule.id: set(entry.rule.parameters) for entry in RULES.values()}
    read: dict[str, set[str]] = defaultdict(set)
    for name, _, asked, decisions in heard():
        for one in decisions:
            cited = {fact_id.split("/")[1] for fact_id in one.facts}
            assert one.rule in GIVEN_ANSWERS or cited <= declared.get(one.rule, {one.rule}), (name, one.rule)
            read[one.rule] |= asked
    idle = {rule: names - read[rule] for rule, names in declared.items() if names - read[rule]}
    assert not idle, f"declared and never asked for in a case: {idle}"


def test_nothing_is_asked_of_the_policy_that_no_rule_declares() -> None:
    """Strict where a function applies its own rules only; one that asks many rules may ask what any of them reads."""
    own: dict[str, set[str]] = defaultdict(set)
    for entry in RULES.values():
        own[called(entry)].add(entry.rule.id)
    asking_others = {call for _, call, _, decisions in heard() if {one.rule for one in decisions} - own[call]}
    declared = {entry.rule.id: set(entry.rule.parameters) for entry in RULES.values()}
    anybody = set().union(*declared.values())
    for name, call, asked, decisions in heard():
        rules = own[call] | {one.rule for one in decisions}
        promises = {rule for rule in rules if rule.startswith("promise.")}
        said = promises.union(*(declared.get(rule, set()) for rule in rules))
        said |= anybody if call in asking_others else set()
        assert asked <= said, (
            f"{name}: {sorted(asked - said)} asked for, and declared by none of {sorted(rules)}"
        )
