"""Which medical insurance somebody joins, by their work: cost and wait of each way, never two at once (SWI-01, SWI-03, RET-04)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.rules.premium import Resident, resident_premium
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import amount_fen, fraction, known, rounded, whole
from jiexu.rules.working import Line, Rounding, Worked, area, fen, line, months, share, spoken

SWI_01 = Rule("SWI-01", Anchor.APPLICATION, ("ONE_AT_A_TIME",), ("mohrss-2009-191:2", "zhejiang-2021:24"))
SWI_03 = Rule(
    "SWI-03",
    Anchor.APPLICATION,
    ("EMPLOYEE_AT_WORKPLACE", "TWO_WAYS", "RESIDENT_ONLY"),
    ("sil:23", "mohrss-2009-191:3"),
)
SWI_05 = Rule(
    "SWI-05",
    Anchor.MONTH,
    ("MONTHLY", "COMPUTED", "NOT_KNOWN"),
    ("sil:23",),
    parameters=("ee.flexible.base", "ee.flexible.monthly", "ee.rate.flexible"),
)
SWI_06 = Rule(
    "SWI-06",
    Anchor.RETURN_TO_COVER,
    ("WAITS",),
    ("nhsa-2021-43", "guobanfa-2024-38"),
    parameters=("lapse.wait_ceiling", "resident.wait.fixed_months"),
)
SWI_07 = Rule(
    "SWI-07",
    Anchor.APPLICATION,
    ("NOTHING_TO_MOVE", "SOMETHING_TO_MOVE"),
    ("nhsa-2021-43:2",),
    Basis.INFERENCE,
    Confidence.MEDIUM,
)
RET_04 = Rule(
    "RET-04", Anchor.ALWAYS, ("YEARLY_FOR_LIFE",), ("sil:27", "regions-005"), confidence=Confidence.MEDIUM
)


class Work(StrEnum):
    """``employed``: with a contract. ``flexible``: works without an employer. ``none``: does not work."""

    EMPLOYED = "employed"
    FLEXIBLE = "flexible"
    NONE = "none"


CHOICE = {
    Work.EMPLOYED: "EMPLOYEE_AT_WORKPLACE",
    Work.FLEXIBLE: "TWO_WAYS",
    Work.NONE: "RESIDENT_ONLY",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """``monthly_fen``: of who pays alone at the place, None where not known or not asked. ``yearly_fen``: of a resident
    at the place of registration, or the least it can be; None where not known or not asked.
    """

    decided: Decision
    monthly_fen: int | None
    yearly_fen: int | None


def scheme_choice(
    *, work: Work, place: str, on: date, policy: Policy, home: str | None = None, base_fen: int | None = None
) -> Worked[Choice]:
    """The way or ways open, each with what it costs and how long cover may be away.

    ``place``: where the person works or lives. ``home``: of the household registration, None: the same. ``base_fen``:
    monthly base of who pays alone, where the place sets none.
    """
    decided = joins(work=work)
    notes = [decided, one_at_a_time()]
    lines = [spoken(one) for one in notes]
    monthly = yearly = None
    if work is Work.FLEXIBLE:
        monthly, by, said = _alone(place, base_fen, policy, on)
        notes.append(by)
        lines += [line("choice.employee", by=by, place=area(place)), said]
    if work is not Work.EMPLOYED:
        where = home or place
        premium = resident_premium(cover_year=on.year, who=Resident(), place=where, policy=policy)
        yearly = premium.answer.year_fen
        waits, wait_lines = _waits(work, where, policy, on)
        life = for_life()
        notes += [*premium.decisions, waits, life]
        lines.append(line("choice.resident", by=decided, place=area(where)))
        lines += [*premium.lines[1:], premium.closing, spoken(life), *wait_lines]
    return Worked(Choice(decided, monthly, yearly), tuple(notes), tuple(lines), spoken(decided))


def joins(*, work: Work) -> Decision:
    """SWI-03: with a contract employee insurance at the workplace, wherever the household is registered; else by choice."""
    return SWI_03.decide(CHOICE[work], inputs={"work": work.value})


def one_at_a_time() -> Decision:
    """SWI-01: nobody is in two insurances at once, and nothing is paid twice."""
    return SWI_01.decide("ONE_AT_A_TIME")


def nothing_paid(*, months: int) -> Decision:
    """SWI-07: record and account move; without one month paid there is neither, and joining anew is all there is to do."""
    outcome = "SOMETHING_TO_MOVE" if months else "NOTHING_TO_MOVE"
    return SWI_07.decide(outcome, inputs={"months": months})


def for_life() -> Decision:
    """RET-04: resident insurance has no cover as a retiree: it is paid every year, for life."""
    return RET_04.decide("YEARLY_FOR_LIFE")


def _alone(place: str, base_fen: int | None, policy: Policy, on: date) -> tuple[int | None, Decision, Line]:
    """SWI-05: a month's contribution of who pays alone: the place's amount, or base × rate."""
    stated = policy.find("ee.flexible.monthly", place, on=on, scope={"scheme": "account"})
    rate = policy.find("ee.rate.flexible", place, on=on, scope={"scheme": "account"})
    base = policy.find("ee.flexible.base", place, on=on, scope={"scheme": "account"})
    amount, each = amount_fen(stated), fraction(rate)
    basis = amount_fen(base) if base_fen is None else base_fen
    inputs: dict[str, Plain] = {"base_fen": base_fen, "place": place}
    if amount is not None:
        by = SWI_05.decide("MONTHLY", facts=(stated,), inputs=inputs)
        return amount, by, line("choice.monthly", by=by, amount=fen(amount))
    if each is None or basis is None:
        looked: tuple[Found | Unknown, ...] = (stated, rate, base)
        by = SWI_05.decide("NOT_KNOWN", facts=looked, inputs=inputs)
        return None, by, spoken(by)
    amount = rounded(basis * each)
    by = SWI_05.decide("COMPUTED", facts=known(rate, *((base,) if base_fen is None else ())), inputs=inputs)
    said = line(
        "choice.computed",
        by=by,
        rounding=Rounding.HALF_UP_TO_FEN,
        base=fen(basis),
        rate=share(each),
        amount=fen(amount),
    )
    return amount, by, said


def _waits(work: Work, where: str, policy: Policy, on: date) -> tuple[Decision, list[Line]]:
    """SWI-06: how long cover may be away: after a longer break in the one, outside the window in the other."""
    ceiling = policy.find("lapse.wait_ceiling", where, on=on, scope={"situation": "transfer"})
    fixed = policy.find("resident.wait.fixed_months", where, on=on)
    by = SWI_06.decide("WAITS", facts=(ceiling, fixed), inputs={"where": where})
    most, least = whole(ceiling), whole(fixed)
    lines = []
    if work is Work.FLEXIBLE and most is not None:
        lines.append(line("choice.wait_employee", by=by, most=months(most)))
    if least is not None:
        lines.append(line("choice.wait_resident", by=by, least=months(least)))
    return by, lines


ENTRIES: Entries = (
    (SWI_01, one_at_a_time),
    (SWI_03, joins),
    (SWI_05, scheme_choice),
    (SWI_06, scheme_choice),
    (SWI_07, nothing_paid),
    (RET_04, for_life),
)
