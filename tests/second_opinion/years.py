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
