"""Where a person stands for cover as a retiree in one place: months held, missing now and at retirement, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jiexu.guide.case import Case
from jiexu.guide.months import held as months_of
from jiexu.guide.question import Question
from jiexu.guide.situation import Stretch
from jiexu.records.record import MonthKind
from jiexu.rules.decision import Decision
from jiexu.rules.facts import Bound
from jiexu.rules.held import Life, Stay
from jiexu.rules.inputs import Payer, Scheme, Sex
from jiexu.rules.needed import Needed, Retiree, years_needed
from jiexu.rules.retirement import RetirementGroup, retirement_age
from jiexu.rules.topup import TopUp, top_up_cost
from jiexu.rules.working import Worked
from jiexu.values.month import Month


@dataclass(frozen=True, slots=True)
class Retiring:
    """The month of the statutory age, and how many months are left to pay until then; 0 where it has come."""

    month: Month
    ahead: int
    decision: Decision


@dataclass(frozen=True, slots=True)
class Standing:
    """``now``: the place's conditions against the months held. ``left``: months still missing at retirement for who
    pays on in this place until then; an open end is None: a condition nobody knows. ``cost``: of what is surely left,
    None where nothing is. ``earliest``: first month of cover as a retiree, None where nobody can say.
    """

    area: str
    retires: Retiring
    now: Worked[Needed]
    left: Bound
    cost: Worked[TopUp] | None
    earliest: Month | None


def questions(case: Case) -> tuple[Question, ...]:
    """What has to be known to say anything about years, in order."""
    told = case.told
    wanted = []
    if not any(one.scheme is Scheme.EMPLOYEE for one in case.history):
        wanted.append(Question("guide.ask_history", "history"))
    if told.birth is None:
        wanted.append(Question("guide.ask_birth", "birth"))
    if told.sex is None:
        wanted.append(Question("guide.ask_sex", "sex", choices=tuple(one.value for one in Sex)))
    if told.sex is Sex.FEMALE and told.group is None:
        groups = (RetirementGroup.WOMAN_50.value, RetirementGroup.WOMAN_55.value)
        wanted.append(Question("guide.ask_group", "group", choices=groups))
    return tuple(wanted)


def retiring(case: Case) -> Retiring | None:
    """When the statutory age is reached, by the rule of today; None where birth or group is not told."""
    told = case.told
    group = RetirementGroup.MAN if told.sex is Sex.MALE else told.group
    if told.birth is None or group is None:
        return None
    age = retirement_age(birth=told.birth, group=group, on=case.on, policy=case.policy)
    month, now = Month.containing(age.month), Month.containing(case.on)
    return Retiring(max(month, now), max(month - now, 0), age.decision)


def life_of(stretches: Iterable[Stretch]) -> Life:
    """The employee months by place, what is deemed apart, and how many months were paid as a resident."""
    employee = [one for one in stretches if one.scheme is Scheme.EMPLOYEE]
    resident = [one for one in stretches if one.scheme is Scheme.RESIDENT]
    stays = tuple(
        Stay(
            area,
            paid=months_of(one for one in employee if one.area == area and one.kind is not MonthKind.DEEMED),
            deemed=months_of(one for one in employee if one.area == area and one.kind is MonthKind.DEEMED),
        )
        for area in dict.fromkeys(one.area for one in employee)
    )
    return Life(stays, resident_months=months_of(resident).count)


def standing(case: Case, area: str, retires: Retiring) -> Standing:
    """The place's conditions on the day of retirement, for who pays on there until then."""
    on: date = max(retires.month.first_day(), case.on)
    sex = case.told.sex or Sex.MALE
    payer = case.told.payer or Payer.EMPLOYER
    joined = min((one.first for one in case.history if one.scheme is Scheme.EMPLOYEE), default=None)
    retiree = Retiree(area, sex, on, payer, None if joined is None else joined.first_day())
    now = years_needed(life=life_of(case.history), retiree=retiree, policy=case.policy)
    low, high = now.answer.missing_low, now.answer.missing_high
    left = Bound(max(low - retires.ahead, 0), None if high is None else max(high - retires.ahead, 0))
    surely = int(left.low or 0)
    cost = None
    if surely:
        cost = top_up_cost(
            missing=surely,
            place=area,
            retires_on=on,
            policy=case.policy,
            payer=payer,
            own_base_fen=case.told.base_fen,
        )
    earliest = retires.month if left.high == 0 else None
    return Standing(area, retires, now, left, cost, earliest)
