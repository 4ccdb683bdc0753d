"""What is paid at the new place: by month for employees and who pays alone, by the year for residents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from jiexu.guide.case import Case, Part
from jiexu.guide.facts import fact, told_of
from jiexu.guide.move import scheme_questions
from jiexu.guide.resident_cover import in_window
from jiexu.guide.sentence import AreaCode, Fen, Sentence, Worth
from jiexu.rules.inputs import Payer
from jiexu.rules.place_facts import About, place_says
from jiexu.rules.premium import Resident, resident_premium

OF_EMPLOYERS = frozenset({"ee.rate.employer", "ee.rate.individual"})
"""What somebody who pays alone does not pay by."""


def pay_topic(case: Case) -> Part:
    """What is paid at the new place: by month for employees and who pays alone, by the year for residents."""
    if case.asked is None:
        return Part((), scheme_questions(case))
    return Part(tuple(_paying(case) if case.told.to_employee else _as_resident(case)))


def _paying(case: Case) -> Iterator[Sentence]:
    """The numbers of the place for who pays; where it is not told who does, those of employees."""
    payer = case.told.payer or Payer.EMPLOYER
    says = told_of(case, About.PAYING, case.there.code)
    alone = payer is Payer.FLEXIBLE
    said = [
        one
        for one in says.said
        if not (one.parameter in OF_EMPLOYERS if alone else "flexible" in one.parameter)
    ]
    for one in said:
        yield fact(case, one)
    if not said:
        yield case.voice.tell(says.decisions[0], "guide.pay_not_known", {"there": AreaCode(case.there.code)})


def _as_resident(case: Case) -> Iterator[Sentence]:
    year = case.told.cover_year_there or case.on.year
    place = AreaCode(case.there.code)
    worked = resident_premium(cover_year=year, who=Resident(), place=place, policy=case.policy)
    (decision,), amount = worked.decisions, worked.answer
    if amount.year_fen is None:
        yield case.voice.tell(decision, "guide.premium_not_known", {"there": place, "year": year})
    else:
        key = "guide.premium_least" if amount.at_least else "guide.premium"
        yield case.voice.tell(decision, key, {"there": place, "year": year, "amount": Fen(amount.year_fen)})
    if in_window(case, year, case.on) is None:
        yield case.voice.tell(decision, "guide.window_not_known", {"there": place, "year": year})
    yield from _for_residents(case, date(year, 1, 1))


INCENTIVES = {
    "resident.incentive_from_year": "guide.incentive_from",
    "resident.incentive_continuous": "guide.incentive_continuous",
    "resident.incentive_no_claim": "guide.incentive_no_claim",
    "resident.incentive_cap_ratio": "guide.incentive_cap",
}


def _for_residents(case: Case, on: date) -> Iterator[Sentence]:
    """What going on without a break brings, and what else the place has for residents."""
    says = place_says(about=About.RESIDENT, place=case.there.code, policy=case.policy, on=on)
    for one in says.said:
        key = INCENTIVES.get(one.parameter)
        if key is None:
            yield fact(case, one)
        else:
            value = Worth(one.parameter, one.found.value)
            yield case.voice.tell(one.decision, key, {"value": value})
