"""People of a file that is being read, kept in the session's own temporary table until all of it is there.

Rows of one person may stand anywhere in a file, and the file may be larger than the memory: so rows go to the server
as they come, and come back person by person. The table is gone with the session.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from jiexu.store.db import Store

AT_A_TIME = 2000
"""Rows that are sent or fetched at once."""
MAKE = (
    "CREATE TEMP TABLE IF NOT EXISTS arriving (agency text NOT NULL, person text NOT NULL, at bigint NOT NULL, body bytea NOT NULL)",
    "TRUNCATE pg_temp.arriving",
)
SORTED = "SELECT agency, person, body FROM pg_temp.arriving ORDER BY agency, person, at"


@dataclass(frozen=True, slots=True)
class Arrived:
    """One row: the agency, that agency's own reference of the person, its place in the file, and all it says."""

    agency: str
    person: str
    at: int
    body: bytes


def keep(store: Store, rows: Iterable[Arrived]) -> int:
    """Keep the rows of a file in the session's table, streamed; how many. What was there before is gone."""
    kept = 0
    with store.transaction("people.arriving") as cursor:
        for statement in MAKE:
            cursor.execute(statement)
        with cursor.copy("COPY pg_temp.arriving FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["text", "text", "int8", "bytea"])
            for row in rows:
                copy.write_row((row.agency, row.person, row.at, row.body))
                kept += 1
    return kept


def people(store: Store) -> Iterator[list[bytes]]:
    """What is kept of each person, by agency and reference; what one person's rows say in the order of the file."""
    with store.connection.cursor("arriving", withhold=True) as cursor:
        cursor.itersize = AT_A_TIME
        cursor.execute(SORTED)
        for _, rows in groupby(cursor, key=itemgetter("agency", "person")):
            yield [bytes(row["body"]) for row in rows]
