"""The files of a run, read once and row by row: what they say is kept by the session, and names the run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TypeVar

from jiexu.gateways.tables.applications import Application
from jiexu.gateways.tables.events import EventRow
from jiexu.gateways.tables.faults import FaultyRow
from jiexu.usecases.given import Given
from jiexu.usecases.intake import application_in, event_in
from jiexu.usecases.node import Node

Row = TypeVar("Row", Application, EventRow)


def keep_files(
    node: Node,
    rows: Iterable[Application | FaultyRow],
    events: Iterable[EventRow | FaultyRow],
    *,
    first: date,
    reviewer: str,
    faulty: Callable[[FaultyRow], None],
    faulty_event: Callable[[FaultyRow], None],
) -> tuple[Given, str]:
    """Everything the rows say that were understood, and the run's key: the same files on the same day are the same run.

    ``faulty``, ``faulty_event``: are told of every row that was not understood.
    """
    said = hashlib.sha256()
    given = Given.keep(
        node.store,
        first=first,
        applications=(
            application_in(row, today=first)
            for row in _listed(rows, lambda row: (row.cells(), row.row), said.update, faulty)
        ),
        events=(event_in(row) for row in _listed(events, EventRow.cells, said.update, faulty_event)),
    )
    said.update((first.isoformat() + reviewer).encode())
    return given, said.hexdigest()[:24]


def _listed(
    rows: Iterable[Row | FaultyRow],
    content: Callable[[Row], object],
    said: Callable[[bytes], None],
    faulty: Callable[[FaultyRow], None],
) -> Iterator[Row]:
    """The rows that were understood; ``said`` gets what a list of their contents would be written as."""
    before = "["
    for row in rows:
        if isinstance(row, FaultyRow):
            faulty(row)
            continue
        said(f"{before}{content(row)!r}".encode())
        before = ", "
        yield row
    said(b"[]" if before == "[" else b"]")
