"""Which years are carried along, and how many are still missing at the new place."""

from __future__ import annotations

from jiexu.guide.case import Case, Part
from jiexu.guide.move import scheme_questions
from jiexu.rules.years import added


def years_topic(case: Case) -> Part:
    """Employee months add up; what a place asks for at retirement is its own."""
    if case.asked is None:
        return Part((), scheme_questions(case))
    if not case.told.from_employee:
        return Part()
    return Part((case.voice.tell(added(months=0), "guide.years_add_up"),))
