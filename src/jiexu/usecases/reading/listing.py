"""The list of cases: filtered, in order of the next date, paged by key so that page one thousand costs what page one does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jiexu.usecases.reading.lines import OPEN_LINES, case_rows
from jiexu.usecases.reading.reader import Look, Reader
from jiexu.usecases.reading.shown import CaseRow, Place
from jiexu.values.areas import Ask, Found

PAGE = 50
NO_DATE = date.max
"""Stands for the date of a closed case, so that closed ones come last."""


class Filter(StrEnum):
    """Which cases are listed."""

    ALL = "all"
    OPEN = "open"
    LATE = "late"
    TODAY = "today"
    DONE = "done"
    REFUSED = "refused"
    ENDED = "ended"


CONDITIONS: Mapping[Filter, tuple[str, ...]] = {
    Filter.ALL: (),
    Filter.OPEN: ("h.case_no IS NOT NULL",),
    Filter.LATE: ("h.due_on < %(today)s",),
    Filter.TODAY: ("h.today",),
    Filter.DONE: ("h.case_no IS NULL", "c.record_state = 'in'"),
    Filter.REFUSED: ("h.case_no IS NULL", "c.record_state = 'refused'"),
    Filter.ENDED: ("h.case_no IS NULL", "c.record_state NOT IN ('in', 'refused')"),
}


class UnknownPlaceError(ValueError):
    """A text names no pooling area, or several. ``names``: the ones it may mean, empty where there is none."""

    def __init__(self, given: str, names: Sequence[Place]) -> None:
        super().__init__(f"{given[:40]!r} names no single pooling area; write its full name or its code.")
        self.given = given
        self.names = tuple(names)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page. ``before`` / ``after``: keys of the neighbouring pages, None where there is none."""

    today: date
    has_clock: bool
    shown: Filter
    area: Place | None
    cases: tuple[CaseRow, ...]
    before: str | None
    after: str | None


Key = tuple[date, str]


def listing(
    reader: Reader, *, shown: Filter, area: str = "", after: str = "", before: str = "", size: int = PAGE
) -> Listing:
    """One page of cases. ``area``: a name or code, as origin or destination. ``after`` / ``before``: keys of an earlier page.

    Raises UnknownPlaceError for the area; a key that is none counts as the beginning.
    """
    with reader.looking("list") as look:
        place = _place(look, area) if area else None
        conditions, values = CONDITIONS[shown], {"area": place.code if place else ""}
        if place is not None:
            conditions = (*conditions, "%(area)s IN (c.agency, c.other)")
        start, back = _key(before or after), bool(before)
        rows, more = page_of(
            look, conditions=conditions, values=values, after=start, size=size, backwards=back
        )
        has_before, has_after = (more, True) if back else (start is not None, more)
        return Listing(
            today=look.today,
            has_clock=look.has_clock,
            shown=shown,
            area=place,
            cases=tuple(rows),
            before=_text(rows[0]) if rows and has_before else None,
            after=_text(rows[-1]) if rows and has_after else None,
        )


def page_of(
    look: Look,
    *,
    conditions: Sequence[str],
    values: Mapping[str, object],
    after: Key | None,
    size: int,
    backwards: bool = False,
) -> tuple[list[CaseRow], bool]:
    """``size`` cases beyond a key, and whether there are more in that direction. ``conditions`` are constants of this package."""
    order, beyond = ("DESC", "<") if backwards else ("ASC", ">")
    where = [
        *conditions,
        *([f"(coalesce(h.due_on, %(none)s), c.case_no) {beyond} (%(on)s, %(no)s)"] if after else []),
    ]
    query = f"""
      WITH open_line AS ({OPEN_LINES}),
      h AS (SELECT case_no, min(due_on) AS due_on, bool_or(due_on = %(today)s) AS today FROM open_line GROUP BY case_no),
      c AS (SELECT DISTINCT ON (case_no) case_no, agency, other, record_state FROM file ORDER BY case_no, side = 'origin')
      SELECT c.case_no FROM c LEFT JOIN h USING (case_no) WHERE {" AND ".join(where) or "true"}
      ORDER BY coalesce(h.due_on, %(none)s) {order}, c.case_no {order} LIMIT %(size)s
    """
    on, number = after or (None, None)
    given = {**values, "today": look.today, "none": NO_DATE, "on": on, "no": number, "size": size + 1}
    numbers = [row["case_no"] for row in look.cursor.execute(query, given).fetchall()]
    kept = numbers[:size]
    return case_rows(look, kept[::-1] if backwards else kept), len(numbers) > size


def _place(look: Look, text: str) -> Place:
    found = look.reader.areas.find(text, on=look.today)
    if isinstance(found, Found):
        return look.place(found.pool.code)
    matches = found.matches if isinstance(found, Ask) else found.suggestions
    names = {match.pool.code: look.place(match.pool.code) for match in matches}
    raise UnknownPlaceError(text, tuple(names.values()))


def _key(text: str) -> Key | None:
    """A page's key, as ``2026-12-07.FJ4M…``."""
    day, _, number = text.partition(".")
    try:
        return (date.fromisoformat(day), number) if number.isalnum() else None
    except ValueError:
        return None


def _text(row: CaseRow) -> str:
    due = row.pressing.due
    return f"{(due.on if due else NO_DATE).isoformat()}.{row.case_no}"
