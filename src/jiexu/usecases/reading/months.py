"""The months of a life as a strip: a row for each year, a bar for each run, a gap left open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from jiexu.records.monthset import MonthSet
from jiexu.store.people import months_of
from jiexu.usecases.reading.shown import Place

BOTH, GAP, NONE = "both", "gap", "none"
LONG_RUN = 3
"""From so many equal full years on, one row says them all."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Months in a row of one kind. ``kind``: origin, destination, elsewhere, made_up, both, gap or none.

    ``starts`` / ``ends``: whether the run really begins or ends here, and not merely the year.
    """

    kind: str
    months: int
    place: Place | None
    starts: bool
    ends: bool


@dataclass(frozen=True, slots=True)
class YearRow:
    """One year, or several equal full ones (``first`` to ``last``)."""

    first: int
    last: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class MonthStrip:
    """``counted``: months that count at the destination now, ``at_origin``: those the origin still counts.

    ``by_place``: months of each place that earned them, ``twice``: paid at both places and counted once.
    """

    rows: tuple[YearRow, ...]
    counted: int
    at_origin: int
    by_place: tuple[tuple[Place, int], ...]
    twice: int
    gaps: int
    kinds: tuple[str, ...]


Cell = tuple[str, str]
"""(kind, code of the place that earned it)"""


def month_strip(
    lines: Sequence[Mapping[str, Any]], *, origin: Place, destination: Place, place: Callable[[str], Place]
) -> MonthStrip:
    """``lines``: rows of month_line at both agencies, of one scheme."""
    earned: dict[str, MonthSet] = {}
    made_up = MonthSet()
    for line in lines:
        own = months_of(line["earned"]) | months_of(line["moved_in"])
        earned[line["area"]] = earned.get(line["area"], MonthSet()) | own
        if line["kind"] == "made_up":
            made_up |= own
    twice = earned.get(origin.code, MonthSet()) & earned.get(destination.code, MonthSet())
    every = MonthSet.union(earned.values())
    cells = {month.index: _cell(month, earned, made_up, twice, origin, destination) for month in every}
    rows = year_rows(cells, place)
    return MonthStrip(
        rows=rows,
        counted=_counted(lines, destination.code),
        at_origin=_counted(lines, origin.code),
        by_place=tuple((place(code), months.count) for code, months in sorted(earned.items()) if months),
        twice=twice.count,
        gaps=every.gaps().count,
        kinds=tuple(dict.fromkeys(bar.kind for row in rows for bar in row.bars)),
    )


def _counted(lines: Iterable[Mapping[str, Any]], agency: str) -> int:
    own = [line for line in lines if line["agency"] == agency]
    return MonthSet.union(
        (months_of(line["earned"]) | months_of(line["moved_in"])) - months_of(line["moved_out"])
        for line in own
    ).count


def _cell(
    month: Any,
    earned: Mapping[str, MonthSet],
    made_up: MonthSet,
    twice: MonthSet,
    origin: Place,
    destination: Place,
) -> Cell:
    if month in twice:
        return BOTH, destination.code
    area = next(code for code, months in earned.items() if month in months)
    if month in made_up:
        return "made_up", area
    return {origin.code: "origin", destination.code: "destination"}.get(area, "elsewhere"), area


def year_rows(cells: Mapping[int, Cell], place: Callable[[str], Place]) -> tuple[YearRow, ...]:
    """Months by their index as rows of years; what no cell tells between the first and the last is a gap."""
    return tuple(_folded(_years(cells, place)))


def _years(cells: Mapping[int, Cell], place: Callable[[str], Place]) -> Iterable[YearRow]:
    if not cells:
        return
    first, last = min(cells), max(cells)

    def cell(index: int) -> Cell:
        return cells.get(index, (GAP, "") if first < index < last else (NONE, ""))

    for year in range(first // 12, last // 12 + 1):
        bars = []
        for kind, run in groupby(range(year * 12, year * 12 + 12), key=cell):
            months = list(run)
            bars.append(
                Bar(
                    kind=kind[0],
                    months=len(months),
                    place=place(kind[1]) if kind[1] else None,
                    starts=cell(months[0] - 1) != kind,
                    ends=cell(months[-1] + 1) != kind,
                )
            )
        yield YearRow(year, year, tuple(bars))


def _folded(rows: Iterable[YearRow]) -> Iterable[YearRow]:
    """Equal full years in a row as one, where there are many: thirty bars alike tell nothing that one does not."""
    for bars, run in groupby(rows, key=lambda row: row.bars):
        years = list(run)
        if len(years) >= LONG_RUN and len(bars) == 1:
            yield YearRow(years[0].first, years[-1].last, bars)
        else:
            yield from years
