"""The late fee (law-medical 4.1, R-071 to R-073; law-other-systems CAT-01, CAT-02)."""

from __future__ import annotations

from datetime import date, timedelta

SOCIAL_INSURANCE_ACT = date(2011, 7, 1)


def round_half_up(numerator: int, denominator: int) -> int:
    """A quotient of whole numbers, not below 0, to the nearest whole, halves upward."""
    return (2 * numerator + denominator) // (2 * denominator)


def late_fee(arrears: int, days: int, *, owed_by_employer: bool) -> tuple[str, int]:
    """Who owes the fee and how many fen it is.

    R-071, act art. 86: 0.05 % of the arrears for each day, owed by the employer, none of it
    by the employee. R-072, CAT-02: a flexible worker or resident owes none by national law.
    Rounded once at the end; how is collection practice (section 4.1), taken as half up.
    """
    if not owed_by_employer:
        return ("nobody", 0)
    return ("employer", round_half_up(arrears * days * 5, 10_000))


def late_fee_between(arrears: int, first: date, last: date) -> int:
    """The same for every day from `first` to `last`, both counted, each at its own rate.

    CAT-01: before 2011-07-01 the regulation of 1999 says 0.2 % a day; R-073: never later.
    """
    ten_thousandths = 0
    day = first
    while day <= last:
        ten_thousandths += 20 if day < SOCIAL_INSURANCE_ACT else 5
        day += timedelta(days=1)
    return round_half_up(arrears * ten_thousandths, 10_000)
