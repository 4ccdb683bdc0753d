"""For somebody with years in several places: every place where cover as a retiree could be drawn, side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace

from jiexu.guide.case import Case
from jiexu.guide.cover import cover_found
from jiexu.guide.findings import Findings
from jiexu.guide.place import Place
from jiexu.guide.question import Question
from jiexu.guide.sentence import Sentence
from jiexu.guide.standing import Retiring, Standing, questions, retiring, standing
from jiexu.guide.years import years_at
from jiexu.rules.between import Between
from jiexu.rules.inputs import Scheme
from jiexu.rules.money import MoneyMode
from jiexu.rules.policy import Unknown
from jiexu.values.month import Month


@dataclass(frozen=True, slots=True)
class Row:
    """One place. ``months_here``: paid there. ``cost_fen``: the cheapest way to top up what is surely left at
    retirement; None where nothing is left or the numbers are not known. ``unknown``: names of conditions nobody knows.
    ``wait``: months without cover for who pays there from the month told, or this one; None: not known, or nothing
    moves there. ``money``: how the account would come along from the place left; None where that is this place.
    ``sentences``: the same in words, each with its source.
    """

    standing: Standing
    months_here: int
    cost_fen: int | None
    unknown: tuple[str, ...]
    wait: Between[int] | None
    money: MoneyMode | None
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """``rows``: places with months of employee insurance and the destination, those with least left first."""

    retires: Retiring | None
    rows: tuple[Row, ...]
    questions: tuple[Question, ...]


def plan(case: Case) -> Plan:
    """The table, or what has to be known for it. Each row is for who moves there now and pays on until retirement."""
    asked, retires = questions(case), retiring(case)
    if asked or retires is None:
        return Plan(retires, (), asked)
    employee = [one.area for one in case.history if one.scheme is Scheme.EMPLOYEE]
    places = dict.fromkeys((*employee, case.there.code))
    rows = sorted((_row(case, area, retires) for area in places), key=_least_left)
    return Plan(retires, tuple(rows), ())


def _row(case: Case, area: str, retires: Retiring) -> Row:
    found = standing(case, area, retires)
    options = () if found.cost is None else found.cost.answer.options
    unknown = tuple(one.name for one in found.now.answer.conditions if isinstance(one.fact, Unknown))
    moving = _moving(case, area)
    cover, money = (None, None) if moving is None else (cover_found(moving), moving.money)
    return Row(
        standing=found,
        months_here=found.now.answer.held.local,
        cost_fen=min((one.total_fen for one in options), default=None),
        unknown=unknown,
        wait=None if cover is None else cover.cover.answer.wait,
        money=None if money is None else money[0],
        sentences=tuple(years_at(case, found)),
    )


def _moving(case: Case, area: str) -> Findings | None:
    """The same person moving to this place as an employee; None where it is the place left."""
    if area == case.here.code:
        return None
    first = case.told.first_paid or Month.containing(case.on)
    told = replace(
        case.told, from_scheme=Scheme.EMPLOYEE, to_scheme=Scheme.EMPLOYEE, first_paid=first, joined_on=None
    )
    return Findings(replace(case, told=told, there=Place(area, area)))


def _least_left(row: Row) -> tuple[bool, int, int]:
    """What is known before what is not, then the fewest months left, then the most paid there."""
    left = row.standing.left
    high = int(left.high if left.high is not None else left.low or 0)
    return (left.high is None, high, -row.months_here)
