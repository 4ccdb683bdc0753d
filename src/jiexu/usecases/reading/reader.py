"""A reader: a connection that can only look, the calendar to count days with, and the names of places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from psycopg import IsolationLevel

from jiexu.exchange.envelope import BEIJING
from jiexu.gateways.policyfiles import areas as area_files
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.rules.calendar import Calendar
from jiexu.store.db import Cursor, Store
from jiexu.store.steps import NEWEST
from jiexu.usecases.demonstration import CLOCK, INVENTED, STORIES
from jiexu.usecases.reading.parts import Answers, Part, Parts, Rows, ask
from jiexu.usecases.reading.shown import Deadline, Place
from jiexu.values.areas import Areas


@dataclass(slots=True)
class Reader:
    """Not shared between threads. ``places``: the agencies of this node by code."""

    store: Store
    areas: Areas
    calendar: Calendar
    places: dict[str, Place] = field(default_factory=dict)

    def close(self) -> None:
        self.store.close()

    @contextmanager
    def looking(self, name: str, *, agency: str = "") -> Iterator[Look]:
        """One consistent view of what this node's agencies hold; of one of them alone where it is named."""
        # Before the transaction: it speaks for no agency.
        everywhere = self.known_places()
        agencies = (agency,) if agency else tuple(everywhere)
        with self.store.transaction(f"read.{name}", agencies) as cursor:
            yield Look(self, cursor, agencies)

    def known_places(self) -> Mapping[str, Place]:
        """The agencies of this node by code."""
        if not self.places:
            query = "SELECT code, name, name_en, short_name FROM agency ORDER BY code"
            with self.store.transaction("read.places") as cursor:
                for row in cursor.execute(query).fetchall():
                    place = Place(row["code"], row["name"], row["short_name"], row["name_en"])
                    self.places[place.code] = place
        return self.places


SETTINGS = "SELECT name, value FROM node_setting WHERE name = ANY(%(settings)s)"


MOMENT: Parts = {
    "settings": Part(SETTINGS),
    "newest": Part(NEWEST, days=("day",)),
}
"""What every answer about days rests on."""
NAMED = [CLOCK, INVENTED, STORIES]


@dataclass(frozen=True)
class Look:
    """What one question is answered with, at these agencies."""

    reader: Reader
    cursor: Cursor
    agencies: tuple[str, ...]

    @cached_property
    def moment(self) -> Answers:
        """The answers to ``MOMENT``, asked for once, by themselves or with the first parts that are asked for."""
        return self._asked(MOMENT)

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """The demonstration's clock and stories, where there is one."""
        return {row["name"]: row["value"] for row in self.moment["settings"]}

    @cached_property
    def today(self) -> date:
        """The demonstration's day, else the newest day anything happened."""
        clock = self.settings.get(CLOCK)
        if isinstance(clock, str):
            return date.fromisoformat(clock)
        newest: date | None = self.moment["newest"][0]["day"]
        return newest or datetime.now(BEIJING).date()

    def parts(self, parts: Parts, *, before: str = "", **values: object) -> Answers:
        """The rows that answer each part, and with them the moment's if nobody knows it yet, seen by one statement: see ``parts.ask``."""
        if "moment" in self.__dict__:
            return self._asked(parts, before, **values)
        answers = self._asked({**parts, **MOMENT}, before, **values)
        self.__dict__["moment"] = answers
        return answers

    def _asked(self, parts: Parts, before: str = "", **values: object) -> Answers:
        return ask(self.cursor, parts, before=before, settings=NAMED, agencies=list(self.agencies), **values)

    def rows(self, query: str, *values: object) -> Sequence[dict[str, Any]]:
        return self.cursor.execute(query, values).fetchall()

    def place(self, code: str) -> Place:
        """A place by code; what this node does not host, a province say, is named by the map of areas, else by its code."""
        return self.reader.places.get(code) or named_place(self.reader.areas, code, on=self.today)

    def deadline(self, on: date, kind: str) -> Deadline:
        """A date with the working days left. A day that has passed counts as late even before the next working day."""
        left = self.reader.calendar.working_days_between(self.today, on)
        return Deadline(on, kind, left if on >= self.today else min(left, -1))

    @property
    def has_clock(self) -> bool:
        """Whether the demonstration keeps its own day here."""
        return CLOCK in self.settings

    @property
    def next_working_day(self) -> date:
        return self.reader.calendar.next_working_day(self.today)


def named_place(areas: Areas, code: str, *, on: date | None = None) -> Place:
    """A place by the map of areas: a pool, else whatever carries the code, a province say; else its code. ``on``: of the map."""
    named = areas.pooling.pool_on(code, on) or next(iter(areas.pooling.rows.get(code, ())[-1:]), None)
    return (
        Place(code, named.name, named.short_name, named.name_en) if named else Place(code, code, code, code)
    )


def open_reader(url: str) -> Reader:
    """Connect under the role of ``url``; every transaction is read-only and sees one state."""
    store = Store(url)
    store.connection.isolation_level = IsolationLevel.REPEATABLE_READ
    store.connection.read_only = True
    return Reader(store, area_files.areas(), working_days())


def deadlines(reader: Reader, dues: Iterable[tuple[date, str]], *, agency: str = "") -> tuple[Deadline, ...]:
    """Days and how firm each is (``legal``, ``promise``, ``provisional``), with the working days that are left, at one agency
    where it is named.
    """
    with reader.looking("deadlines", agency=agency) as look:
        return tuple(look.deadline(on, kind) for on, kind in dues)


def has_clock(reader: Reader) -> bool:
    """Whether this node has a demonstration that keeps its own day."""
    return bool(_set(reader, [CLOCK]))


def is_invented(reader: Reader) -> bool:
    """Whether this node is one of invented people; anywhere else a synthetic document number is none."""
    return bool(_set(reader, [CLOCK, INVENTED]))


def _set(reader: Reader, names: Sequence[str]) -> Rows:
    """Settings of the node, which belong to no agency."""
    with reader.store.bare() as cursor:
        return cursor.execute(SETTINGS, {"settings": names}).fetchall()
