"""What one agency holds about one case and its person: everything its documents are made from, in one view."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jiexu.cases.file import File
from jiexu.cases.states import Side
from jiexu.exchange.payloads import Document
from jiexu.records.monthset import MonthSet
from jiexu.records.record import Line, MonthKind, PersonRecord
from jiexu.rules.inputs import PersonFacts
from jiexu.store import files, people
from jiexu.store.db import Cursor
from jiexu.usecases.accounts import present
from jiexu.usecases.node import Node
from jiexu.values.bank import AgencyAccount


@dataclass(frozen=True, slots=True)
class Person:
    """The person as this agency records them, not as an application names them."""

    name: str
    papers: tuple[Document, ...]
    facts: PersonFacts
    record: PersonRecord


@dataclass(frozen=True, slots=True)
class Looked:
    """``person``: None where the agency found nobody. ``moves``: months of this case as they were counted here, by
    kind of move and line. ``credited_on``: the day each amount was credited here. ``account``: where this agency is
    paid, None where the directory does not list it."""

    file: File
    person: Person | None
    moves: tuple[tuple[str, Line, MonthSet], ...]
    credited_on: dict[int, date]
    account: AgencyAccount | None = None

    @property
    def opener(self) -> str:
        """Code of the agency that took the application."""
        return self.file.agency if self.file.opener else self.file.other


def look(cursor: Cursor, node: Node, agency: str, case_no: str, on: date | None = None) -> Looked | None:
    """One agency's side of a case, locked so that two who print it do not number it twice; None where it has none.

    ``on``: the day for which the account is looked up; unsaid, the newest approved one.
    """
    stored = files.lock(cursor, [(agency, case_no)], node.files, wait=True).get((agency, case_no))
    if stored is None:
        return None
    file = stored.file
    return Looked(
        file,
        _person(cursor, file),
        _moves(cursor, file),
        _credited(cursor, file) if file.money else {},
        present(cursor, [agency], on).get(agency),
    )


def _person(cursor: Cursor, file: File) -> Person | None:
    key = file.agency, file.person
    known = people.load(cursor, [key], {key: file.asked.from_scheme.value}).get(key) if file.person else None
    if known is None:
        return None
    row = cursor.execute("SELECT name FROM person WHERE (agency, person) = (%s, %s)", key).fetchone()
    return Person(row["name"] if row else file.name, known.documents, known.facts, known.record)


def _moves(cursor: Cursor, file: File) -> tuple[tuple[str, Line, MonthSet], ...]:
    """Months that came in with the newest form; what an earlier one brought was taken back."""
    if file.side is not Side.DESTINATION or file.form is None:
        return ()
    rows = cursor.execute(
        "SELECT move, scheme, area, kind, months FROM month_move WHERE (agency, case_no, issue) = (%s, %s, %s) "
        "ORDER BY move, scheme, area, kind",
        [file.agency, file.case_no, file.form.issue],
    ).fetchall()
    return tuple(
        (
            row["move"],
            Line(row["scheme"], row["area"], MonthKind(row["kind"])),
            people.months_of(row["months"]),
        )
        for row in rows
    )


def _credited(cursor: Cursor, file: File) -> dict[int, date]:
    rows = cursor.execute(
        "SELECT leg, max(booked_on) AS on FROM posting WHERE (agency, case_no) = (%s, %s) AND credit_kind = 'personal' "
        "GROUP BY leg",
        [file.agency, file.case_no],
    ).fetchall()
    return {row["leg"]: row["on"] for row in rows if row["leg"] is not None}
