"""Synthetic people as the agencies know them: one row for each agency, found by the document number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from jiexu.cases.step import MonthMove, MoveKind
from jiexu.exchange.payloads import Document
from jiexu.ledger.accounts import Account, AccountKind
from jiexu.ledger.books import Books
from jiexu.records.monthset import MonthSet
from jiexu.records.record import Line, MonthKind, PersonRecord, Tally
from jiexu.rules.inputs import AccountPart, Enrolment, PersonFacts, Scheme, Sex, Status

PARTS = (("earlier_years", True), ("this_year", True), ("supplement", False))
"""Parts of every account here: name, and whether it may move."""


@dataclass(frozen=True, slots=True)
class Insured:
    """One agency's row of a person. ``ref``: the agency's own reference; no other agency knows it."""

    agency: str
    ref: str
    name: str
    document: Document
    birth: date
    record: PersonRecord
    enrolments: tuple[Enrolment, ...] = ()
    sex: Sex = Sex.MALE
    died_on: date | None = None

    def account(self, part: str) -> Account:
        """The person's account of a part at this agency."""
        return Account(self.agency, AccountKind.PERSONAL, self.ref, part)

    def facts(self, *, books: Books, scheme: Scheme) -> PersonFacts:
        """What the agency knows about the person today."""
        parts = tuple(
            AccountPart(name, books.balance(self.account(name)), books.held(self.account(name)), movable)
            for name, movable in PARTS
        )
        lines = (tally for line, tally in self.record.lines.items() if line.scheme == scheme.value)
        return PersonFacts(
            birth=self.birth,
            document_kind=self.document.kind,
            enrolments=self.enrolments,
            account=parts,
            already_moved_out=any(tally.moved_out for tally in lines),
            movable_months=self.record.total(scheme.value),
            died_on=self.died_on,
            sex=self.sex,
        )

    def stopped(self, *, scheme: Scheme, last_day: date) -> Insured:
        """Cover in the scheme ends."""
        enrolments = tuple(
            replace(each, status=Status.STOPPED, stopped_on=last_day)
            if each.scheme is scheme and each.status is Status.INSURED
            else each
            for each in self.enrolments
        )
        return replace(self, enrolments=enrolments)

    def joined(self, *, scheme: Scheme, since: date) -> Insured:
        """Cover in the scheme begins."""
        year = since.year if scheme is Scheme.RESIDENT else None
        return replace(
            self, enrolments=(*self.enrolments, Enrolment(scheme, Status.INSURED, since, cover_year=year))
        )

    def was_in(self, scheme: Scheme) -> bool:
        """Whether the person is or was insured here in the scheme."""
        return any(each.scheme is scheme for each in self.enrolments)

    def insured_in(self, scheme: Scheme) -> bool:
        return any(each.scheme is scheme and each.status is Status.INSURED for each in self.enrolments)

    def earning(self, *, scheme: Scheme, months: MonthSet) -> Insured:
        """Months recorded here as paid; those that stand here already are left as they are."""
        line = Line(scheme.value, self.agency, MonthKind.PAID)
        tally = self.record.lines.get(line, Tally())
        new = Tally(tally.earned | (months - tally.moved_in), tally.moved_in, tally.moved_out)
        return replace(self, record=PersonRecord(self.agency, {**self.record.lines, line: new}))


class MonthsDifferError(AssertionError):
    """A step moves months that are not where it takes them from."""


def with_moves(record: PersonRecord, moves: Iterable[MonthMove]) -> PersonRecord:
    """The record after the month moves of a step. Raises MonthsDifferError for one that does not fit."""
    lines = dict(record.lines)
    for move in moves:
        lines[move.line] = _moved(lines.get(move.line, Tally()), move)
    return PersonRecord(record.agency, lines)


def _moved(tally: Tally, move: MonthMove) -> Tally:
    months = move.months
    fits = {
        MoveKind.OUT: months.issubset(tally.counted),
        MoveKind.UNDONE: months.issubset(tally.moved_out),
        MoveKind.CAME_BACK: months.issubset(tally.moved_out),
        MoveKind.IN: months.isdisjoint(tally.held),
        MoveKind.ALREADY_COUNTED: True,
    }
    if not fits[move.kind] or not months:
        raise MonthsDifferError(f"{move} does not fit {tally}; the step was decided on other facts.")
    match move.kind:
        case MoveKind.OUT:
            return replace(tally, moved_out=tally.moved_out | months)
        case MoveKind.UNDONE | MoveKind.CAME_BACK:
            return replace(tally, moved_out=tally.moved_out - months)
        case MoveKind.IN:
            return replace(tally, moved_in=tally.moved_in | months)
        case _:
            return tally
