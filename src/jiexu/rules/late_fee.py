"""Arrears and late fees (R-070 … R-075): what the employer owes, what nobody may charge the person.

The statute names the employer alone. For people who pay for themselves only a local text could charge a fee.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.inputs import Payer
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import ends, rounded, whole, yes
from jiexu.rules.working import Line, Rounding, Worked, calendar_days, day, fen, line, share
from jiexu.values.errors import ValueFault

R_070 = Rule(
    "R-070",
    Anchor.APPLICATION,
    ("BLOCKS_LOCALLY", "DOES_NOT_BLOCK", "NOT_A_NATIONAL_GROUND"),
    ("nhsa-2021-43:6",),
    confidence=Confidence.MEDIUM,
    parameters=("handling.arrears_block",),
)
R_071 = Rule(
    "R-071",
    Anchor.EVENT,
    ("EMPLOYER_OWES", "NOT_KNOWN"),
    ("sil:86", "hrss-2011-13:20"),
    parameters=("late_fee.owed_by", "late_fee.rate", "arrears.fine_times"),
)
R_072 = Rule(
    "R-072",
    Anchor.EVENT,
    ("NO_FEE", "LOCAL_FEE", "NOT_KNOWN"),
    ("sil:86",),
    Basis.INFERENCE,
    Confidence.MEDIUM,
    parameters=("late_fee.owed_by",),
)
R_073 = Rule(
    "R-073",
    Anchor.EVENT,
    ("IN_FORCE", "NOT_IN_FORCE", "NOT_KNOWN"),
    ("sil:86", "collection-1999:13"),
    parameters=("late_fee.rate",),
)
R_074 = Rule("R-074", Anchor.EVENT, ("NOT_PROVIDED",), ("sil:63", "sil:83"))
R_075 = Rule(
    "R-075",
    Anchor.EVENT,
    ("MAY_STOP_ALONE", "COMPLAIN"),
    ("sil:50", "sil:83"),
    Basis.INFERENCE,
    Confidence.LOW,
    parameters=("handling.self_stop", "remedy.employer_report_days"),
)
ONE_DAY = timedelta(days=1)


class ArrearsError(ValueFault):
    """Days or amounts of arrears that cannot be."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days of default under one rate: from ``first`` to ``last``, both counted; ``rate`` a day."""

    first: date
    last: date
    days: int
    rate: Decimal


@dataclass(frozen=True, slots=True)
class LateFee:
    """``fee_fen``: what is owed besides the arrears, 0 for nothing; None: not known. ``owed_by``: employer, person, nobody.

    ``fine_fen``: the least and most the employer may be fined if it still does not pay after being told to.
    """

    fee_fen: int | None
    owed_by: str | None
    days: int
    stretches: tuple[Stretch, ...] = ()
    fine_fen: tuple[int, int] | None = None


def late_fee(
    *,
    arrears_fen: int,
    first_day: date,
    last_day: date,
    payer: Payer,
    policy: Policy,
    place: str | None = None,
) -> Worked[LateFee]:
    """R-071, R-072: the late fee on arrears, for the days of default from ``first_day`` to ``last_day``, both counted.

    An employer owes it at the rate in force on each day and may not pass it on; whoever pays for themselves owes none
    unless a local text says so. Which day is the first of default, and rounding, are collection practice: here whole
    days, and half up to the fen. Raises ArrearsError for a last day before the first or an amount below one fen.
    """
    if last_day < first_day:
        raise ArrearsError(
            "default_ends_before_it_begins",
            "The default ends on {last} before it begins on {first}; exchange the days or correct one.",
            first=first_day.isoformat(),
            last=last_day.isoformat(),
        )
    if arrears_fen < 1:
        raise ArrearsError(
            "no_arrears",
            "Arrears of {fen} fen carry no late fee; give an amount above zero.",
            fen=arrears_fen,
        )
    owed_by = policy.find("late_fee.owed_by", place, on=last_day, scope={"payer": payer.value})
    days = (last_day - first_day).days + 1
    asked = line(
        "fee.asked",
        arrears=fen(arrears_fen),
        first=day(first_day),
        last=day(last_day),
        days=calendar_days(days),
    )
    if payer is not Payer.EMPLOYER:
        return _of_person(owed_by, days, asked, payer)
    return _of_employer(owed_by, arrears_fen, first_day, last_day, asked, policy)


def _of_person(owed_by: Found | Unknown, days: int, asked: Line, payer: Payer) -> Worked[LateFee]:
    inputs: dict[str, Plain] = {"days": days, "payer": payer.value}
    if isinstance(owed_by, Unknown):
        decision = R_072.decide("NOT_KNOWN", facts=(owed_by,), inputs=inputs)
        answer, key = LateFee(None, None, days), "fee.person_unknown"
    elif owed_by.value == "person":
        decision = R_072.decide("LOCAL_FEE", facts=(owed_by,), inputs=inputs)
        answer, key = LateFee(None, "person", days), "fee.person_local"
    else:
        decision = R_072.decide("NO_FEE", facts=(owed_by,), inputs=inputs)
        answer, key = LateFee(0, "nobody", days), "fee.person_none"
    closing = line("fee.closing_none" if answer.fee_fen == 0 else "fee.closing_unknown")
    return Worked(answer, (decision,), (asked, line(key, by=decision)), closing)


def _of_employer(
    owed_by: Found | Unknown, arrears_fen: int, first: date, last: date, asked: Line, policy: Policy
) -> Worked[LateFee]:
    rates = list(_rates(first, last, policy))
    fines = policy.find("arrears.fine_times", on=last)
    days = (last - first).days + 1
    inputs: dict[str, Plain] = {"arrears_fen": arrears_fen, "days": days, "first": first.isoformat()}
    stretches = [stretch for stretch, _ in rates if stretch is not None]
    facts = (owed_by, *(rate for _, rate in rates))
    if len(stretches) < len(rates) or isinstance(owed_by, Unknown):
        decision = R_071.decide("NOT_KNOWN", facts=facts, inputs=inputs)
        lines = (asked, line("fee.rate_unknown", by=decision))
        return Worked(LateFee(None, None, days), (decision,), lines, line("fee.closing_unknown"))
    decision = R_071.decide("EMPLOYER_OWES", facts=(*facts, fines), inputs=inputs)
    fee = rounded(sum((arrears_fen * one.rate * one.days for one in stretches), Decimal(0)))
    fine = _fine(fines, arrears_fen)
    answer = LateFee(fee, "employer", days, tuple(stretches), fine)
    worked = (
        asked,
        *_stretch_lines(stretches, arrears_fen, decision),
        line("fee.sum", rounding=Rounding.HALF_UP_TO_FEN, fee=fen(fee)),
        *([] if fine is None else [line("fee.fine", low=fen(fine[0]), high=fen(fine[1]))]),
        line("fee.not_the_employee", by=decision),
    )
    return Worked(answer, (decision,), worked, line("fee.closing", fee=fen(fee), all=fen(arrears_fen + fee)))


def _rates(first: date, last: date, policy: Policy) -> Iterator[tuple[Stretch | None, Found | Unknown]]:
    """The days of default cut where the rate changes; a stretch is None where no rate is known."""
    begin = first
    while begin <= last:
        found = policy.find("late_fee.rate", on=begin)
        if isinstance(found, Unknown):
            yield None, found
            return
        until = policy.fact(found.fact_ids[0]).until
        end = last if until is None else min(last, until)
        yield Stretch(begin, end, (end - begin).days + 1, Decimal(str(found.value))), found
        begin = end + ONE_DAY


def _stretch_lines(stretches: list[Stretch], arrears_fen: int, decision: Decision) -> Iterator[Line]:
    for one in stretches:
        yield line(
            "fee.stretch",
            by=decision,
            rounding=Rounding.HALF_UP_TO_FEN,
            arrears=fen(arrears_fen),
            rate=share(one.rate),
            first=day(one.first),
            last=day(one.last),
            days=calendar_days(one.days),
            fee=fen(rounded(arrears_fen * one.rate * one.days)),
        )


def _fine(fines: Found | Unknown, arrears_fen: int) -> tuple[int, int] | None:
    low, high = ends(fines)
    return None if low is None or high is None else (rounded(arrears_fen * low), rounded(arrears_fen * high))


def arrears_at_origin(*, months: int, place: str, on: date, policy: Policy) -> Decision:
    """R-070: unpaid months are no national ground of refusal; a place may block, and they are never counted."""
    found = policy.find("handling.arrears_block", place, on=on)
    inputs: dict[str, Plain] = {"months": months, "place": place}
    if isinstance(found, Unknown):
        return R_070.decide("NOT_A_NATIONAL_GROUND", facts=(found,), inputs=inputs)
    blocks = found.value is True
    return R_070.decide(
        "BLOCKS_LOCALLY" if blocks else "DOES_NOT_BLOCK",
        facts=(found,),
        inputs=inputs,
        refusals=("NA-07",) if blocks else (),
    )


def rate_quoted(*, rate: Decimal, on: date, policy: Policy) -> Decision:
    """R-073: a rate a page prints, against the one in force: the old 2‰ a day is displaced since 2011-07."""
    found = policy.find("late_fee.rate", on=on)
    inputs: dict[str, Plain] = {"on": on.isoformat(), "rate": str(rate)}
    if isinstance(found, Unknown):
        return R_073.decide("NOT_KNOWN", facts=(found,), inputs=inputs)
    same = Decimal(str(found.value)) == rate
    return R_073.decide("IN_FORCE" if same else "NOT_IN_FORCE", facts=(found,), inputs=inputs)


def paying_for_employer(*, on: date) -> Decision:
    """R-074: a person cannot pay what the employer owes; the ways are complaint and recovery."""
    return R_074.decide("NOT_PROVIDED", inputs={"on": on.isoformat()})


def employer_does_not_report(*, place: str, on: date, policy: Policy) -> Decision:
    """R-075: the employer does not de-register a leaver: some places let the person stop cover, else complain."""
    alone = policy.find("handling.self_stop", place, on=on)
    days = policy.find("remedy.employer_report_days", place, on=on)
    inputs: dict[str, Plain] = {"place": place, "report_days": whole(days)}
    return R_075.decide("MAY_STOP_ALONE" if yes(alone) else "COMPLAIN", facts=(alone, days), inputs=inputs)


ENTRIES: Entries = (
    (R_070, arrears_at_origin),
    (R_071, late_fee),
    (R_072, late_fee),
    (R_073, rate_quoted),
    (R_074, paying_for_employer),
    (R_075, employer_does_not_report),
)
