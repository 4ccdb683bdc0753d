"""A database that has been at work for years: finished cases with all their rows, multiplied where they stand.

The copies are made by the tables' owner with every trigger, constraint and index at work, under keys of their own,
so that indexes are as deep and as scattered as those of real cases.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Lock

import psycopg
from psycopg import sql

from jiexu.bench.counts import EVERYTHING
from jiexu.bench.floor import KEYS, OPENED, TABLES, in_order
from jiexu.gateways.postgres.roles import Connections
from jiexu.store import atrest

KEY_COLUMNS = frozenset({
    "application", "batch", "case_no", "corrects", "credit_key", "debit_key", "entry", "hold_id", "id", "message_id",
    "number", "person", "posting_ids", "receipt", "ref", "reference", "remark", "root",
})  # fmt: skip
"""Columns that name a person, a case or something of one; a copy of a row has other names there."""
AT_A_TIME = 20_000
"""Cases that are written by one statement for each table."""
EMPTY = {OPENED: ("agency", "person", "part", "movable")}
"""What triggers fill is written empty."""
FILLED = frozenset({"month_line"})
"""What triggers write is not written at all."""
SEALED = """
  UPDATE journal_seal s SET upto = j.upto, body = jsonb_set(s.body, '{upto}', to_jsonb(j.upto))
  FROM (SELECT code AS agency, (SELECT max(seq) FROM journal WHERE agency = code) AS upto FROM agency) j
  WHERE j.agency = s.agency AND j.upto IS NOT NULL
"""
"""The newest seal goes on from the last copied line; sealing reads it from its body."""
DOCUMENTS = "identity_document"
"""A number is sealed for its row, so copies are sealed one by one."""
OPENING = "reason = 'opening'"
"""The money people came with; it is there before any of it is held."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one table to copy: all of them, or those of a condition."""

    table: str
    which: str = "true"


def multiply(database: Connections, *, cases: int, times: int, tell: Callable[[int], None]) -> None:
    """Add ``times`` copies of everything about people and their ``cases`` cases, by a connection for each core.

    ``tell`` hears how many cases there are.
    """
    stride = max(1, AT_A_TIME // cases)
    pieces = Queue[tuple[int, int]]()
    for first in range(1, times + 1, stride):
        pieces.put((first, min(first + stride - 1, times)))
    stored, telling = cases, Lock()

    def written(copies: int) -> None:
        nonlocal stored
        with telling:
            stored += cases * copies
            tell(stored)

    with psycopg.connect(database.owner, autocommit=True) as connection:
        connection.execute(EVERYTHING)
        last = connection.execute("SELECT max(seq) FROM journal").fetchone()
        # All of them before any is copied: each connection keeps the originals as they are now.
        copiers = [_Copier(database, journal=last[0] if last else 0) for _ in range(os.cpu_count() or 1)]
        with ThreadPoolExecutor(len(copiers)) as pool:
            for done in [pool.submit(copier.work, pieces, written) for copier in copiers]:
                done.result()
        # What happened long ago was sealed long ago.
        connection.execute(SEALED)


class _Copier:
    """A connection with the originals in tables of its own, and a statement for each table that copies them."""

    def __init__(self, database: Connections, *, journal: int) -> None:
        self.connection = psycopg.connect(database.owner, autocommit=True)
        self.connection.execute(EVERYTHING)
        parts = list(_parts(self.connection))
        for table in {DOCUMENTS, *(part.table for part in parts)}:
            name = sql.Identifier(table)
            self.connection.execute(
                sql.SQL("CREATE TEMP TABLE {} AS TABLE public.{}").format(_original(table), name)
            )
        self.statements = [_statement(self.connection, part, journal=journal) for part in parts]

    def work(self, pieces: Queue[tuple[int, int]], written: Callable[[int], None]) -> None:
        """Copy pieces, from one number to another, until none is left."""
        with self.connection:
            while True:
                try:
                    first, upto = pieces.get_nowait()
                except Empty:
                    return
                try:
                    self._copy(first, upto)
                except BaseException:
                    pieces.queue.clear()  # one error ends the others too
                    raise
                written(upto - first + 1)

    def _copy(self, first: int, upto: int) -> None:
        with self.connection.transaction():
            for statement in self.statements:
                self.connection.execute(statement, {"first": first, "upto": upto})
            _copy_documents(self.connection, first, upto)


def _parts(connection: psycopg.Connection) -> Iterable[Part]:
    """The tables that grow with people and cases, each after those it refers to."""
    tables = [name for (name,) in connection.execute(TABLES)]
    for table in in_order(tables, connection.execute(KEYS).fetchall()):
        if table == "hold":
            yield Part("posting", OPENING)
        if table not in FILLED | {DOCUMENTS} and _grows(connection, table):
            yield Part(table, f"NOT {OPENING}" if table == "posting" else "true")


def _copy_documents(connection: psycopg.Connection, first: int, upto: int) -> None:
    """Documents of the copied people, under numbers nobody has."""
    query = sql.SQL("SELECT agency, person, kind, seek, valid_from, valid_until FROM {}").format(
        _original(DOCUMENTS)
    )
    originals = connection.execute(query).fetchall()
    rows = []
    for copy in range(first, upto + 1):
        for agency, person, kind, seek, *valid in originals:
            owner, number = (hashlib.md5(f"{each}:{copy}".encode()).hexdigest() for each in (person, seek))  # noqa: S324  a name as the other tables give it, no secret
            rows.append((agency, owner, kind, *atrest.sealed_number(agency, owner, kind, number), *valid))
    connection.execute(
        "INSERT INTO identity_document (agency, person, kind, number, seek, seek_end, valid_from, valid_until) SELECT * FROM "
        "unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::date[], %s::date[])",
        [list(column) for column in zip(*rows, strict=True)],
    )


def _grows(connection: psycopg.Connection, table: str) -> bool:
    """Whether the primary key names a person or a case; the journal is numbered, and grows with both."""
    query = (
        "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) "
        "WHERE i.indrelid = %s::regclass AND i.indisprimary AND a.atttypid = 'text'::regtype"
    )
    names = {name for (name,) in connection.execute(query, [table])}
    return bool(names & KEY_COLUMNS) or table == "journal"


def _statement(connection: psycopg.Connection, part: Part, *, journal: int) -> sql.Composed:
    """Copy the original rows once for every number from ``first`` to ``upto``."""
    query = (
        "SELECT attname, atttypid::regtype::text FROM pg_attribute "
        "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"
    )
    types: dict[str, str] = dict(connection.execute(query, [part.table]).fetchall())
    columns = EMPTY.get(part.table, tuple(types))
    values = [_value(part.table, name, types[name], journal) for name in columns]
    return sql.SQL("INSERT INTO public.{} ({}) SELECT {} FROM {}, generate_series(%(first)s::integer, %(upto)s::integer) AS c(copy) WHERE {}").format(
        sql.Identifier(part.table), sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(", ").join(values),
        _original(part.table), sql.SQL(part.which),
    )  # fmt: skip


def _value(table: str, name: str, kind: str, journal: int) -> sql.Composable:
    """A column of a copy: under another name where it names something, and else as it was."""
    column = sql.Identifier(name)
    if table == "journal" and name == "seq":
        return sql.SQL("seq + copy * {}").format(sql.Literal(journal))
    if table == "bank_batch" and kind == "date":
        # An agency sends a few batches a day, not thousands: each copy has days of its own.
        return sql.SQL("{} - copy").format(column)
    if name not in KEY_COLUMNS or kind not in {"text", "text[]"}:
        return column
    if kind == "text[]":
        return sql.SQL("ARRAY(SELECT md5(x || ':' || copy) FROM unnest({}) x)").format(column)
    return sql.SQL("CASE WHEN {0} = '' THEN '' ELSE md5({0} || ':' || copy) END").format(column)


def _original(table: str) -> sql.Identifier:
    return sql.Identifier("pg_temp", f"original_{table}")
