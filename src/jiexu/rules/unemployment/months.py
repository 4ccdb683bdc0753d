"""A record of unemployment months over several places: added, counted once, and the missing ones named (UNE-22)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from jiexu.records.monthset import MonthSet
from jiexu.rules.decision import Plain
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.unemployment.moving import follows
from jiexu.rules.working import Line, Worked, area, line, month, months, spoken
from jiexu.values.month import Month
from jiexu.values.period import Period

UNE_22 = Rule("UNE-22", Anchor.MONTH, ("WITHOUT_A_GAP", "MONTHS_MISSING"), ("sil:52", "handling-2023:14"))


@dataclass(frozen=True, slots=True)
class Stay:
    """Months without a break at one place."""

    place: str
    period: Period


@dataclass(frozen=True, slots=True)
class Ledger:
    """``held``: months that count. ``twice``: paid at two places. ``missing``: runs without contribution between the
    first month and the last, each with its first and last month.
    """

    held: int
    twice: int
    missing: tuple[tuple[Month, Month], ...]


def unemployment_months(*, paid: Iterable[Stay]) -> Worked[Ledger]:
    """UNE-01, UNE-22: months of all places are added, each once; every month missing between is named. In any order."""
    stays = tuple(paid)
    sets = [MonthSet.between(stay.period.first, stay.period.last) for stay in stays]
    joined = MonthSet.union(sets)
    twice = sum(each.count for each in sets) - joined.count
    runs = [(Month.parse(first), Month.parse(last)) for first, last in joined.to_json()]
    missing = tuple((before[1] + 1, after[0] - 1) for before, after in pairwise(runs))
    inputs: dict[str, Plain] = {"held": joined.count, "missing": len(missing), "twice": twice}
    decided = UNE_22.decide("MONTHS_MISSING" if missing else "WITHOUT_A_GAP", inputs=inputs)
    added = follows(months=joined.count)
    lines: list[Line] = [
        line(
            "unemployment_months.stay",
            place=area(stay.place),
            first=month(stay.period.first),
            last=month(stay.period.last),
        )
        for stay in stays
    ]
    lines.append(spoken(added))
    if twice:
        lines.append(line("unemployment_months.twice", by=decided, twice=months(twice)))
    lines += [
        line(
            "unemployment_months.missing",
            by=decided,
            first=month(first),
            last=month(last),
            count=months(last - first + 1),
        )
        for first, last in missing
    ]
    closing = line("unemployment_months.closing", by=decided, held=months(joined.count))
    return Worked(Ledger(joined.count, twice, missing), (added, decided), tuple(lines), closing)


ENTRIES: Entries = ((UNE_22, unemployment_months),)
