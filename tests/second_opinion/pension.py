"""Pension money and places (law-other-systems B1, PEN-03 to PEN-06, PEN-11 to PEN-19)."""

from __future__ import annotations

from datetime import date

from tests.second_opinion.late_fee import round_half_up
from tests.second_opinion.months import Month


def transfer_amount(
    months: list[tuple[Month, int, str]],
    *,
    own_part_before_1998: int,
    interest_since_1998: int = 0,
) -> dict[str, int]:
    """What moves, in fen, from `(month, wage base in fen, kind)`; kind is `paid`, `arrears`
    or `deemed`.

    PEN-03 as qualified by PEN-04 (errata row 105): the person's own part before 1998 with
    interest; the account from 1998-01 at 11 % of the wage until 2005-12 and 8 % from 2006-01,
    whatever was recorded; 12 % of all wages from 1998-01 from the pooled money. PEN-06:
    months in arrears carry nothing, nor do deemed ones. Rounded half up once for each rate
    (section B9 point 13: the law leaves the rounding open; P-E2 adds up rate by rate).
    """
    wages = wages_at_11 = wages_at_8 = 0
    for month, wage, kind in months:
        if kind != "paid" or month < (1998, 1):
            continue
        wages += wage
        if month < (2006, 1):
            wages_at_11 += wage
        else:
            wages_at_8 += wage
    pooled = round_half_up(wages * 12, 100)
    account = round_half_up(wages_at_11 * 11, 100) + round_half_up(wages_at_8 * 8, 100)
    account += interest_since_1998
    return {
        "before_1998": own_part_before_1998,
        "account": account,
        "pooled": pooled,
        "total": own_part_before_1998 + account + pooled,
    }


def full_years(birth: date, on: date) -> int:
    """Full years of age on a day, counted birthday by birthday."""
    years = 0
    while (birth.year + years + 1, birth.month, birth.day) <= (on.year, on.month, on.day):
        years += 1
    return years


def account_kind(
    *,
    sex: str,
    birth: date,
    first_day: date,
    destination_is_registered_province: bool,
    approved: bool,
    general_before: bool,
) -> str:
    """`general` or `temporary` at a new place.

    PEN-11, 12: outside the province of registration a man of 50 or a woman of 40 on the first
    day there gets a temporary account, unless the move was approved. PEN-13 and errata row
    103: a general relation that already existed there stays general.
    """
    if destination_is_registered_province or approved or general_before:
        return "general"
    return "temporary" if full_years(birth, first_day) >= (50 if sex == "man" else 40) else "general"


def benefit_place(relations: list[tuple[str, int]], registered: str) -> str:
    """The province that pays the pension, from general relations `(province, months)` in the
    order in which the person came to them, deemed months included (PEN-20).

    PEN-19: the last relation, if in the province of registration or with ten years; else the
    latest earlier province with ten years; else the province of registration. PEN-17: who has
    temporary accounts only has no general relation and goes there too.
    """
    total: dict[str, int] = {}
    for province, months in relations:
        total[province] = total.get(province, 0) + months
    if not relations or relations[-1][0] == registered:
        return registered
    for province, _ in reversed(relations):
        if total[province] >= 120:
            return province
    return registered
