"""What a run was given, in temporary tables of its session: written as it is read, asked for page by page.

Nothing that lasts depends on these tables; they are gone with the session, and the same files fill them again. So
they are written beside the transactions that count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from jiexu.store.db import Row, Store

PAGE = 500
"""Rows of one page: as many as a wave may have."""
TABLES = """
CREATE TEMP TABLE IF NOT EXISTS given_application (
  at bigint PRIMARY KEY, day date NOT NULL, body bytea NOT NULL, case_no text, outcome text);
CREATE INDEX IF NOT EXISTS given_application_day ON pg_temp.given_application (day, at);
CREATE TEMP TABLE IF NOT EXISTS given_event (
  at bigint PRIMARY KEY, day date NOT NULL, of_bank boolean NOT NULL, body bytea NOT NULL, outcome text,
  -- What a fault of the bank is found by: its case, or person and way.
  fault text NOT NULL, fen bigint NOT NULL, case_no text NOT NULL, kind text NOT NULL, seek text NOT NULL,
  origin text NOT NULL, destination text NOT NULL);
CREATE INDEX IF NOT EXISTS given_event_day ON pg_temp.given_event (day, at);
CREATE INDEX IF NOT EXISTS given_event_person ON pg_temp.given_event (kind, seek);
CREATE INDEX IF NOT EXISTS given_event_case ON pg_temp.given_event (case_no);
TRUNCATE pg_temp.given_application, pg_temp.given_event;
"""
ILLS = """(
SELECT DISTINCT ON (case_no) case_no, fault, fen FROM (
  SELECT f.case_no, e.at, e.fault, e.fen FROM pg_temp.given_event e
  JOIN file f ON f.case_no = e.case_no AND f.side = 'origin'
  WHERE e.of_bank AND e.fault <> '' AND e.day <= %(day)s
  UNION ALL
  SELECT f.case_no, e.at, e.fault, e.fen FROM pg_temp.given_event e
  JOIN identity_document d ON (d.agency, d.kind, d.seek) = (e.origin, e.kind, e.seek)
  JOIN file f ON (f.agency, f.person, f.other, f.side) = (d.agency, d.person, e.destination, 'origin')
  WHERE e.of_bank AND e.fault <> '' AND e.case_no = '' AND e.day <= %(day)s) named
ORDER BY case_no, at DESC)"""
"""The fault of each case a bank's event speaks of by a day, the last one that was given; a query in brackets."""


def make(store: Store) -> None:
    """The tables, empty."""
    store.aside(TABLES)


def keep_applications(store: Store, rows: Iterable[tuple[date, bytes]]) -> int:
    """Keep applications in their order, each with the day it is taken on; how many."""
    query = "COPY pg_temp.given_application (at, day, body) FROM STDIN (FORMAT BINARY)"
    return _copy(
        store, query, ("int8", "date", "bytea"), ((at, *row) for at, row in enumerate(rows, start=1))
    )


def keep_events(store: Store, rows: Iterable[Sequence[Any]]) -> int:
    """Keep events in their order: day, whether of the bank, body, and for the bank what its faults are found by."""
    query = (
        "COPY pg_temp.given_event (at, day, of_bank, body, fault, fen, case_no, kind, seek, origin, destination) "
        "FROM STDIN (FORMAT BINARY)"
    )
    types = ("int8", "date", "bool", "bytea", "text", "int8", *["text"] * 5)
    return _copy(store, query, types, ((at, *row) for at, row in enumerate(rows, start=1)))


def _copy(store: Store, query: str, types: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    kept = 0
    with store.connection.cursor() as cursor, cursor.copy(query.encode()) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)
            kept += 1
    return kept


def applications(store: Store, condition: str, *params: object) -> Iterator[list[Row]]:
    """Pages of applications that meet a condition, in their order."""
    query = f"SELECT at, body, case_no, outcome FROM pg_temp.given_application WHERE {condition}"
    return _pages(store, query, params)


def events(store: Store, condition: str, *params: object) -> Iterator[list[Row]]:
    """Pages of events that meet a condition, in their order."""
    query = f"SELECT at, body, outcome FROM pg_temp.given_event WHERE {condition}"
    return _pages(store, query, params)


def _pages(store: Store, query: str, params: Sequence[object]) -> Iterator[list[Row]]:
    after = 0
    while rows := store.aside(f"{query} AND at > %s ORDER BY at LIMIT {PAGE}", [*params, after]).fetchall():
        after = rows[-1]["at"]
        yield rows


def note_taken(store: Store, taken: Sequence[tuple[int, str, str]]) -> None:
    """Note what became of applications: place, case number, outcome."""
    query = (
        "UPDATE pg_temp.given_application g SET case_no = n.case_no, outcome = n.outcome "
        "FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS n(at, case_no, outcome) WHERE g.at = n.at"
    )
    store.aside(query, [list(column) for column in zip(*taken, strict=True)])


def note_heard(store: Store, heard: Sequence[tuple[int, str]]) -> None:
    """Note what became of events: place, outcome."""
    query = (
        "UPDATE pg_temp.given_event g SET outcome = n.outcome FROM unnest(%s::bigint[], %s::text[]) AS n(at, outcome) "
        "WHERE g.at = n.at"
    )
    store.aside(query, [list(column) for column in zip(*heard, strict=True)])


def next_day(store: Store, day: date) -> date | None:
    """The next day on which something was given."""
    query = (
        "SELECT least((SELECT min(day) FROM pg_temp.given_application WHERE day > %(day)s), "
        "(SELECT min(day) FROM pg_temp.given_event WHERE day > %(day)s)) AS day"
    )
    row = store.aside(query, {"day": day}).fetchone()
    return None if row is None else row["day"]
