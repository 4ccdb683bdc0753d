"""Both answers to the same question about one person: the second opinion's and the engine's, in the same words.

Every function answers `(question, second opinion, engine)`. What a place decides is read from the policy and handed to
the second opinion as a plain value; what the nation decides it must know by itself.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

from chinese_calendar import is_workday
from tests.second_opinion import (
    checks,
    comparing_cover,
    comparing_pension,
    comparing_unemployment,
    comparing_years,
    due_dates,
    money,
    retirement,
    years,
)
from tests.second_opinion.people import EMPLOYEE, RESIDENT, Answers, Compared, Person

from jiexu.gateways.policyfiles.areas import areas as places
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.records.monthset import MonthSet
from jiexu.records.record import Line, MonthKind, PersonRecord, Tally, take_in
from jiexu.rules.checks import destination_check, origin_check, refusal_codes, same_year, year_joined
from jiexu.rules.clocks import Clock, destination_due, origin_due
from jiexu.rules.decision import Confidence
from jiexu.rules.facts import Bound
from jiexu.rules.inputs import AccountPart, Asked, Enrolment, PersonFacts, Scheme, Sex, Status
from jiexu.rules.money import MoneyMode, money_mode
from jiexu.rules.policy import Found
from jiexu.rules.retirement import RetirementGroup, retirement_age
from jiexu.rules.scope import areas
from jiexu.rules.years import MonthsHeld, retiree_cover
from jiexu.values.areas import Found as InOnePool

POLICY, CALENDAR = shipped_policy(), working_days()
NEW_RETIREMENT = date(2025, 1, 1)
NAMES = {EMPLOYEE: "employee", RESIDENT: "resident"}
ONE_POOL = ("46", "64")
"""Provinces that are one pooling area (errata row 30)."""


def retirement_month(who: Person) -> Answers:
    """R-084, by the rule of 2025."""
    birth = (who.birth.year, who.birth.month)
    theirs = retirement.statutory_age(birth, who.group), retirement.statutory_month(birth, who.group)
    answer = retirement_age(
        birth=who.birth, group=RetirementGroup(who.group), on=max(who.applied, NEW_RETIREMENT), policy=POLICY
    )
    return (
        {"birth": birth, "group": who.group},
        theirs,
        (answer.months, (answer.month.year, answer.month.month)),
    )


LAST_KNOWN = date(2026, 12, 31)


@cache
def workdays() -> frozenset[date]:
    """Working days by an independent calendar, 2016 to 2026."""
    first = date(2016, 1, 1)
    every = (first + timedelta(days) for days in range((LAST_KNOWN - first).days + 1))
    return frozenset(day for day in every if is_workday(day))


def due_days(who: Person) -> Answers:
    """R-024, R-025, R-030. Where the independent calendar ends, the engine must say that its day may still move."""
    received = who.applied + timedelta(days=who.handled_after)
    theirs = [
        due_dates.due("origin", who.applied, who.applied, workdays(), LAST_KNOWN),
        due_dates.due("destination", received, who.applied, workdays(), LAST_KNOWN),
    ]
    clocks = [
        origin_due(accepted_on=who.applied, calendar=CALENDAR, policy=POLICY),
        destination_due(form_received_on=received, accepted_on=who.applied, calendar=CALENDAR, policy=POLICY),
    ]
    return {"applied": who.applied, "received": received}, theirs, [_firm(clock) for clock in clocks]


def _firm(clock: Clock) -> date | None:
    return None if clock.kind == "provisional" else clock.on


MODES = {
    MoneyMode.REMIT: "transfer",
    MoneyMode.NONE: "none",
    MoneyMode.UNKNOWN: "unknown",
    MoneyMode.STAY: "STAY",
    MoneyMode.CREDIT_THEN_CLEAR: "CREDIT_THEN_CLEAR",
    MoneyMode.INSTANT: "INSTANT",
    MoneyMode.KEEP: "keep",
    MoneyMode.TO_PERSON: "pay_out",
}
LOCAL_WORDS = {"REMIT": "transfer", "keep_usable": "keep", "hold": "keep"}


def money_way(who: Person) -> Answers:
    """R-001, R-032 to R-039."""
    given: dict[str, Any] = {
        "same_area": same_pool(who),
        "same_province": same_province(who),
        "parts": parts(who),
        "mode_at_origin": _word("pa.intra_mode", who.origin, who),
        "mode_at_destination": _word("pa.intra_mode", who.destination, who),
        "er_money": _word("pa.er_money", who.origin, who),
    }
    theirs = money.money_mode(NAMES[who.from_scheme], NAMES[who.to_scheme], **given)
    said = asked(who)
    if areas(asked=said, policy=POLICY).refusals:
        ours = "no_transfer"
    else:
        answer = money_mode(asked=said, person=at_origin(who), policy=POLICY, on=who.applied)
        manual = any(each.rule == "R-034" for each in answer.decisions)
        ours = "manual" if manual else MODES[answer.mode]
    schemes = f"{NAMES[who.from_scheme]} to {NAMES[who.to_scheme]}"
    return (
        {"schemes": schemes, "move": (who.origin, who.destination), **given},
        theirs,
        ours,
    )


def _word(parameter: str, area: str, who: Person) -> str | None:
    found = POLICY.find(parameter, area, on=who.applied)
    return LOCAL_WORDS.get(str(found.value), str(found.value)) if isinstance(found, Found) else None


def same_pool(who: Person) -> bool:
    """Whether both places are one pooling area."""
    one = who.origin[:2] == who.destination[:2] and who.origin[:2] in ONE_POOL
    return one or who.origin == who.destination


def same_province(who: Person) -> bool | None:
    """Whether the move stays inside a province; nobody knows for 新疆 and the corps (errata row 31)."""
    provinces = {who.origin[:2], who.destination[:2]}
    return None if provinces == {"65", "66"} else len(provinces) == 1


def parts(who: Person) -> list[tuple[int, bool]]:
    """What each part of the account holds free, in fen, and whether it may move."""
    return [(part.balance - part.held, part.movable) for part in who.parts] if who.has_account else []


UNSURE = "NA-04, not sure"
"""Which year was joined is not known: the engine refuses and says that it is not sure."""


def refusals(who: Person) -> Answers:
    """R-001, R-005, R-017, R-018, R-021: which of the five refusals hold."""
    joined_ahead = who.at_destination == "from_tomorrow" and who.to_scheme == RESIDENT
    given: dict[str, Any] = {
        "same_area": same_pool(who),
        "retired_at_origin": "retired" in who.at_origin,
        "retired_at_destination": who.at_destination == "retired",
        "origin_stopped": who.at_origin in {"stopped", "stopped_today", "retired"},
        "destination_enrolled": who.at_destination == "insured" or joined_ahead,
    }
    holds = checks.refusals(**given)
    if who.destination_year is not None:
        year = {
            "origin_last_year": who.origin_year,
            "destination_year": who.destination_year if given["destination_enrolled"] else None,
            "benefit_start_required": bool(_word("resident.requires_benefit_start", who.destination, who)),
        }
        given |= year
        refused = checks.residents_year_refused(who.applied, **year)
        if refused is not False:
            holds.append("NA-04" if refused else UNSURE)
    said = asked(who)
    here, there = at_origin(who), at_destination(who)
    joined = year_joined(asked=said, person=there, today=who.applied)
    decisions = [
        areas(asked=said, policy=POLICY),
        *origin_check(asked=said, person=here, today=who.applied, policy=POLICY),
        *destination_check(asked=said, person=there, today=who.applied, policy=POLICY),
        *same_year(asked=said, person=here, joined=joined, policy=POLICY),
    ]
    codes = {"NA-01", "NA-02", "NA-03", "NA-04", "NA-05"} & set(refusal_codes(decisions))
    if any(
        each.rule == "R-021" and each.refusals and each.confidence is Confidence.LOW for each in decisions
    ):
        codes = codes - {"NA-04"} | {UNSURE}
    told = {"applied": who.applied, "origin": who.at_origin, "destination": who.at_destination}
    return told | given, sorted(holds), sorted(codes)


@cache
def pool(code: str) -> str:
    """The pooling area of a place, which an application names."""
    found = places().find(code)
    assert isinstance(found, InOnePool)
    return found.pool.code


def asked(who: Person) -> Asked:
    """The person's application as the rules want it."""
    return Asked(
        received_on=who.applied,
        origin=pool(who.origin),
        destination=pool(who.destination),
        from_scheme=Scheme(who.from_scheme),
        to_scheme=Scheme(who.to_scheme),
    )


def at_origin(who: Person) -> PersonFacts:
    """What the origin holds of the person."""
    scheme = Scheme(who.from_scheme)
    year = who.origin_year if scheme is Scheme.RESIDENT else None

    def cover(status: Status, stopped: date | None) -> Enrolment:
        return Enrolment(scheme, status, date(2010, 1, 1), stopped, year, has_account=who.has_account)

    held = {
        "stopped": (cover(Status.STOPPED, who.stopped),),
        "stopped_today": (cover(Status.STOPPED, who.applied),),
        "stops_tomorrow": (cover(Status.STOPPED, who.applied + timedelta(1)),),
        "insured": (cover(Status.INSURED, None),),
        "retired": (cover(Status.RETIRED, None),),
        "retired_and_insured": (cover(Status.RETIRED, None), cover(Status.INSURED, None)),
    }
    return PersonFacts(
        birth=who.birth,
        document_kind="01",
        enrolments=held[who.at_origin],
        account=tuple(
            AccountPart(f"part_{number}", part.balance, part.held, part.movable)
            for number, part in enumerate(who.parts)
        ),
        movable_months=1,
        sex=Sex(who.sex),
    )


def at_destination(who: Person) -> PersonFacts | None:
    """What the destination holds of the person; None where nobody of that name is there."""
    if who.at_destination == "nobody":
        return None
    status, since, stopped = {
        "insured": (Status.INSURED, who.applied, None),
        "from_tomorrow": (Status.INSURED, who.applied + timedelta(1), None),
        "stopped": (Status.STOPPED, date(2010, 1, 1), who.stopped),
        "retired": (Status.RETIRED, date(2010, 1, 1), None),
    }[who.at_destination]
    scheme = Scheme(who.to_scheme)
    year = None
    if scheme is Scheme.RESIDENT:
        year = who.destination_year or who.applied.year
    enrolment = Enrolment(scheme, status, since, stopped, year)
    return PersonFacts(who.birth, "01", (enrolment,), sex=Sex(who.sex))


def months_counted(who: Person) -> Answers:
    """R-076 to R-080: what both places hold, added at the destination."""
    counted = years.counted([(area, month, kind) for area, month, kind in who.months])
    theirs = {
        "employee": counted["paid"] + counted["deemed"],
        "resident": counted["resident"],
    }
    spans: dict[Line, list[tuple[int, int]]] = {}
    for area, (year, month), kind in who.months:
        scheme = RESIDENT if kind == "resident" else EMPLOYEE
        line = Line(scheme, area, MonthKind.DEEMED if kind == "deemed" else MonthKind.PAID)
        index = year * 12 + month - 1
        spans.setdefault(line, []).append((index, index + 1))
    lines = {line: MonthSet.from_spans(each) for line, each in spans.items()}
    here = PersonRecord(
        who.destination, {line: Tally(each) for line, each in lines.items() if line.area == who.destination}
    )
    incoming = {line: each for line, each in lines.items() if line.area != who.destination}
    record = take_in(here, incoming).record
    ours = {"employee": record.total(EMPLOYEE), "resident": record.total(RESIDENT)}
    return {"stretches": len(lines)}, theirs, ours


WORDS = {"REACHED": "reached", "NOT_REACHED": "not_reached", "NOT_KNOWN": "not_known"}


def years_reached(who: Person) -> Answers:
    """R-081 by what the destination asks for on the day of retirement."""
    draw = who.draws("years")
    paid, deemed = draw.randrange(0, 420), draw.choice((0, 0, 36))
    local = draw.randrange(0, paid + 1)
    on = date(draw.randint(2021, 2035), draw.randint(1, 12), 1)
    needed = {name: _months_needed(f"ee.retire.{name}_years", who, on) for name in ("total", "paid", "local")}
    theirs = years.reached(
        paid=paid,
        deemed=deemed,
        local=local,
        total_needed=needed["total"],
        paid_needed=needed["paid"],
        local_needed=needed["local"],
        deemed_recognised=True,
    )
    held = MonthsHeld(total=paid + deemed, paid=paid, local=local)
    ours = retiree_cover(held=held, sex=Sex(who.sex), area=who.destination, policy=POLICY, on=on)
    return (
        {"area": who.destination, "sex": who.sex, "on": on, "held": held, "needed": needed},
        theirs,
        WORDS[ours.outcome],
    )


def _months_needed(parameter: str, who: Person, on: date) -> Any:
    found = POLICY.find(parameter, who.destination, on=on, scope={"sex": who.sex})
    if not isinstance(found, Found):
        return None
    value = found.value
    if isinstance(value, Bound):
        return (float(value.low or 0) * 12, float("inf") if value.high is None else float(value.high) * 12)
    return (float(str(value)) * 12, float(str(value)) * 12)


COMPARED: Compared = {
    "retirement": retirement_month,
    "due days": due_days,
    "money": money_way,
    "refusals": refusals,
    "months": months_counted,
    "years": years_reached,
    **comparing_cover.COMPARED,
    **comparing_pension.COMPARED,
    **comparing_unemployment.COMPARED,
    **comparing_years.COMPARED,
}
