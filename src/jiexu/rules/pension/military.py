"""Service years and the pension subsidy of those who leave the army (MIL-01 … MIL-05)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jiexu.rules.decision import Confidence, Decision, Plain
from jiexu.rules.policy import Policy
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import number, rounded

MIL_01 = Rule(
    "MIL-01", Anchor.EVENT, ("ADDED",), ("military-2012:13", "veterans-2020:81", "handling-2023:17")
)
MIL_02 = Rule(
    "MIL-02",
    Anchor.MONTH,
    ("COMPUTED", "NOT_KNOWN"),
    ("military-pension",),
    confidence=Confidence.MEDIUM,
    parameters=(
        "military.pension_person_rate",
        "military.pension_subsidy_rate",
        "military.pension_unit_rate",
    ),
)
MIL_03 = Rule("MIL-03", Anchor.EVENT, ("THREE_PAPERS",), ("military-pension",), confidence=Confidence.MEDIUM)
MIL_04 = Rule(
    "MIL-04", Anchor.EVENT, ("DEEMED",), ("military-2012:23", "military-2012:49", "veterans-2020:50")
)
MIL_05 = Rule("MIL-05", Anchor.EVENT, ("CLAIM_AT_HOME", "NOT_FOR_SETTLED"), ("veterans-2020:85",))


@dataclass(frozen=True, slots=True)
class Subsidy:
    """The subsidy in fen, booked as employer's and person's part, which add up to it; None where a rate is unknown."""

    total_fen: int | None
    unit_fen: int | None
    person_fen: int | None
    decision: Decision


def service_counts(*, months: int) -> Decision:
    """MIL-01: the army sends relation and money; service years add to the years before and after."""
    return MIL_01.decide("ADDED", inputs={"months": months})


def subsidy(*, months: int, wage_fen: int, policy: Policy, on: date) -> Subsidy:
    """MIL-02: 20 % of the contribution wage of each month served, of which 12 as employer's and 8 as person's part.

    ``wage_fen``: monthly, in fen. ``on``: a day of the service, which picks the rates. The person's part is rounded
    half up to the fen; the employer's is what is left of the whole.
    """
    names = ("pension_subsidy_rate", "pension_unit_rate", "pension_person_rate")
    facts = tuple(policy.find(f"military.{name}", on=on) for name in names)
    whole_rate, unit_rate, person_rate = (number(fact) for fact in facts)
    inputs: dict[str, Plain] = {"months": months, "wage_fen": wage_fen}
    if whole_rate is None or unit_rate is None or person_rate is None:
        return Subsidy(None, None, None, MIL_02.decide("NOT_KNOWN", facts=facts, inputs=inputs))
    total = rounded(Decimal(months) * wage_fen * Decimal(whole_rate))
    person = rounded(Decimal(months) * wage_fen * Decimal(person_rate))
    inputs |= {"person_fen": person, "total_fen": total, "unit_fen": total - person}
    return Subsidy(total, total - person, person, MIL_02.decide("COMPUTED", facts=facts, inputs=inputs))


def papers() -> Decision:
    """MIL-03: payment certificate and information sheet of the army, and the bank's receipt."""
    return MIL_03.decide("THREE_PAPERS")


def service_deemed(*, months: int) -> Decision:
    """MIL-04: service years are deemed years of employee medical insurance and of unemployment insurance."""
    return MIL_04.decide("DEEMED", inputs={"months": months})


def veteran_unemployed(*, settled_by_state: bool) -> Decision:
    """MIL-05: veterans who find no work soon claim at the place of registration; not those settled by the state."""
    outcome = "NOT_FOR_SETTLED" if settled_by_state else "CLAIM_AT_HOME"
    return MIL_05.decide(outcome, inputs={"settled_by_state": settled_by_state})


ENTRIES: Entries = (
    (MIL_01, service_counts),
    (MIL_02, subsidy),
    (MIL_03, papers),
    (MIL_04, service_deemed),
    (MIL_05, veteran_unemployed),
)
