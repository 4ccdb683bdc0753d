"""When a pension can be drawn: the age, the months, and what helps who has too few (PEN-27 … PEN-29)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jiexu.rules.decision import Decision, Plain
from jiexu.rules.policy import Policy
from jiexu.rules.retirement import RetirementAge, RetirementGroup, retirement_age
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import whole

PEN_27 = Rule(
    "PEN-27",
    Anchor.RETIREMENT,
    ("ENOUGH", "TOO_FEW", "NOT_KNOWN"),
    ("state-council-2024-retirement", "sil:16"),
    parameters=("pension.min_months",),
)
PEN_28 = Rule("PEN-28", Anchor.RETIREMENT, ("PAY_ON_OR_RESIDENT",), ("sil:16",))
PEN_29 = Rule(
    "PEN-29", Anchor.RETIREMENT, ("REACHED_IN",), ("npc-2024-retirement", "state-council-2024-retirement:1")
)


@dataclass(frozen=True, slots=True)
class Minimum:
    """``needed``: months the year asks for, None where not known; ``missing``: months still to come, 0 if none."""

    needed: int | None
    missing: int | None
    decisions: tuple[Decision, ...]


def pension_months(
    *, months: int, reaches_age_on: date, policy: Policy, retires_on: date | None = None
) -> Minimum:
    """PEN-27: the months the year asks for: 15 years until 2029, then half a year more each year, 20 from 2039.

    ``months``: paid and deemed. ``reaches_age_on``: first day of the month of the statutory age. ``retires_on``: who
    retires early is asked for the months of that year, who retires late for those of the year of the age.
    """
    counts = min(reaches_age_on, retires_on or reaches_age_on)
    found = policy.find("pension.min_months", on=counts)
    needed = whole(found)
    inputs: dict[str, Plain] = {"months": months, "needed": needed, "year": counts.year}
    if needed is None:
        return Minimum(None, None, (PEN_27.decide("NOT_KNOWN", facts=(found,), inputs=inputs),))
    missing = max(0, needed - months)
    inputs["missing"] = missing
    said = PEN_27.decide("TOO_FEW" if missing else "ENOUGH", facts=(found,), inputs=inputs)
    return Minimum(needed, missing, (said, *([too_few(missing=missing)] if missing else [])))


def too_few(*, missing: int) -> Decision:
    """PEN-28: pay on until there are enough, pay at once where that is allowed, or move to the resident pension."""
    return PEN_28.decide("PAY_ON_OR_RESIDENT", inputs={"missing": missing})


def reaching(
    *, birth: date, group: RetirementGroup, on: date, policy: Policy
) -> tuple[RetirementAge, Decision]:
    """PEN-29: the month of the statutory age, as R-084 computes it. Raises RetirementRuleMissingError."""
    age = retirement_age(birth=birth, group=group, on=on, policy=policy)
    inputs: dict[str, Plain] = {
        "group": group.value,
        "months": age.months,
        "reached": age.month.isoformat()[:7],
    }
    return age, PEN_29.decide("REACHED_IN", inputs=inputs, links=(age.decision.confidence,))


ENTRIES: Entries = ((PEN_27, pension_months), (PEN_28, too_few), (PEN_29, reaching))
