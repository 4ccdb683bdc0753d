"""Cover of residents who move: whether the new year's insurance begins with a wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from jiexu.guide.case import Case, Part
from jiexu.guide.cover import begin_sentence
from jiexu.guide.question import Question
from jiexu.guide.sentence import AreaCode, Sentence
from jiexu.rules.continuity import while_running
from jiexu.rules.edges import R_101
from jiexu.rules.policy import Found
from jiexu.rules.residents import ResidentReturn, ResidentWait, resident_wait
from jiexu.rules.working import Worked


def missed_years(case: Case) -> int | None:
    """Years without cover before the one joined, told or read from the two years of cover."""
    told = case.told
    if told.missed_years is not None or told.cover_year_here is None or told.cover_year_there is None:
        return told.missed_years
    return max(told.cover_year_there - told.cover_year_here - 1, 0)


def resident_cover_topic(case: Case) -> Part:
    """The wait, exact or between two ends, inside and outside the enrolment window where nobody knows which."""
    running = case.voice.tell(while_running(on=case.day))
    year, missed, paid_on = case.told.cover_year_there, missed_years(case), _paid_on(case)
    if year is None or missed is None:
        return Part((running,), _questions(case))
    if not _payable(year, paid_on):
        outside = R_101.decide("NOT_KNOWN_ASK")
        return Part(
            (case.voice.tell(outside, "guide.year_not_payable", {"year": year, "day": paid_on}), running)
        )
    return Part((*_waits(case, year, paid_on, missed), running))


def _paid_on(case: Case) -> date:
    return case.told.joined_on or case.on


def _payable(year: int, paid_on: date) -> bool:
    """Residents pay in the year before the cover, or in it."""
    return year - 1 <= paid_on.year <= year


def resident_wait_found(case: Case) -> Worked[ResidentWait] | None:
    """The wait inside the enrolment window, or outside where that is known; None while a year is not told."""
    year, missed, paid_on = case.told.cover_year_there, missed_years(case), _paid_on(case)
    if year is None or missed is None or not _payable(year, paid_on):
        return None
    inside = in_window(case, year, paid_on) is not False
    back = ResidentReturn(year, paid_on, missed, min(case.told.repaired_years, missed), in_window=inside)
    return resident_wait(back=back, place=case.there.code, policy=case.policy)


def _questions(case: Case) -> tuple[Question, ...]:
    years = (("cover_year_here", case.told.cover_year_here), ("cover_year_there", case.told.cover_year_there))
    return tuple(Question(f"guide.ask_{name}", name) for name, value in years if value is None)


def _waits(case: Case, year: int, paid_on: date, missed: int) -> Iterator[Sentence]:
    known = in_window(case, year, paid_on)
    repaired = min(case.told.repaired_years, missed)
    either = known is None and not missed
    for inside in (True, False) if either else (known is not False,):
        if either:
            decision = R_101.decide("NOT_KNOWN_ASK")
            data = {"there": AreaCode(case.there.code)}
            yield case.voice.tell(decision, "guide.if_in_window" if inside else "guide.if_late", data)
        back = ResidentReturn(year, paid_on, missed, repaired, in_window=inside)
        yield from _wait(case, resident_wait(back=back, place=case.there.code, policy=case.policy))


def in_window(case: Case, year: int, paid_on: date) -> bool | None:
    """Whether a day lies in the enrolment window of a year at the destination; None where it is not known."""
    on = date(year, 1, 1)
    start = case.policy.find("resident.window_start", case.there.code, on=on)
    end = case.policy.find("resident.window_end", case.there.code, on=on)
    if not (isinstance(start, Found) and isinstance(end, Found)):
        return None
    return str(start.value) <= paid_on.isoformat() <= str(end.value)


def _wait(case: Case, worked: Worked[ResidentWait]) -> Iterator[Sentence]:
    (decision,), answer = worked.decisions, worked.answer
    yield case.voice.tell(decision)
    if answer.wait is not None and answer.begins is not None:
        yield begin_sentence(case.voice, decision, answer.wait, answer.begins)
