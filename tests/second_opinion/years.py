"""Contribution months and whether they suffice (law-medical 5, R-076 to R-082)."""

from __future__ import annotations

from tests.second_opinion.months import Month

PAID, DEEMED, MILITARY, RESIDENT = "paid", "deemed", "military", "resident"


def counted(entries: list[tuple[str, Month, str]]) -> dict[str, object]:
    """Months by kind from `(area, month, kind)`.

    R-076: employee months of all places add up. R-077: a calendar month paid in two places
    counts once and is flagged. R-078, R-079: deemed months and military service stand in a
    counter of their own; a month that is paid as well is paid. R-080: resident months stand
    apart and are not employee months.
    """
    paid_in: dict[Month, set[str]] = {}
    deemed: set[Month] = set()
    resident: set[Month] = set()
    for area, month, kind in entries:
        if kind == PAID:
            paid_in.setdefault(month, set()).add(area)
        elif kind in (DEEMED, MILITARY):
            deemed.add(month)
        else:
            resident.add(month)
    twice = sorted(month for month, areas in paid_in.items() if len(areas) > 1)
    return {
        "paid": len(paid_in),
        "deemed": len([month for month in deemed if month not in paid_in]),
        "resident": len(resident),
        "twice": twice,
        "by_area": {
            area: len([month for month, areas in paid_in.items() if area in areas])
            for area in {area for areas in paid_in.values() for area in areas}
        },
    }


def held(
    entries: list[tuple[str, Month, str]],
    *,
    place: str,
    province: set[str],
    paid_counts_in: str | None,
    moved_in_counts_as: str | None,
    military_counts_as: str,
) -> dict[str, tuple[int, int]]:
    """Months a place counts, from the least to the most it may mean: in all, actually paid, paid in the place.

    Section 5: which months are "actual" is the place's: paid `anywhere`, in the `province`, or
    (errata row 28) unknown, which is anything from those paid in the place itself to all.
    Months moved in may count as `paid` or `deemed` there; whether a move inside the province is
    one of them is not said. R-078: months that another place recognised as deemed count or do
    not. R-079 and errata row 108: service counts as deemed, in some places as paid.
    """
    every = {month for _, month, kind in entries if kind == PAID}
    local = {month for area, month, kind in entries if kind == PAID and area == place}
    near = {month for area, month, kind in entries if kind == PAID and area in province}
    own_deemed = {month for area, month, kind in entries if kind == DEEMED and area == place}
    all_deemed = {month for _, month, kind in entries if kind == DEEMED}
    service = {month for _, month, kind in entries if kind == MILITARY}
    if paid_counts_in == "anywhere" or moved_in_counts_as == "paid":
        least, most = every, every
    elif paid_counts_in == "province":
        least, most = near, near
    elif moved_in_counts_as == "deemed":
        least, most = local, near
    else:
        least, most = local, every
    if military_counts_as == "paid":
        least, most = least | service, most | service
    surely = every | own_deemed | service
    return {
        "total": (len(surely), len(surely | all_deemed)),
        "paid": (len(least), len(most)),
        "local": (len(local), len(local)),
    }


def reached_by(held_months: dict[str, tuple[int, int]], needed: dict[str, Needed]) -> str:
    """R-081 for months of which only limits are known: what both limits say alike, else `not_known`."""
    answers = {name: {_met(have, needed[name]) for have in held_months[name]} for name in needed}
    if any(each == {False} for each in answers.values()):
        return "not_reached"
    return "reached" if all(each == {True} for each in answers.values()) else "not_known"


Needed = tuple[float, float] | None
"""The fewest and the most months a place may ask for; twice the same where the number is known."""


def reached(
    *,
    paid: int,
    deemed: int,
    local: int,
    total_needed: Needed,
    paid_needed: Needed,
    local_needed: Needed,
    deemed_recognised: bool | None,
) -> str:
    """`reached`, `not_reached` or `not_known`.

    R-081: total, actual and local months must all reach the place's numbers (0 where the
    place has no such condition, None where nobody knows). Errata rows 16 and 17: of some
    numbers only limits are known; below the lower one the condition surely fails, from the
    upper one on it is surely met. R-078: whether deemed months count is the place's; unknown
    is tried both ways. One condition that surely fails decides; otherwise one that is not
    known leaves the whole answer open.
    """
    outcomes = set()
    for recognised in (True, False):
        if deemed_recognised in (None, recognised):
            total = paid + deemed if recognised else paid
            checks = [
                _met(total, total_needed),
                _met(paid, paid_needed),
                _met(local, local_needed),
            ]
            if False in checks:
                outcomes.add("not_reached")
            elif None in checks:
                outcomes.add("not_known")
            else:
                outcomes.add("reached")
    return outcomes.pop() if len(outcomes) == 1 else "not_known"


def _met(have: int, needed: Needed) -> bool | None:
    if needed is None:
        return None
    fewest, most = needed
    if have >= most:
        return True
    return False if have < fewest else None
