"""Both answers on a whole life: the months a place counts, whether they suffice, and when one may retire."""

from __future__ import annotations

from datetime import date
from random import Random

from tests.second_opinion import retirement, years
from tests.second_opinion.made_up import Place, places, policy_of
from tests.second_opinion.people import Answers, Compared, Month, Person

from jiexu.records.monthset import MonthSet
from jiexu.rules.facts import Bound, Value
from jiexu.rules.flexible import retirement_range
from jiexu.rules.held import Life, Stay
from jiexu.rules.inputs import Sex
from jiexu.rules.needed import Retiree, years_needed
from jiexu.rules.retirement import RetirementGroup
from jiexu.values import month as months

SAID: dict[str, tuple[Value | None, ...]] = {
    "ee.retire.total_years": (None, 3, 4, Bound(3, 4), Bound(None, 3)),
    "ee.retire.paid_years": (1, 2, Bound(1, 2)),
    "ee.retire.local_years": (0, 1, 2),
    "ee.retire.paid_years_counted_in": (None, None, "anywhere", "province"),
    "ee.retire.moved_in_years_count_as": (None, "paid", "deemed"),
    "ee.retire.military_years_count_as": (None, "paid"),
}
"""Few years, so that few months are enough to reach them or not."""
PLACES = 200
NEIGHBOUR, FAR = "980900", "510100"
Entries = list[tuple[str, Month, str]]
MADE_UP = places(98, PLACES, SAID)
POLICY = policy_of(MADE_UP)


def life(who: Person) -> Answers:
    """R-076 to R-081: months counted, and whether they suffice."""
    draw = who.draws("life")
    code = draw.choice(tuple(MADE_UP))
    said = MADE_UP[code]
    entries = _entries(draw, code)
    held = years.held(
        entries,
        place=code,
        province={code, NEIGHBOUR},
        paid_counts_in=_word(said, "ee.retire.paid_years_counted_in"),
        moved_in_counts_as=_word(said, "ee.retire.moved_in_years_count_as"),
        military_counts_as=_word(said, "ee.retire.military_years_count_as") or "deemed",
    )
    needed = {name: _needed(said[f"ee.retire.{name}_years"]) for name in held}
    theirs = held, years.reached_by(held, needed)
    stays = tuple(
        Stay(area, _months(entries, area, "paid"), _months(entries, area, "deemed"))
        for area in sorted({area for area, _, kind in entries if kind != "military"})
    )
    answer = years_needed(
        life=Life(stays, military=_months(entries, "army", "military")),
        retiree=Retiree(place=code, sex=Sex(who.sex), retires_on=date(draw.randint(2022, 2035), 1, 1)),
        policy=POLICY,
    )
    counted = answer.answer.held
    ours = {
        "total": (counted.total.low, counted.total.high),
        "paid": (counted.paid.low, counted.paid.high),
        "local": (counted.local, counted.local),
    }
    (outcome,) = (each.outcome for each in answer.decisions if each.rule == "R-081")
    return {"place": said, "held": held}, theirs, (ours, outcome.lower())


def _entries(draw: Random, code: str) -> Entries:
    found: Entries = []
    for _ in range(draw.randint(1, 4)):
        area, kind = (
            draw.choice((code, code, NEIGHBOUR, FAR)),
            draw.choice(("paid", "paid", "deemed", "military")),
        )
        start = draw.randrange(2000 * 12, 2006 * 12)
        stretch = range(start, start + draw.choice((6, 11, 12, 24)))
        found += [("army" if kind == "military" else area, (i // 12, i % 12 + 1), kind) for i in stretch]
    return found


def _months(entries: Entries, area: str, kind: str) -> MonthSet:
    indexes = {
        year * 12 + month - 1 for place, (year, month), each in entries if (place, each) == (area, kind)
    }
    return MonthSet.from_spans((index, index + 1) for index in indexes)


def _word(said: Place, parameter: str) -> str | None:
    return None if said[parameter] is None else str(said[parameter])


def _needed(value: Value | None) -> years.Needed:
    if value is None:
        return None
    if isinstance(value, Bound):
        return (float(value.low or 0) * 12, float("inf") if value.high is None else float(value.high) * 12)
    return (int(str(value)) * 12, int(str(value)) * 12)


def range_of_retirement(who: Person) -> Answers:
    """Section 1 row 14a and PEN-27: the first and the last month, and the pension months both ask for."""
    birth = (who.birth.year, who.birth.month)
    first, last = retirement.flexible_months(birth, who.group)
    statutory = retirement.statutory_month(birth, who.group)
    theirs = (
        first,
        last,
        retirement.pension_months_needed(first),
        retirement.pension_months_needed(statutory),
    )
    answer = retirement_range(
        birth=who.birth, group=RetirementGroup(who.group), on=date(2026, 11, 23), policy=POLICY
    ).answer
    ours = (_plain(answer.earliest), _plain(answer.latest), answer.needed_early, answer.needed)
    return {"birth": birth, "group": who.group}, theirs, ours


def _plain(month: months.Month) -> Month:
    return (month.year, month.month)


COMPARED: Compared = {"life": life, "retirement range": range_of_retirement}
