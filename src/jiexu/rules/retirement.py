"""The statutory retirement age (R-084): reaching it is not being retired, which is a state the agency records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jiexu.rules.decision import Decision, Plain
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.rules.rule import Anchor, Entries, Rule

R_084 = Rule(
    "R-084",
    Anchor.RETIREMENT,
    ("AGE",),
    ("npc-2024-retirement", "state-council-2024-retirement:1", "state-council-2024-retirement:2"),
    parameters=(
        "retirement.cap",
        "retirement.first_cohort",
        "retirement.old_age",
        "retirement.step",
    ),
)
MONTHS = 12


class RetirementGroup(StrEnum):
    """The three groups of the law, by the age that stood before 2025."""

    MAN = "man"
    WOMAN_55 = "woman_55"
    WOMAN_50 = "woman_50"


@dataclass(frozen=True, slots=True)
class RetirementAge:
    """``months``: age in months; ``month``: first day of the calendar month in which it is reached."""

    months: int
    month: date
    decision: Decision


class RetirementRuleMissingError(LookupError):
    """The policy holds no complete retirement rule; policy/nation.yaml must."""


def retirement_age(*, birth: date, group: RetirementGroup, on: date, policy: Policy) -> RetirementAge:
    """The statutory age of a person born in a month, and the month it is reached, by the rule of a day.

    Delay: one month for every ``step`` months the birth lies after the first cohort, at most the cap
    (国务院关于渐进式延迟法定退休年龄的办法 art. 1 and 2). A cap of 0 is the rule before 2025: no delay.
    Raises RetirementRuleMissingError before the oldest rule held.
    """
    scope = {"group": group.value}
    old, cap = _term("old_age", scope, on, policy), _term("cap", scope, on, policy)
    delay, facts = 0, [old, cap]
    if cap.value != 0:
        first, step = _term("first_cohort", scope, on, policy), _term("step", scope, on, policy)
        late = birth.year * MONTHS + birth.month - _month_number(str(first.value))
        delay = 0 if late < 0 else min(late // _number(step) + 1, _number(cap))
        facts += [first, step]
    months = _number(old) + delay
    reached = birth.year * MONTHS + birth.month - 1 + months
    month = date(reached // MONTHS, reached % MONTHS + 1, 1)
    inputs: dict[str, Plain] = {
        "birth": birth.isoformat(),
        **scope,
        "months": months,
        "reached": month.isoformat()[:7],
    }
    return RetirementAge(months=months, month=month, decision=R_084.decide("AGE", facts=facts, inputs=inputs))


def old_age(*, group: RetirementGroup, on: date, policy: Policy) -> int:
    """The age in months that stood before 2025, which no early retirement goes below. Raises as ``retirement_age``."""
    return _number(_term("old_age", {"group": group.value}, on, policy))


def _number(found: Found) -> int:
    return found.value if isinstance(found.value, int) else int(str(found.value))


def _month_number(written: str) -> int:
    year, month = written.split("-")
    return int(year) * MONTHS + int(month)


def _term(name: str, scope: dict[str, str], on: date, policy: Policy) -> Found:
    answer = policy.find(f"retirement.{name}", on=on, scope=scope)
    if isinstance(answer, Unknown):
        raise RetirementRuleMissingError(
            f"retirement.{name} of {scope['group']} is not known on {on.isoformat()}; record it in policy/nation.yaml."
        )
    return answer


ENTRIES: Entries = ((R_084, retirement_age),)
