"""A person's own record: what each agency knows, enrolments, months across all places, and who looked at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jiexu.records.monthset import MonthSet
from jiexu.store import bulk
from jiexu.store.db import Row
from jiexu.store.people import PAIR, Key, papers
from jiexu.usecases import looks, persons
from jiexu.usecases.doors import Subject
from jiexu.usecases.reading.months import Strip, counted_by, earned_by_place, strip
from jiexu.usecases.reading.reader import Look, Reader
from jiexu.usecases.reading.shown import Place

COMING, ENDING = "coming", "ending"
"""An enrolment that begins on a day still to come, and one that ends on one."""
LAST = 4
"""Characters of a document number that are shown."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that identifies the person: its kind as a code, and the last characters of its number."""

    kind: str
    last: str


@dataclass(frozen=True, slots=True)
class Known:
    """The person as one agency writes them down."""

    place: Place
    reference: str
    name: str
    sex: str
    birth: date
    died_on: date | None
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """One enrolment. ``status``: insured, stopped or retired, as it is written down; ``stopped_on``: None while it lasts.

    ``standing``: the same as of today, where ``COMING`` has not begun and ``ENDING`` runs on to its last day.
    """

    place: Place
    scheme: str
    since: date
    status: str
    stopped_on: date | None
    employer: str
    standing: str


@dataclass(frozen=True, slots=True)
class SchemeMonths:
    """The months of one scheme across all places. ``counted``: by each place that counts some now; ``on_the_way``: counted
    nowhere at this moment, because one place handed them over and the other has not taken them in yet.
    """

    scheme: str
    strip: Strip
    counted: tuple[tuple[Place, int], ...]
    on_the_way: int


@dataclass(frozen=True, slots=True)
class Record:
    """Everything the page of the record shows."""

    today: date
    has_clock: bool
    name: str
    known: tuple[Known, ...]
    covers: tuple[Cover, ...]
    months: tuple[SchemeMonths, ...]

    def place_of(self, code: str) -> Place:
        """An agency that knows the person, by its code; any other is called by its code."""
        return next(
            (each.place for each in self.known if each.place.code == code), Place(code, code, code, code)
        )


@dataclass(frozen=True, slots=True)
class Looked:
    """One look at the person's things. ``why``: ``work``, ``authorised``, or a reason as it was stated."""

    at: datetime
    place: Place
    by: str
    roles: tuple[str, ...]
    what: str
    why: str
    case_no: str


@dataclass(frozen=True, slots=True)
class Looks:
    """Who looked, the newest first. ``more``: there are older ones beyond those listed."""

    today: date
    has_clock: bool
    name: str
    looked: tuple[Looked, ...]
    more: bool


def record(reader: Reader, subject: Subject) -> Record:
    """The record of a person at every agency here that knows them."""
    with reader.looking("mine.record") as look:
        keys = persons.everywhere(look.cursor, subject)
        known = known_at(look, keys)
        return Record(
            today=look.today,
            has_clock=look.has_clock,
            name=known[0].name if known else "",
            known=known,
            covers=covers_of(look, keys),
            months=months_of(look, keys),
        )


def rows_of(look: Look, table: str, keys: Sequence[Key], order: str) -> list[Row]:
    """Rows of a person in one of the agencies' tables. ``table`` and ``order`` are constants of this package."""
    query = f"SELECT t.* FROM {table} t JOIN {{keys}} ON (t.agency, t.person) = (k.agency, k.person) ORDER BY {order}"
    return bulk.select_keys(look.cursor, query, keys, PAIR)


def known_at(look: Look, keys: Sequence[Key]) -> tuple[Known, ...]:
    """What each agency knows of the person, the subject's own agency first."""
    documents = papers(look.cursor, keys)
    people = {
        (row["agency"], row["person"]): row for row in rows_of(look, "person", keys, "t.agency, t.person")
    }
    return tuple(_known(look, people[key], documents.get(key, [])) for key in keys if key in people)


def _known(look: Look, row: Row, own: Sequence[Row]) -> Known:
    return Known(
        place=look.place(row["agency"]),
        reference=row["person"],
        name=row["name"],
        sex=row["sex"] or "",
        birth=row["birth"],
        died_on=row["died_on"],
        papers=tuple(Paper(each["kind"], each["number"][-LAST:]) for each in own),
    )


def covers_of(look: Look, keys: Sequence[Key]) -> tuple[Cover, ...]:
    """Enrolments, those that last first, then the newest."""
    rows = rows_of(look, "enrolment", keys, "t.stopped_on IS NOT NULL, t.since DESC, t.agency")
    return tuple(
        Cover(
            look.place(row["agency"]),
            row["scheme"],
            row["since"],
            row["status"],
            row["stopped_on"],
            row["employer"] or "",
            _standing(row, look.today),
        )
        for row in rows
    )


def _standing(row: Mapping[str, Any], today: date) -> str:
    if row["since"] > today:
        return COMING
    return ENDING if row["stopped_on"] and row["stopped_on"] > today else str(row["status"])


def months_of(look: Look, keys: Sequence[Key]) -> tuple[SchemeMonths, ...]:
    """Months by scheme, all places in one strip; the place where the person is insured now is told apart."""
    lines = rows_of(look, "month_line", keys, "t.scheme, t.area, t.kind, t.agency")
    here = {
        row["agency"]
        for row in rows_of(look, "enrolment", keys, "t.agency")
        if row["since"] <= look.today and (row["stopped_on"] is None or row["stopped_on"] > look.today)
    }
    schemes = dict.fromkeys(line["scheme"] for line in lines)
    return tuple(
        _scheme(look, scheme, [line for line in lines if line["scheme"] == scheme], here)
        for scheme in schemes
    )


def _scheme(look: Look, scheme: str, lines: Sequence[Mapping[str, Any]], here: set[str]) -> SchemeMonths:
    earned, made_up = earned_by_place(lines)
    counted = {
        agency: counted_by(lines, agency) for agency in dict.fromkeys(line["agency"] for line in lines)
    }
    every = MonthSet.union(earned.values())
    return SchemeMonths(
        scheme=scheme,
        strip=strip(earned, made_up, kinds=dict.fromkeys(here, "destination"), place=look.place),
        counted=tuple((look.place(agency), months.count) for agency, months in counted.items() if months),
        on_the_way=(every - MonthSet.union(counted.values())).count,
    )


def looked(reader: Reader, subject: Subject) -> Looks:
    """Who looked at a person's things at any agency of this node."""
    with reader.looking("mine.looks") as look:
        keys = persons.everywhere(look.cursor, subject)
        rows = looks.of_people(look.cursor, keys)
        known = known_at(look, keys)
        return Looks(
            today=look.today,
            has_clock=look.has_clock,
            name=known[0].name if known else "",
            looked=tuple(looked_at(look, row) for row in rows),
            more=len(rows) == looks.LATEST,
        )


def looked_at(look: Look, row: Row) -> Looked:
    """One look, with the place it was at."""
    return Looked(
        at=row["looked_at"],
        place=look.place(row["agency"]),
        by=row["looked_by"],
        roles=tuple(row["role"].split()),
        what=row["what"],
        why=row["why"],
        case_no=row["case_no"] or "",
    )
