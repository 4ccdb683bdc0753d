"""A value of the law that is changed changes an answer, and a national one that is sure breaks a case a clerk wrote.

Cases are those of rules.yaml, of the other systems and of calculations/; a row of errata.yaml is a case of its value.
That every record is found on its days stands in test_policy_files.py; that what is found is used stands here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from functools import cache, partial
from typing import Any

import pytest

from jiexu.rules.decision import Confidence, Decision
from jiexu.rules.facts import Bound, Fact, FactStatus, Text, Value
from jiexu.rules.policy import NATION, Found, Parameter, Policy, Unknown
from jiexu.wording.working import fact_words
from policy import test_calculations, test_errata_rows, test_guide_yaml, test_other_systems, test_rules_yaml
from policy.cases import decisions_of, run
from policy.given import SHIPPED

Check = Callable[[Policy], None]
Told = Callable[[Policy], Iterable[tuple[Any, Iterable[str]]]]


@dataclass(frozen=True, eq=False)
class Case:
    """``check`` fails on a policy that gives another answer; ``told``: each part of the answer, and the records it cites."""

    check: Check
    told: Told


@dataclass(frozen=True)
class Reading(Policy):
    """The policy, which notes the records it answered with."""

    read: set[str] = field(default_factory=set, compare=False)

    def find(self, parameter: str, *args: Any, **kwargs: Any) -> Found | Unknown:
        answer = super().find(parameter, *args, **kwargs)
        self.read.update(answer.fact_ids)
        return answer


def every_case() -> Iterator[Case]:
    """Every readable case."""
    for case in test_rules_yaml.CASES:
        yield Case(partial(test_rules_yaml.check, case), partial(of_rule, case))
    for case in test_other_systems.ANSWERED:
        yield Case(partial(test_other_systems.check, case), partial(of_other_system, case))
    for case in test_calculations.CASES:
        if "refused" not in case:
            yield Case(partial(test_calculations.check, case), partial(of_calculation, case))
    for case in test_guide_yaml.CASES:
        yield Case(partial(test_guide_yaml.check, case), partial(of_guide, case))
    for case in test_errata_rows.CASES:
        yield Case(partial(test_errata_rows.check, case), lambda _: ())


def of_decisions(decisions: Iterable[Decision]) -> Iterator[tuple[Any, Iterable[str]]]:
    return (((one.rule, one.outcome, dict(one.inputs)), one.facts) for one in decisions)


def of_rule(case: dict[str, Any], policy: Policy) -> Iterator[tuple[Any, Iterable[str]]]:
    return of_decisions(test_rules_yaml.run(case, policy)[1])


def of_other_system(case: dict[str, Any], policy: Policy) -> Iterator[tuple[Any, Iterable[str]]]:
    return of_decisions(decisions_of(run(case, policy)))


def of_calculation(case: dict[str, Any], policy: Policy) -> Iterator[tuple[Any, Iterable[str]]]:
    worked = test_calculations.work(case, policy)
    yield from of_decisions(worked.decisions)
    yield from (((one.key, one.figures), one.facts) for one in (*worked.lines, worked.closing))


def of_guide(case: dict[str, Any], policy: Policy) -> Iterator[tuple[Any, Iterable[str]]]:
    return (((one.key, dict(one.data)), one.facts) for one in test_guide_yaml.asked(case, policy).sentences)


def rendered(case: Case, policy: Policy, fact_id: str) -> list[tuple[Any, str]]:
    """What a person is shown: answers and figures, and the record in words wherever it is cited."""
    words = fact_words(policy, fact_id, "zh")
    return [(said, words if fact_id in cited else "") for said, cited in case.told(policy)]


@cache
def readers() -> Mapping[str, list[Case]]:
    """By record, the cases that come to it."""
    policy = Reading(**{one.name: getattr(SHIPPED, one.name) for one in fields(SHIPPED) if one.init})
    found: dict[str, list[Case]] = defaultdict(list)
    for case in every_case():
        policy.read.clear()
        policy._kept.clear()  # what another case worked out is not looked up again
        case.check(policy)
        for fact_id in policy.read:
            found[fact_id].append(case)
    return found


def others(value: Value, parameter: Parameter) -> Iterator[Value]:
    """Other values near by."""
    match value:
        case bool():
            yield not value
        case int() | Decimal():
            yield from (value + 1, value - 1)
        case Bound(low=low, high=high):
            yield Bound(low and low + 1, high and high + 1)
        case Text():
            yield Text("另一句", "another sentence")
        case tuple():
            yield from (tuple(each for each in value if each != left) for left in value)
        case _ if parameter.kind == "month":
            yield f"{int(value[:4]) + 1}{value[4:]}"
        case _:
            yield next((word for word in parameter.words if word != value), f"{value}0")


def changed(fact: Fact) -> Iterator[Policy]:
    """Policies in which one record says something else."""
    assert fact.value is not None
    key = fact.parameter, fact.area
    for value in others(fact.value, SHIPPED.parameters[fact.parameter]):
        wrong = replace(fact, value=value)
        held = tuple(wrong if each.id == fact.id else each for each in SHIPPED.facts[key])
        yield replace(SHIPPED, facts={**SHIPPED.facts, key: held}, digest="changed")


def breaks(check: Check, policy: Policy) -> bool:
    try:
        check(policy)
    except Exception:  # noqa: BLE001  # a rule that cannot work with it has noticed it, too
        return True
    return False


def noticed(fact: Fact) -> bool:
    """Whether every other value breaks a case; of numbers one of the two beside it, where a limit hides the other."""
    broken = (any(breaks(case.check, policy) for case in readers()[fact.id]) for policy in changed(fact))
    return any(broken) if isinstance(fact.value, int | Decimal) else all(broken)


def recorded() -> Iterator[Fact]:
    """Every record in force with a value, the promises of our own left out."""
    for facts in SHIPPED.facts.values():
        for fact in facts:
            usable = fact.status is not FactStatus.DRAFT and fact.withdrawn is None
            if usable and fact.value is not None and fact.sources != ("ours",):
                yield fact


SURE = [fact for fact in recorded() if fact.area == NATION and fact.confidence is Confidence.HIGH]


@pytest.mark.parametrize("fact", SURE, ids=lambda fact: fact.id)
def test_a_national_value_that_is_sure_stands_in_a_case(fact: Fact) -> None:
    assert readers().get(fact.id), "no case comes to it: write one from its document"
    assert noticed(fact), "no case fails when it is another: write one from its document"


READ_BY_NO_RULE = {
    "arrears.undeclared_ratio",
    "duplicate.employee_kept_from_months",
    "handling.interim_total_days",
    "military.account_days",
    "pa.interest_rule",
    "pension.base.lower",
    "pension.base.upper",
    "pension.base.wage",
    "unemployment.benefit_ratio",
}
"""Shown where a place is shown, and used in no answer yet."""


def shows(fact: Fact) -> bool:
    """Whether another value changes what some case shows; a rule that cannot work with it shows nothing at all."""
    for policy in changed(fact):
        for case in readers().get(fact.id, ()):
            try:
                if rendered(case, policy, fact.id) != rendered(case, SHIPPED, fact.id):
                    return True
            except Exception:  # noqa: BLE001
                return True
    return False


def test_another_value_of_any_parameter_shows_in_an_answer() -> None:
    by_name: dict[str, list[Fact]] = defaultdict(list)
    for fact in recorded():
        by_name[fact.parameter].append(fact)
    assert {name for name, facts in by_name.items() if not any(map(shows, facts))} == READ_BY_NO_RULE
