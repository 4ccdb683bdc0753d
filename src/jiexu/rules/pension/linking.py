"""Linking the pensions of employees and residents (城乡养老保险制度衔接; URB-01 … URB-11, RES-01)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jiexu.rules.calendar import Calendar
from jiexu.rules.clocks import Clock, NoClockError, clock
from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.pension.stretches import PensionRecordError
from jiexu.rules.policy import Policy, Unknown
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import rounded, whole, yes

URB_01 = Rule(
    "URB-01",
    Anchor.RETIREMENT,
    ("MAY_LINK", "TOO_EARLY", "DRAWING_EMPLOYEE", "DRAWING_RESIDENT"),
    ("mohrss-2014-17", "pension-ministry-text"),
)
URB_02 = Rule(
    "URB-02",
    Anchor.RETIREMENT,
    ("TO_EMPLOYEE", "TO_RESIDENT", "NOT_KNOWN"),
    ("mohrss-2014-17",),
    parameters=("urban_rural.employee_months",),
)
URB_03 = Rule(
    "URB-03", Anchor.APPLICATION, ("COLLECT_FIRST",), ("mohrss-2014-17:4",), confidence=Confidence.MEDIUM
)
URB_04 = Rule(
    "URB-04",
    Anchor.APPLICATION,
    ("AT_EMPLOYEE_PLACE", "AT_RESIDENT_PLACE"),
    ("mohrss-2014-17:4",),
    confidence=Confidence.MEDIUM,
)
URB_05 = Rule(
    "URB-05",
    Anchor.APPLICATION,
    ("ACCOUNT_JOINS_YEARS_DO_NOT", "ACCOUNT_AND_YEARS_JOIN", "NOT_KNOWN"),
    ("mohrss-2014-17:5",),
    parameters=("urban_rural.resident_years_count",),
)
URB_06 = Rule(
    "URB-06",
    Anchor.APPLICATION,
    ("ACCOUNT_AND_YEARS_JOIN", "ACCOUNT_JOINS_YEARS_DO_NOT", "NOT_KNOWN"),
    ("mohrss-2014-17:6",),
    confidence=Confidence.MEDIUM,
    parameters=("urban_rural.employee_years_count",),
)
URB_07 = Rule("URB-07", Anchor.APPLICATION, ("REFUNDED", "NO_OVERLAP"), ("mohrss-2014-17:7",))
URB_08 = Rule("URB-08", Anchor.EVENT, ("RESIDENT_ENDS", "ONE_PENSION"), ("mohrss-2014-17:8",))
URB_09 = Rule(
    "URB-09",
    Anchor.APPLICATION,
    ("DUE",),
    ("mohrss-2014-17:9",),
    parameters=("urban_rural.stage_days",),
)
URB_10 = Rule(
    "URB-10",
    Anchor.ALWAYS,
    ("IN_FORCE", "BEFORE_IT"),
    ("mohrss-2014-17",),
    parameters=("urban_rural.stage_days",),
)
URB_11 = Rule(
    "URB-11",
    Anchor.RETIREMENT,
    ("RISE_NOT_KNOWN",),
    ("mohrss-2014-17",),
    Basis.INFERENCE,
    Confidence.LOW,
    parameters=("pension.min_months",),
)
RES_01 = Rule(
    "RES-01",
    Anchor.EVENT,
    ("ACCOUNT_MOVES", "DRAWING_STAYS", "ASK_PROVINCE"),
    ("resident-pension-move", "handling-2023:12"),
    confidence=Confidence.MEDIUM,
)
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Linking:
    """``way``: ``TO_EMPLOYEE``, ``TO_RESIDENT``, or None where nothing can be linked or it is not known.

    ``needed``: employee months that decide; ``missing``: how many are still to come, None where not known.
    """

    way: str | None
    needed: int | None
    missing: int | None
    decisions: tuple[Decision, ...]


def link(
    *,
    employee_months: int,
    reaches_age_on: date,
    on: date,
    policy: Policy,
    draws_employee: bool = False,
    draws_resident: bool = False,
) -> Linking:
    """Which way somebody with both pensions may link them on a day (URB-01, URB-02, URB-08, URB-11).

    ``employee_months``: extension included. ``reaches_age_on``: first day of the month of the employee scheme's
    statutory age. Who lacks months may also pay on or at once (PEN-28) before moving to the resident pension. Who
    draws either pension links nothing any more.
    """
    if draws_employee:
        note = both_drawn(draws_resident=draws_resident)
        return Linking(None, None, None, (URB_01.decide("DRAWING_EMPLOYEE"), note))
    if draws_resident:
        return Linking(None, None, None, (URB_01.decide("DRAWING_RESIDENT"),))
    if on < reaches_age_on:
        inputs: dict[str, Plain] = {"reaches_age": reaches_age_on.isoformat()[:7]}
        return Linking(None, None, None, (URB_01.decide("TOO_EARLY", inputs=inputs),))
    found = policy.find("urban_rural.employee_months", on=reaches_age_on)
    needed = whole(found)
    said: dict[str, Plain] = {"months": employee_months, "needed": needed, "year": reaches_age_on.year}
    may = URB_01.decide("MAY_LINK")
    if needed is None:
        decided = URB_02.decide("NOT_KNOWN", facts=(found,), inputs=said)
        return Linking(None, None, None, (may, decided, rise(reaches_age_on=reaches_age_on, policy=policy)))
    missing = max(0, needed - employee_months)
    way = "TO_RESIDENT" if missing else "TO_EMPLOYEE"
    decided = URB_02.decide(way, facts=(found,), inputs=said)
    to_employee = not missing
    joins = (
        resident_to_employee(policy=policy, on=on)
        if to_employee
        else employee_to_resident(policy=policy, on=on)
    )
    where = apply_where(to_employee=to_employee)
    return Linking(way, needed, missing, (may, decided, collect_first(), where, joins))


def rise(*, reaches_age_on: date, policy: Policy) -> Decision:
    """URB-11: from 2030 the pension asks for more months; whether linking follows it was not found."""
    found = policy.find("pension.min_months", on=reaches_age_on)
    return URB_11.decide("RISE_NOT_KNOWN", facts=(found,), inputs={"pension_months": whole(found)})


def collect_first() -> Decision:
    """URB-03: first fix the employee scheme's place of benefit and collect all employee relations there."""
    return URB_03.decide("COLLECT_FIRST")


def apply_where(*, to_employee: bool) -> Decision:
    """URB-04: at the place of benefit of the scheme that is entered."""
    return URB_04.decide("AT_EMPLOYEE_PLACE" if to_employee else "AT_RESIDENT_PLACE")


def resident_to_employee(*, policy: Policy, on: date) -> Decision:
    """URB-05: the whole resident account joins; resident years are neither counted nor converted."""
    found = policy.find("urban_rural.resident_years_count", on=on)
    return URB_05.decide(JOINS[yes(found)], facts=(found,))


def employee_to_resident(*, policy: Policy, on: date) -> Decision:
    """URB-06: the whole employee account joins and its years count; the pooled fund does not move."""
    found = policy.find("urban_rural.employee_years_count", on=on)
    return URB_06.decide(JOINS[yes(found)], facts=(found,))


JOINS = {True: "ACCOUNT_AND_YEARS_JOIN", False: "ACCOUNT_JOINS_YEARS_DO_NOT", None: "NOT_KNOWN"}


@dataclass(frozen=True, slots=True)
class DoublePaid:
    """``refund_fen``: of the resident payment and collective subsidy, for the months paid twice."""

    months: int
    refund_fen: int
    decision: Decision


def paid_twice(*, resident_year_fen: int, months: int, collective_fen: int = 0) -> DoublePaid:
    """URB-07: months paid in both schemes in one year count for employees only, and the resident part is paid back.

    ``resident_year_fen`` and ``collective_fen``: for the whole year. ``months``: paid twice, 0 to 12. The share by
    months is our reading of 按月计算, rounded half up to the fen. Raises PensionRecordError outside 0 to 12.
    """
    if not 0 <= months <= MONTHS:
        raise PensionRecordError(
            "months_of_a_year",
            "{months} months cannot have been paid twice in one year; give 0 to {most}.",
            months=months,
            most=MONTHS,
        )
    refund = rounded(Decimal((resident_year_fen + collective_fen) * months) / MONTHS)
    inputs: dict[str, Plain] = {"months": months, "refund_fen": refund}
    doubt = (Confidence.MEDIUM,) if months % MONTHS else ()
    said = URB_07.decide("REFUNDED" if months else "NO_OVERLAP", inputs=inputs, links=doubt)
    return DoublePaid(months, refund, said)


def both_drawn(*, draws_resident: bool, account_fen: int = 0, subsidy_fen: int = 0) -> Decision:
    """URB-08: who drew both: the resident relation ends, its account without the state's subsidy is paid back.

    The resident basic pension drawn meanwhile is returned or set off.
    """
    inputs: dict[str, Plain] = {"refund_fen": max(0, account_fen - subsidy_fen)}
    return URB_08.decide("RESIDENT_ENDS" if draws_resident else "ONE_PENSION", inputs=inputs)


def link_step_due(*, start: date, applied_on: date, calendar: Calendar, policy: Policy) -> Clock:
    """URB-09: three steps of so many working days each; a refusal is explained.

    Raises NoClockError for an application from before the measures.
    """
    found = policy.find("urban_rural.stage_days", on=applied_on)
    if isinstance(found, Unknown):
        raise NoClockError(
            f"No clock for linking pensions is known on {applied_on.isoformat()}: the measures begin on 2014-07-01. "
            "Correct the date, or record the older rule in policy/nation.yaml."
        )
    return clock(URB_09, found, start, calendar)


def in_force(*, on: date, policy: Policy) -> Decision:
    """URB-10: whether the national measures on linking hold on a day."""
    found = policy.find("urban_rural.stage_days", on=on)
    known = not isinstance(found, Unknown)
    return URB_10.decide(
        "IN_FORCE" if known else "BEFORE_IT", facts=(found,) if known else (), inputs={"on": on.isoformat()}
    )


def resident_moves(*, drawing: bool, across_provinces: bool) -> Decision:
    """RES-01: when the registration moves while paying, the whole account moves once and years add.

    Who draws stays. Inside a province some move no money: the province is to be asked.
    """
    inputs: dict[str, Plain] = {"across_provinces": across_provinces, "drawing": drawing}
    if drawing:
        return RES_01.decide("DRAWING_STAYS", inputs=inputs)
    return RES_01.decide("ACCOUNT_MOVES" if across_provinces else "ASK_PROVINCE", inputs=inputs)


ENTRIES: Entries = (
    (URB_01, link),
    (URB_02, link),
    (URB_03, collect_first),
    (URB_04, apply_where),
    (URB_05, resident_to_employee),
    (URB_06, employee_to_resident),
    (URB_07, paid_twice),
    (URB_08, both_drawn),
    (URB_09, link_step_due),
    (URB_10, in_force),
    (URB_11, rise),
    (RES_01, resident_moves),
)
