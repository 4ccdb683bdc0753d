"""Waiting months of residents from 2025 (law-medical 4.2, R-063 to R-066, errata 92, 93)."""

from __future__ import annotations

FIXED = 3
LONG_LAPSE = 4
LONG_LAPSE_LEAST = 6


def resident_wait(
    *,
    in_window: bool,
    missed: int,
    repaired: int,
    special: bool,
    first_missed_year_counts: bool | None,
) -> set[int]:
    """Months of waiting; two numbers where it is open whether the first missed year counts.

    R-066: newborns and special groups wait for nothing. Joined in the window and missed no
    year: nothing either. Otherwise three fixed months (R-063), one more for each missed year
    (R-064), one less for each year repaired, never less than the three (R-065); who missed
    four or more waits for at least six, however much was repaired. Errata row 92: whether
    the first missed year counts is the place's; unknown gives both.
    """
    if special:
        return {0}
    if missed == 0:
        return {0} if in_window else {FIXED}
    answers = set()
    for first_counts in (True, False):
        if first_missed_year_counts in (None, first_counts):
            counted = missed if first_counts else missed - 1
            for _ in range(repaired):
                if counted > 0:
                    counted -= 1
            wait = FIXED + counted
            if missed >= LONG_LAPSE and wait < LONG_LAPSE_LEAST:
                wait = LONG_LAPSE_LEAST
            answers.add(wait)
    return answers
