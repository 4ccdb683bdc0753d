"""Who somebody speaks for, and the cases of that person: the first page of "my transfers"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jiexu.store import bulk
from jiexu.store.people import PAIR, Key
from jiexu.usecases import persons
from jiexu.usecases.doors import Grant, Role, Subject
from jiexu.usecases.messages import unread_in
from jiexu.usecases.reading.lines import case_rows
from jiexu.usecases.reading.reader import Look, Reader
from jiexu.usecases.reading.shown import CaseRow, Place


@dataclass(frozen=True, slots=True)
class Spoken:
    """One grant of the visitor in words. ``name``: of the person or the employer; empty where the agency knows nobody.

    ``unread``: messages not seen in the pages yet.
    """

    grant: Grant
    name: str
    place: Place
    open: tuple[CaseRow, ...]
    closed: tuple[CaseRow, ...]
    unread: int

    @property
    def must_act(self) -> bool:
        """Whether a line waits for the person."""
        return any(line.held and line.held.role == "person" for row in self.open for line in row.lines)


@dataclass(frozen=True, slots=True)
class Landing:
    """Everything the first page shows. ``spoken``: people and employers, in the order of the grants."""

    today: date
    has_clock: bool
    spoken: tuple[Spoken, ...]


def landing(reader: Reader, grants: Sequence[Grant]) -> Landing:
    """Whom these grants speak for, and their cases; an employer's are found on its own pages."""
    with reader.looking("mine.landing") as look:
        return Landing(
            look.today,
            look.has_clock,
            tuple(_spoken(look, each, each.subject) for each in grants if each.subject is not None),
        )


def _spoken(look: Look, grant: Grant, subject: Subject) -> Spoken:
    place = look.place(subject.agency)
    if grant.role is Role.EMPLOYER:
        return Spoken(grant, subject.reference, place, (), (), unread_in(look, grant))
    rows = cases_of(look, persons.everywhere(look.cursor, subject))
    return Spoken(
        grant,
        name_of(look, subject),
        place,
        tuple(row for row in rows if row.is_open),
        tuple(row for row in rows if not row.is_open),
        unread_in(look, grant),
    )


def name_of(look: Look, subject: Subject) -> str:
    """The person's name as the subject's agency writes it; empty where it knows nobody of that reference."""
    rows = look.rows(
        "SELECT name FROM person WHERE (agency, person) = (%s, %s)", subject.agency, subject.reference
    )
    return str(rows[0]["name"]) if rows else ""


def cases_of(look: Look, keys: Sequence[Key]) -> list[CaseRow]:
    """Cases of a person, the next date first, closed ones last and the newest of them first."""
    rows = case_rows(look, numbers_of(look, keys))

    def order(row: CaseRow) -> tuple[bool, date, int]:
        due = row.pressing.due
        return due is None, due.on if due else date.min, -row.opened_on.toordinal()

    return sorted(rows, key=order)


def numbers_of(look: Look, keys: Sequence[Key]) -> list[str]:
    """Numbers of the cases of a person, at whichever agency their file stands."""
    query = "SELECT DISTINCT f.case_no FROM file f JOIN {keys} ON (f.agency, f.person) = (k.agency, k.person) ORDER BY 1"
    return [row["case_no"] for row in bulk.select_keys(look.cursor, query, keys, PAIR)]
