"""Due dates of origin and destination (law-medical 2.4, R-024, R-025, R-029, R-030)."""

from __future__ import annotations

from datetime import date, timedelta

NEW_RULE_FROM = date(2021, 12, 1)


def working_days_allowed(step: str, applied: date) -> int:
    """Working days that `origin` or `destination` has.

    R-024 and R-025: 10 and 5. R-030 as dated by errata row 112: who applied until
    2021-11-30 stands under the procedure of 2016, 15 for each step. Which of the two holds
    is read from the day of application, not from the day the step began.
    """
    if applied < NEW_RULE_FROM:
        return {"origin": 15, "destination": 15}[step]
    return {"origin": 10, "destination": 5}[step]


def due(
    step: str, began: date, applied: date, working_days: frozenset[date], last_known: date
) -> date | None:
    """The last day of a step that began on `began`; None where the working days are not known so far.

    R-029 (civil code 201, 203 by analogy): the first day is not counted, so the first
    working day after `began` is day 1. `working_days` holds every working day until
    `last_known`, with those made up at weekends and without public holidays.
    """
    left = working_days_allowed(step, applied)
    day = began
    while left:
        day += timedelta(days=1)
        if day > last_known:
            return None
        if day in working_days:
            left -= 1
    return day
