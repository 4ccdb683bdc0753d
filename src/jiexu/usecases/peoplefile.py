"""Loading a file of people of any size: rows are kept by the server until all are read, then loaded person by person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

import orjson

from jiexu.gateways.tables.faults import FaultyRow
from jiexu.gateways.tables.people import PersonRow
from jiexu.records.monthset import MonthSet
from jiexu.rules.inputs import Enrolment, Scheme, Sex, Status
from jiexu.store import arriving
from jiexu.store.arriving import Arrived
from jiexu.usecases.intake import person_in
from jiexu.usecases.node import Node
from jiexu.usecases.people import Loaded, PersonAtAgency, load_people, person_ref, together
from jiexu.usecases.trial import Seen, settle

PEOPLE_AT_A_TIME = 2000
"""People of one transaction."""
ROWS_AT_A_TIME = 1000
"""How often it is told how many rows were read."""


def load_file(
    node: Node,
    rows: Iterable[PersonRow | FaultyRow],
    *,
    day: date,
    actor: str,
    faulty: Callable[[FaultyRow], None],
    tell: Callable[[str, int], None] = lambda stage, done: None,
) -> Loaded:
    """Load all people of a file that were understood; ``faulty`` is told of every row that was not.

    Nothing is loaded before the whole file was read. Killed while loading, the same file goes on: people already
    known stay as they are. Raises TrialError where it mixes invented and real people. ``tell``: the stage (``read`` or ``loaded``) and how many rows or people it has done.
    """
    loaded, seen = Loaded(), Seen()
    arriving.keep(node.store, _arriving(node, rows, faulty, tell, seen))
    settle(node, seen)
    listed = (together([_unpacked(body) for body in bodies]) for bodies in arriving.people(node.store))
    while part := list(islice(listed, PEOPLE_AT_A_TIME)):
        loaded += load_people(node, part, day=day, actor=actor)
        tell("loaded", loaded.new + loaded.there_already)
    return loaded


def _arriving(
    node: Node,
    rows: Iterable[PersonRow | FaultyRow],
    faulty: Callable[[FaultyRow], None],
    tell: Callable[[str, int], None],
    seen: Seen,
) -> Iterator[Arrived]:
    for count, row in enumerate(rows, start=1):
        if isinstance(row, FaultyRow):
            faulty(row)
        else:
            person = person_in(row)
            for kind, number, *_ in person.documents:
                seen.note(kind, number)
            ref = person_ref(node, person.agency, *person.documents[0][:2])
            yield Arrived(person.agency, ref, row.row, _packed(person))
        if count % ROWS_AT_A_TIME == 0:
            tell("read", count)


def _packed(person: PersonAtAgency) -> bytes:
    """A person as bytes that are read again by this very session."""
    return orjson.dumps([
        person.agency, person.name, person.birth, person.sex, person.documents, person.enrolments,
        [(scheme, kind, months.spans) for scheme, kind, months in person.months], person.parts,
        person.owed_fen, person.sharing_open, person.arrears_months, person.posted,
    ])  # fmt: skip


def _unpacked(body: bytes) -> PersonAtAgency:
    agency, name, birth, sex, documents, enrolments, months, parts, *rest = orjson.loads(body)
    return PersonAtAgency(
        agency,
        name,
        date.fromisoformat(birth),
        Sex(sex) if sex else None,
        tuple((kind, number, _day(first), _day(last)) for kind, number, first, last in documents),
        tuple(map(_enrolment, enrolments)),
        tuple((scheme, kind, MonthSet(tuple((a, b) for a, b in spans))) for scheme, kind, spans in months),
        tuple((part, fen, movable) for part, fen, movable in parts),
        *rest,
    )


def _enrolment(kept: dict[str, Any]) -> Enrolment:
    return Enrolment(
        **kept
        | {
            "scheme": Scheme(kept["scheme"]),
            "status": Status(kept["status"]),
            "since": date.fromisoformat(kept["since"]),
            "stopped_on": _day(kept["stopped_on"]),
        }
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
