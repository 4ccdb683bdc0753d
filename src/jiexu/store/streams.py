"""Rows of whole tables in the order of a key, however many there are: a cursor of the server, a batch at a time.

Two tables in the same order are joined by walking along both; memory holds one key of each and never a table.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from psycopg import sql
from psycopg.rows import dict_row

from jiexu.store.db import Cursor, Row

BATCH = 500
"""Rows that travel together."""
_numbers = itertools.count(1)


def count(cursor: Cursor, query: str) -> int:
    """The number ``n`` a query gives: how long a stream will be."""
    row = cursor.execute(query).fetchone()
    return int(row["n"]) if row else 0


def rows(cursor: Cursor, query: str) -> Iterator[Row]:
    """Rows of a query as they come, within the cursor's own transaction."""
    # The whole is read, so the plan that ends soonest is wanted, not the one that begins soonest.
    cursor.execute("SELECT set_config('cursor_tuple_fraction', '1', true)")
    with cursor.connection.cursor(name=f"stream_{next(_numbers)}", row_factory=dict_row) as stream:
        stream.execute(sql.SQL(query))
        while batch := stream.fetchmany(BATCH):
            yield from batch


class Stream:
    """Rows of a query that are taken key by key. The query must order by these very columns, text ``COLLATE "C"``."""

    def __init__(self, cursor: Cursor, query: str, columns: Sequence[str]) -> None:
        self._columns = tuple(columns)
        self._rows = rows(cursor, query)
        self._next()

    @property
    def key(self) -> tuple[Any, ...] | None:
        """The key of the next row; None when there is none."""
        return self._key

    def take(self, key: tuple[Any, ...]) -> list[Row]:
        """The rows of a key, where it is the next one."""
        found = []
        while self._row is not None and self._key == key:
            found.append(self._row)
            self._next()
        return found

    def _next(self) -> None:
        self._row = next(self._rows, None)
        self._key = None if self._row is None else tuple(self._row[name] for name in self._columns)


def keys(streams: Sequence[Stream]) -> Iterator[tuple[Any, ...]]:
    """Every key that any of the streams has, in order. Whoever asks takes the rows of one before asking for the next."""
    while left := [stream.key for stream in streams if stream.key is not None]:
        yield min(left)
