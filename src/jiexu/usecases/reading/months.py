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
class Strip:
    """The months a life or a case has. ``places``: each place with its kind and its months, in the order given.

    ``total``: months there are, each once. ``twice``: paid at more than one place, counted once. ``gaps``: missing between.
    """

    rows: tuple[YearRow, ...]
    places: tuple[tuple[str, Place, int], ...]
    total: int
    twice: int
    gaps: int
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseMonths:
    """The months of a case. ``counted``: that count at the destination now, ``at_origin``: that the origin still counts."""

    strip: Strip
    counted: int
    at_origin: int


Cell = tuple[str, str]
"""(kind, code of the place that earned it)"""


def case_months(
    lines: Sequence[Mapping[str, Any]], *, origin: Place, destination: Place, place: Callable[[str], Place]
) -> CaseMonths:
    """``lines``: rows of month_line at both agencies, of one scheme."""
    earned, made_up = earned_by_place(lines)
    kinds = {origin.code: "origin", destination.code: "destination"}
    return CaseMonths(
        strip=strip(dict(sorted(earned.items())), made_up, kinds=kinds, place=place),
        counted=counted_by(lines, destination.code).count,
        at_origin=counted_by(lines, origin.code).count,
    )


def earned_by_place(lines: Iterable[Mapping[str, Any]]) -> tuple[dict[str, MonthSet], MonthSet]:
    """Months of each place that earned them, whoever counts them now; and which of all were made up."""
    earned: dict[str, MonthSet] = {}
    made_up = MonthSet()
    for line in lines:
        own = months_of(line["earned"]) | months_of(line["moved_in"])
        earned[line["area"]] = earned.get(line["area"], MonthSet()) | own
        if line["kind"] == "made_up":
            made_up |= own
    return earned, made_up


def counted_by(lines: Iterable[Mapping[str, Any]], agency: str) -> MonthSet:
    """Months that an agency counts now."""
    own = [line for line in lines if line["agency"] == agency]
    return MonthSet.union(
        (months_of(line["earned"]) | months_of(line["moved_in"])) - months_of(line["moved_out"])
        for line in own
    )


def strip(
    earned: Mapping[str, MonthSet],
    made_up: MonthSet,
    *,
    kinds: Mapping[str, str],
    place: Callable[[str], Place],
) -> Strip:
    """Months by the place that earned them, as rows of years. ``kinds``: of the places that are no mere elsewhere."""
    cells: dict[int, Cell] = {}
    twice = 0
    for area, months in earned.items():
        for month in months:
            before = cells.get(month.index)
            if before is None:
                kind = "made_up" if month in made_up else kinds.get(area, "elsewhere")
                cells[month.index] = kind, area
            else:
                twice += before[0] != BOTH
                cells[month.index] = BOTH, ""
    every = MonthSet.union(earned.values())
    rows = year_rows(cells, place)
    return Strip(
        rows=rows,
        places=tuple(
            (kinds.get(area, "elsewhere"), place(area), months.count)
            for area, months in earned.items()
            if months
        ),
        total=every.count,
        twice=twice,
        gaps=every.gaps().count,
        kinds=tuple(dict.fromkeys(bar.kind for row in rows for bar in row.bars)),
    )


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
