"""Who is entitled to unemployment benefit, for how many months, and what ends it (UNE-15 … UNE-21)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.policy import Policy
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import whole, yes

UNE_15 = Rule(
    "UNE-15",
    Anchor.EVENT,
    ("ENTITLED", "TOO_FEW_MONTHS", "LEFT_BY_CHOICE", "NOT_REGISTERED", "NOT_KNOWN"),
    ("sil:45",),
    parameters=("unemployment.min_months",),
)
UNE_16 = Rule(
    "UNE-16",
    Anchor.EVENT,
    ("AT_MOST", "NOT_KNOWN"),
    ("sil:46",),
    parameters=("unemployment.cap_months", "unemployment.max_months"),
)
UNE_17 = Rule(
    "UNE-17",
    Anchor.EVENT,
    ("BY_LOCAL_TABLE", "NOT_KNOWN"),
    ("gd-unemployment-2022:17",),
    Basis.LOCAL,
    parameters=("unemployment.full_years_one_month_each", "unemployment.months_per_later_year"),
)
UNE_18 = Rule("UNE-18", Anchor.EVENT, ("STOPS",), ("sil:51",))
UNE_19 = Rule(
    "UNE-19",
    Anchor.EVENT,
    ("FUND_PAYS", "NOT_KNOWN"),
    ("sil:48", "handling-2023:24"),
    parameters=("unemployment.medical_premium_paid",),
)
UNE_20 = Rule(
    "UNE-20",
    Anchor.EVENT,
    ("LUMP_SUM_POSSIBLE", "NOT_ENTITLED", "NOT_KNOWN"),
    ("gd-unemployment-2022:31",),
    Basis.LOCAL,
    parameters=("unemployment.lump_sum_for_outsiders",),
)
UNE_21 = Rule(
    "UNE-21", Anchor.EVENT, ("NOT_BY_CHOICE", "BY_CHOICE"), ("hrss-2011-13:13",), confidence=Confidence.MEDIUM
)
MONTHS = 12


class Leaving(StrEnum):
    """How work ended."""

    CONTRACT_ENDED = "contract_ended"
    DISMISSED = "dismissed"
    EMPLOYER_PROPOSED = "employer_proposed"
    EMPLOYER_AT_FAULT = "employer_at_fault"
    EMPLOYEE_PROPOSED = "employee_proposed"
    OWN_NOTICE = "own_notice"


CHOSEN = frozenset({Leaving.EMPLOYEE_PROPOSED, Leaving.OWN_NOTICE})
"""Ends the person wanted; after all others benefit is possible."""


class Ending(StrEnum):
    """What ends the benefit."""

    WORK = "work"
    ARMY = "army"
    ABROAD = "abroad"
    PENSION = "pension"
    REFUSED_WORK = "refused_work"


@dataclass(frozen=True, slots=True)
class MonthsDue:
    """``least`` and ``most`` months of benefit; they agree where the place's own table is known, None: not known.

    ``by_table``: counted by that table, not by the ceiling of the law.
    """

    least: int | None
    most: int | None
    by_table: bool
    decisions: tuple[Decision, ...]


def left_by_choice(*, how: Leaving) -> Decision:
    """UNE-21: a contract that ran out, a dismissal, an end the employer proposed or caused is not one's own choice."""
    return UNE_21.decide("BY_CHOICE" if how in CHOSEN else "NOT_BY_CHOICE", inputs={"how": how.value})


def entitled(*, paid_months: int, by_choice: bool, registered: bool, policy: Policy, on: date) -> Decision:
    """UNE-15: a year paid, not left by own choice, registered as unemployed and looking for work."""
    found = policy.find("unemployment.min_months", on=on)
    needed = whole(found)
    inputs: dict[str, Plain] = {"by_choice": by_choice, "paid_months": paid_months, "registered": registered}
    if needed is None:
        return UNE_15.decide("NOT_KNOWN", facts=(found,), inputs=inputs)
    failing = [
        word
        for word, fails in (
            ("TOO_FEW_MONTHS", paid_months < needed),
            ("LEFT_BY_CHOICE", by_choice),
            ("NOT_REGISTERED", not registered),
        )
        if fails
    ]
    return UNE_15.decide(failing[0] if failing else "ENTITLED", facts=(found,), inputs=inputs)


def months_due(
    *, paid_months: int, area: str, policy: Policy, on: date, undrawn_before: int = 0
) -> MonthsDue:
    """UNE-16, UNE-17: months of benefit by the table of the place; else only the most the law allows.

    ``undrawn_before``: months left from an earlier spell, which are added up to the highest number of the law. Who
    has paid too few months for any gets none.
    """
    minimum = whole(policy.find("unemployment.min_months", on=on))
    if minimum is not None and paid_months < minimum:
        said = entitled(paid_months=paid_months, by_choice=False, registered=True, policy=policy, on=on)
        return MonthsDue(0, 0, False, (said,))
    ceiling = policy.find("unemployment.max_months", on=on, scope={"paid_months": paid_months})
    cap = policy.find("unemployment.cap_months", on=on)
    top, highest = whole(ceiling), whole(cap)
    inputs: dict[str, Plain] = {"paid_months": paid_months, "undrawn_before": undrawn_before}
    if top is None or highest is None:
        return MonthsDue(
            None, None, False, (UNE_16.decide("NOT_KNOWN", facts=(ceiling, cap), inputs=inputs),)
        )
    most = min(highest, top + undrawn_before)
    law = UNE_16.decide("AT_MOST", facts=(ceiling, cap), inputs={**inputs, "most": most})
    by_table, said = local_months(paid_months=paid_months, area=area, policy=policy, on=on)
    if by_table is None:
        return MonthsDue(min(undrawn_before, most), most, False, (law, said))
    due = min(by_table + undrawn_before, most)
    return MonthsDue(due, due, True, (law, said))


def local_months(*, paid_months: int, area: str, policy: Policy, on: date) -> tuple[int | None, Decision]:
    """UNE-17: a month for each of the first full years, then so many for each further year, half years counting.

    None where the place's table is not known.
    """
    first = policy.find("unemployment.full_years_one_month_each", area, on=on)
    later = policy.find("unemployment.months_per_later_year", area, on=on)
    years, a_year = whole(first), whole(later)
    inputs: dict[str, Plain] = {"area": area, "paid_months": paid_months}
    if years is None or a_year is None:
        return None, UNE_17.decide("NOT_KNOWN", facts=(first, later), inputs=inputs)
    full = min(paid_months // MONTHS, years)
    months = full + max(0, paid_months - years * MONTHS) * a_year // MONTHS
    return months, UNE_17.decide("BY_LOCAL_TABLE", facts=(first, later), inputs={**inputs, "months": months})


def stops(*, why: Ending) -> Decision:
    """UNE-18: work, the army, moving abroad, a pension, or refusing suitable work end the benefit."""
    return UNE_18.decide("STOPS", inputs={"why": why.value})


def medical_premium(*, policy: Policy, on: date) -> Decision:
    """UNE-19: while it is drawn the fund pays employee medical insurance at the place of drawing, and its months count."""
    found = policy.find("unemployment.medical_premium_paid", on=on)
    return UNE_19.decide("FUND_PAYS" if yes(found) else "NOT_KNOWN", facts=(found,))


def lump_sum(*, is_entitled: bool, outsider: bool, area: str, policy: Policy, on: date) -> Decision:
    """UNE-20: some places let an entitled outsider take everything at once and end the relation."""
    inputs: dict[str, Plain] = {"area": area, "is_entitled": is_entitled, "outsider": outsider}
    if not is_entitled or not outsider:
        return UNE_20.decide("NOT_ENTITLED", inputs=inputs)
    found = policy.find("unemployment.lump_sum_for_outsiders", area, on=on)
    return UNE_20.decide("LUMP_SUM_POSSIBLE" if yes(found) else "NOT_KNOWN", facts=(found,), inputs=inputs)


ENTRIES: Entries = (
    (UNE_15, entitled),
    (UNE_16, months_due),
    (UNE_17, local_months),
    (UNE_18, stops),
    (UNE_19, medical_premium),
    (UNE_21, left_by_choice),
    (UNE_20, lump_sum),
)
