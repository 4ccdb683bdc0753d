"""Retirement age and month (law-medical 5.1, R-084; law-other-systems PEN-27, PEN-29)."""

from __future__ import annotations

from tests.second_opinion.months import Month, after, before

# Old age in months, oldest birth month that is delayed, birth months per month of delay,
# and the age in months at which the delay ends.
GROUPS = {
    "man": (60 * 12, (1965, 1), 4, 63 * 12),
    "woman_55": (55 * 12, (1970, 1), 4, 58 * 12),
    "woman_50": (50 * 12, (1975, 1), 2, 55 * 12),
}


def statutory_age(birth: Month, group: str) -> int:
    """Age in months at which someone born in `birth` reaches the statutory age.

    Section 5.1: from the first cohort on, every four (women at 50: every two) months of
    birth add a month, until 63, 58 and 55. Read as a table that is walked birth month by
    birth month: the first four births get one month, the next four two, and so on.
    """
    age, first_delayed, births_for_a_month, highest = GROUPS[group]
    walked: Month = first_delayed
    births_at_this_age = 0
    if birth < first_delayed:
        return age
    age += 1
    while walked < birth and age < highest:
        walked = after(walked, 1)
        births_at_this_age += 1
        if births_at_this_age == births_for_a_month:
            age += 1
            births_at_this_age = 0
    return age


def statutory_month(birth: Month, group: str) -> Month:
    """The month in which that age is reached (T8 to T11: born 1965-01, a man: 2025-02)."""
    return after(birth, statutory_age(birth, group))


def flexible_months(birth: Month, group: str) -> tuple[Month, Month]:
    """First and last month of flexible retirement.

    Section 1 row 14a: up to three years earlier, never below the old age; up to three years
    later by agreement. In force from 2025-01-01: who reached the age before could choose
    nothing, so both months are that of the age.
    """
    old_age = GROUPS[group][0]
    statutory = statutory_month(birth, group)
    if statutory < (2025, 1):
        return (statutory, statutory)
    earliest = max(before(statutory, 36), after(birth, old_age))
    return (earliest, after(statutory, 36))


def pension_months_needed(month: Month) -> int | None:
    """Months of pension insurance needed by who retires in `month`; None before the act of 2011.

    PEN-27: 180 until 2029, six more in each year from 2030, 240 from 2039 on; the notes name
    the act (art. 16), in force from 2011-07-01, and nothing older. This is the rule for the
    pension and never for medical insurance (R-085).
    """
    if month < (2011, 7):
        return None
    needed = 180
    for later in range(2030, 2040):
        if month[0] >= later:
            needed += 6
    return needed
