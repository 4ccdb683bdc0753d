"""A person's own cases, and what was handed out on paper in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jiexu.usecases import persons
from jiexu.usecases.doors import Subject
from jiexu.usecases.reading.case import NoSuchCaseError
from jiexu.usecases.reading.mine.own import cases_of, name_of, numbers_of
from jiexu.usecases.reading.reader import Look, Reader
from jiexu.usecases.reading.shown import CaseRow, Place


@dataclass(frozen=True, slots=True)
class Handed:
    """A document on paper as it was issued. ``code``: what is typed to check it."""

    case_no: str
    place: Place
    agency: str
    kind: str
    number: int
    code: str
    made_on: date


@dataclass(frozen=True, slots=True)
class OwnCases:
    """Every case of a person."""

    today: date
    has_clock: bool
    name: str
    rows: tuple[CaseRow, ...]

    @property
    def closed(self) -> tuple[CaseRow, ...]:
        return tuple(row for row in self.rows if not row.is_open)


@dataclass(frozen=True, slots=True)
class OwnPapers:
    """Every document on paper of a person's cases, the newest first."""

    today: date
    has_clock: bool
    name: str
    papers: tuple[Handed, ...]


def cases(reader: Reader, subject: Subject) -> OwnCases:
    """The cases of a person."""
    with reader.looking("mine.cases") as look:
        rows = cases_of(look, persons.everywhere(look.cursor, subject))
        return OwnCases(look.today, look.has_clock, name_of(look, subject), tuple(rows))


def papers(reader: Reader, subject: Subject) -> OwnPapers:
    """The documents handed out in a person's cases."""
    with reader.looking("mine.papers") as look:
        own = numbers_of(look, persons.everywhere(look.cursor, subject))
        return OwnPapers(look.today, look.has_clock, name_of(look, subject), papers_of(look, own))


def papers_of(look: Look, numbers: Sequence[str]) -> tuple[Handed, ...]:
    """Documents of cases, the newest first."""
    rows = look.rows(
        "SELECT agency, case_no, kind, number, short_code, made_on FROM document WHERE case_no = ANY(%s) "
        "ORDER BY made_on DESC, agency, case_no, kind, number DESC",
        list(numbers),
    )
    return tuple(
        Handed(
            row["case_no"],
            look.place(row["agency"]),
            row["agency"],
            row["kind"],
            row["number"],
            row["short_code"],
            row["made_on"],
        )
        for row in rows
    )


def check_own(reader: Reader, subject: Subject, case_no: str) -> tuple[Handed, ...]:
    """The documents of one case, where it is the person's own. Raises NoSuchCaseError for every other."""
    with reader.looking("mine.own") as look:
        if case_no not in numbers_of(look, persons.everywhere(look.cursor, subject)):
            raise NoSuchCaseError("No case of this number is yours; check the number.")
        return papers_of(look, [case_no])
