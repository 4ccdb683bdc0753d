"""What a place has fixed beside the transfer: what is paid there, what the account gets, how it handles (LOC-08 … LOC-12).

Each of these facts is told as it stands, with its own source and doubt; no other answer is computed from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jiexu.rules.decision import Basis, Decision, Plain
from jiexu.rules.facts import Given
from jiexu.rules.policy import NOTHING, Found, Policy
from jiexu.rules.rule import Anchor, Entries, Rule


class About(StrEnum):
    """What a fact is about, which decides where in an answer it is told."""

    PAYING = "paying"
    RESIDENT = "resident"
    ACCOUNT = "account"
    HANDLING = "handling"
    RETIREES = "retirees"


OUTCOMES = ("SAID", "NOT_KNOWN")
LOC_08 = Rule(
    "LOC-08",
    Anchor.MONTH,
    OUTCOMES,
    ("sil:23",),
    Basis.LOCAL,
    parameters=(
        "ee.flexible.monthly",
        "ee.flexible.yearly",
        "ee.rate.flexible",
        "ee.rate.individual",
        "ee.rate.employer",
        "ee.flexible.base",
        "ee.flexible.base_ratio",
        "ee.flexible.rate_of_employer_rate",
        "ee.base.lower",
        "ee.base.upper",
        "ee.base.floor_ratio",
        "ee.base.cap_ratio",
        "large_amount.monthly",
        "large_amount.yearly",
        "large_amount.rate",
        "care.yearly",
    ),
)
LOC_09 = Rule(
    "LOC-09",
    Anchor.COVERAGE_YEAR,
    OUTCOMES,
    ("guobanfa-2024-38",),
    Basis.LOCAL,
    parameters=(
        "resident.care.amount",
        "resident.newborn_window_days",
        "resident.incentive_from_year",
        "resident.incentive_continuous",
        "resident.incentive_no_claim",
        "resident.incentive_cap_ratio",
    ),
)
LOC_10 = Rule(
    "LOC-10",
    Anchor.MONTH,
    OUTCOMES,
    ("guobanfa-2021-14",),
    Basis.LOCAL,
    parameters=(
        "account.exists",
        "account.credit_rate",
        "pa.credit_rule",
        "pa.usable_in_province",
    ),
)
LOC_11 = Rule(
    "LOC-11",
    Anchor.APPLICATION,
    OUTCOMES,
    ("nhsa-2021-43:6",),
    Basis.LOCAL,
    parameters=(
        "handling.in_conditions",
        "handling.agent_documents",
        "handling.on_platform",
        "handling.promise_total_days",
        "agency.closed_days",
    ),
)
LOC_12 = Rule(
    "LOC-12",
    Anchor.RETIREMENT,
    OUTCOMES,
    ("sil:27",),
    Basis.LOCAL,
    parameters=(
        "ee.retire.tied_to_pension",
        "ee.base.retired",
        "account.credit_retired",
        "large_amount.retired",
    ),
)
RULES: dict[About, Rule] = {
    About.PAYING: LOC_08,
    About.RESIDENT: LOC_09,
    About.ACCOUNT: LOC_10,
    About.HANDLING: LOC_11,
    About.RETIREES: LOC_12,
}


@dataclass(frozen=True, slots=True)
class Said:
    """One fact of the place: ``parameter``, what is known of it, and the decision that carries its source."""

    parameter: str
    found: Found
    decision: Decision


@dataclass(frozen=True, slots=True)
class PlaceSays:
    """``said``: what is known, in the order it is told. ``decisions``: one a fact; where none is known, that."""

    said: tuple[Said, ...]
    decisions: tuple[Decision, ...]


def place_says(*, about: About, place: str, policy: Policy, on: date, who: Given = NOTHING) -> PlaceSays:
    """LOC-08 … LOC-12: every fact of the place on the subject that holds on the day for this person.

    ``who``: what is known of the person, by axis (``payer``, ``scheme``, ``group`` …).
    """
    rule = RULES[about]
    inputs: dict[str, Plain] = {"place": place}
    looked = ((name, policy.find(name, place, on=on, scope=who)) for name in rule.parameters)
    said = tuple(
        Said(name, found, rule.decide("SAID", facts=(found,), inputs=inputs))
        for name, found in looked
        if isinstance(found, Found)
    )
    if said:
        return PlaceSays(said, tuple(one.decision for one in said))
    return PlaceSays((), (rule.decide("NOT_KNOWN", inputs=inputs),))


ENTRIES: Entries = tuple((rule, place_says) for rule in RULES.values())
