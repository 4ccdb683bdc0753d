"""Everything this node holds about a person, in one view: what they take away as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jiexu.store import bulk
from jiexu.store.people import PAIR, Key, months_of, papers
from jiexu.usecases import looks, persons
from jiexu.usecases.doors import Subject
from jiexu.usecases.reading.mine.account import Account, accounts_of
from jiexu.usecases.reading.mine.cases import Handed, papers_of
from jiexu.usecases.reading.mine.own import cases_of, numbers_of
from jiexu.usecases.reading.mine.record import Cover, Known, Looked, covers_of, known_at, looked_at, rows_of
from jiexu.usecases.reading.reader import Look, Reader
from jiexu.usecases.reading.shown import CaseRow, Place
from jiexu.values.month import Month


@dataclass(frozen=True, slots=True)
class Run:
    """Months in a row as one agency keeps them. ``how``: earned, moved_in or moved_out. ``last`` is counted."""

    place: Place
    earned_at: Place
    scheme: str
    kind: str
    how: str
    first: Month
    last: Month


@dataclass(frozen=True, slots=True)
class Told:
    """One notice to the person: the key and the data of its sentence, as they were stored."""

    on: date
    place: Place
    case_no: str
    key: str
    data: dict[str, object]


@dataclass(frozen=True, slots=True)
class Everything:
    """All of it. ``numbers``: whole document numbers by the agency's reference of the person and kind, for the person alone."""

    today: date
    known: tuple[Known, ...]
    numbers: tuple[tuple[str, str, str], ...]
    covers: tuple[Cover, ...]
    runs: tuple[Run, ...]
    accounts: tuple[Account, ...]
    cases: tuple[CaseRow, ...]
    told: tuple[Told, ...]
    papers: tuple[Handed, ...]
    looked: tuple[Looked, ...]

    @property
    def name(self) -> str:
        return self.known[0].name if self.known else ""


def everything(reader: Reader, subject: Subject) -> Everything:
    """What every agency of this node holds about a person."""
    with reader.looking("mine.everything") as look:
        keys = persons.everywhere(look.cursor, subject)
        numbers = numbers_of(look, keys)
        return Everything(
            today=look.today,
            known=known_at(look, keys),
            numbers=tuple(
                (row["agency"], row["kind"], row["number"])
                for _, own in sorted(papers(look.cursor, keys).items())
                for row in own
            ),
            covers=covers_of(look, keys),
            runs=tuple(_runs(look, keys)),
            accounts=accounts_of(look, keys),
            cases=tuple(cases_of(look, keys)),
            told=_told(look, numbers, keys),
            papers=papers_of(look, numbers),
            looked=tuple(looked_at(look, row) for row in looks.of_people(look.cursor, keys, most=None)),
        )


def months(reader: Reader, subject: Subject) -> tuple[Run, ...]:
    """The months of a person in runs, as each agency keeps them."""
    with reader.looking("mine.months") as look:
        return tuple(_runs(look, persons.everywhere(look.cursor, subject)))


def _runs(look: Look, keys: Sequence[Key]) -> list[Run]:
    return [
        Run(
            look.place(line["agency"]), look.place(line["area"]), line["scheme"], line["kind"], how,
            Month(first), Month(end - 1),
        )
        for line in rows_of(look, "month_line", keys, "t.agency, t.scheme, t.area, t.kind")
        for how in ("earned", "moved_in", "moved_out")
        for first, end in months_of(line[how]).spans
    ]  # fmt: skip


def _told(look: Look, numbers: Sequence[str], keys: Sequence[Key]) -> tuple[Told, ...]:
    """Notices of the person's own files, in the order they were told."""
    query = (
        "SELECT n.* FROM notice n JOIN file f ON (f.agency, f.case_no) = (n.agency, n.case_no) "
        "JOIN {keys} ON (f.agency, f.person) = (k.agency, k.person) "
        "ORDER BY n.told_on, n.case_no, n.agency, n.version, n.ordinal"
    )
    rows = bulk.select_keys(look.cursor, query, keys, PAIR) if numbers else []
    return tuple(
        Told(row["told_on"], look.place(row["agency"]), row["case_no"], row["key"], row["data"])
        for row in rows
    )
