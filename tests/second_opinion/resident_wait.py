"""Waiting months of residents from 2025 (law-medical 4.2, R-063 to R-066, errata 92, 93)."""

from __future__ import annotations

from tests.second_opinion.months import Month, after

FIXED = 3
LONG_LAPSE = 4
LONG_LAPSE_LEAST = 6


RULE_YEAR = 2025


def resident_wait(
    *,
    in_window: bool,
    cover_year: int,
    missed: int,
    repaired: int,
    special: bool,
    first_missed_year_counts: bool | None,
    counted_from: int | None,
) -> set[int]:
    """Months of waiting; several numbers where it is open which missed years count.

    R-066: newborns and special groups wait for nothing. Joined in the window and missed no
    year: nothing either. Otherwise three fixed months (R-063), one more for each missed year
    (R-064), one less for each year repaired, never less than the three (R-065); who missed
    four or more waits for at least six, however much was repaired. Errata row 92: whether the
    first missed year counts, and from which year they are counted, is the place's; unknown
    gives every answer, years being counted from the first one missed or from 2025, when the
    rule began. The missed years are those right before the year of cover.
    """
    if special:
        return {0}
    if missed == 0:
        return {0} if in_window else {FIXED}
    years = range(cover_year - missed, cover_year)
    answers = set()
    for start in [years[0], RULE_YEAR] if counted_from is None else [counted_from]:
        in_question = [year for year in years if year >= start]
        for first_counts in (True, False):
            if first_missed_year_counts in (None, first_counts):
                counted = in_question if first_counts else in_question[1:]
                left = max(len(counted) - repaired, 0)
                least = LONG_LAPSE_LEAST if len(in_question) >= LONG_LAPSE else FIXED
                answers.add(max(FIXED + left, least))
    return answers


def first_benefit_months(paid: Month, cover_year: int, wait: int, starts: str | None) -> set[Month]:
    """First month with benefits after `wait` months, several where nobody knows when waiting begins.

    Waiting begins in the month of `payment`, the month `after` it, or with the `year` of cover
    (example M-E2: paid in the window for 2027, four months, benefits from 2027-05). The text
    seen names none, so unknown gives all three. Cover is by the calendar year: whenever the
    waiting began, no benefit comes before January of the year that was paid for. Who waits
    for nothing has benefits from then; where the window reaches into the year and the payment
    came in it, from then or from the month of payment, which the notes do not say.
    """
    january = (cover_year, 1)
    start_of_cover = max(january, paid)
    if wait == 0:
        return {january, start_of_cover}
    begins = {"payment": paid, "after": after(paid, 1), "year": start_of_cover}
    chosen = begins.values() if starts is None else [begins[starts]]
    return {max(after(month, wait), january) for month in chosen}
