"""Which years are carried along, and how many are still missing at the new place."""

from __future__ import annotations

from collections.abc import Iterator

from jiexu.guide.case import Case, Part
from jiexu.guide.facts import facts_of
from jiexu.guide.move import scheme_questions
from jiexu.guide.sentence import AreaCode, Data, Fen, Key, Sentence
from jiexu.guide.standing import Standing, questions, retiring, standing
from jiexu.rules.needed import Condition
from jiexu.rules.place_facts import About
from jiexu.rules.policy import Unknown
from jiexu.rules.years import added, pension_minimum


def years_topic(case: Case) -> Part:
    """Employee months add up; then what the new place asks for at retirement, what is missing, and what that costs."""
    if case.asked is None:
        return Part((), scheme_questions(case))
    if not case.told.from_employee:
        return Part()
    said = [case.voice.tell(added(months=0), "guide.years_add_up")]
    retires = retiring(case)
    asked = questions(case)
    if asked or retires is None or not case.told.to_employee:
        return Part(tuple(said), asked if case.told.to_employee else ())
    said += years_at(case, standing(case, case.there.code, retires))
    said += facts_of(case, About.RETIREES, case.there.code)
    minimum = case.policy.find("pension.min_months", on=retires.month.first_day())
    return Part(
        (
            *said,
            case.voice.tell(
                pension_minimum(years=0), also=() if isinstance(minimum, Unknown) else (minimum,)
            ),
        )
    )


def years_at(case: Case, found: Standing) -> Iterator[Sentence]:
    """Every condition of the place, what is missing now and at retirement, and the ways to make it up."""
    tell = case.voice.tell
    needed = found.now.answer
    decision = next(one for one in found.now.decisions if one.rule == "R-081")
    held: Data = {
        "area": AreaCode(found.area),
        "low": needed.held.total.low,
        "high": needed.held.total.high,
        "month": found.retires.month,
        "ahead": found.retires.ahead,
    }
    yield tell(found.retires.decision, "guide.retires", held)
    key = "guide.held" if needed.held.total.sure else "guide.held_open"
    yield tell(found.now.decisions[0], key, held)
    for condition in needed.conditions:
        yield tell(decision, *_condition(found.area, condition))
    yield tell(decision)
    for cut in found.now.decisions:
        if cut.rule == "LOC-02":
            yield tell(cut)
    yield tell(decision, *_left(found))
    yield from _cost(case, found)


def _left(found: Standing) -> tuple[str, Data]:
    """What is still missing at retirement: nothing, so much, between two numbers, or more than anybody knows."""
    low, high = int(found.left.low or 0), found.left.high
    data: Data = {"area": AreaCode(found.area), "low": low, "high": low if high is None else int(high)}
    if high is None:
        return "guide.left_open" if low else "guide.left_unknown", data
    if low == high:
        return "guide.left" if low else "guide.left_none", data
    return "guide.left_between", data


def _condition(area: str, one: Condition) -> tuple[str, Data]:
    name = Key(f"working.word.years_{one.name}")
    if isinstance(one.fact, Unknown):
        return "guide.condition_not_known", {"area": AreaCode(area), "name": name}
    low, high = one.missing.low, one.missing.high
    data: Data = {
        "area": AreaCode(area),
        "name": name,
        "asked": int(one.asked.low or 0),
        "missing": int(high if high is not None else low or 0),
    }
    return "guide.condition_met" if high == 0 else "guide.condition", data


def _cost(case: Case, found: Standing) -> Iterator[Sentence]:
    if found.cost is None:
        return
    decision, answer = found.cost.decisions[0], found.cost.answer
    yield case.voice.tell(decision)
    for option in answer.options:
        data: Data = {
            "total": Fen(option.total_fen),
            "monthly": Fen(option.monthly_fen),
            "months": int(found.left.low or 0),
            "mode": Key(f"working.word.{option.mode}"),
        }
        yield case.voice.tell(decision, "guide.topup", data)
