"""The floor: the very rows a run wrote, copied into empty twins with every index, constraint and trigger.

No way of doing the work can be faster than writing its rows once, without deciding anything.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from jiexu.bench.counts import EVERYTHING
from jiexu.bench.server import Server, database_of
from jiexu.gateways.postgres.roles import Connections

KEPT_BY_TRIGGERS = "month_line"
OPENED = "account"
"""Its rows are opened by a run and filled by triggers, so they are copied empty, before what fills them."""
TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
KEYS = (
    "SELECT c.conrelid::regclass::text, c.confrelid::regclass::text FROM pg_constraint c "
    "WHERE c.contype = 'f' AND c.conrelid <> c.confrelid"
)
BLOCK_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Floor:
    """Rows copied, seconds with the commit, seconds of the CHECKPOINT after it."""

    rows: int
    seconds: float
    checkpoint_seconds: float


def may_measure(server: Server) -> bool:
    """Whether the administrator passes row security, under which PostgreSQL refuses COPY into a table."""
    return bool(
        server.rows("SELECT rolsuper OR rolbypassrls AS may FROM pg_roles WHERE rolname = current_user")[0][
            "may"
        ]
    )


def measure(server: Server, *, run: Connections, loaded: Connections, since: int, folder: Path) -> Floor:
    """Copy what a run wrote since a transaction number into a database in which only the people stand."""
    folder.mkdir(exist_ok=True)
    files = _spooled(_whole(server, run), _whole(server, loaded), since, folder)
    twin = server.new("floor", like=loaded)
    try:
        server.checkpoint()
        with psycopg.connect(_whole(server, twin)) as connection:
            connection.execute(EVERYTHING)
            connection.commit()
            began = time.monotonic()
            rows = sum(_copied(connection, table, columns, file) for table, columns, file in files)
            connection.commit()
            seconds = time.monotonic() - began
        return Floor(rows, seconds, server.checkpoint())
    finally:
        server.drop(twin)
        for _, _, file in files:
            file.unlink()


def _whole(server: Server, database: Connections) -> str:
    """A connection string of the administrator to a database."""
    return make_conninfo(server.admin, dbname=database_of(database))


Spooled = tuple[str, tuple[str, ...], Path]


def _spooled(run: str, loaded: str, since: int, folder: Path) -> list[Spooled]:
    """One file for each table the run wrote to, in the order in which they can be copied."""
    with psycopg.connect(run) as connection:
        tables = [name for (name,) in connection.execute(TABLES)]
        order = in_order(tables, connection.execute(KEYS).fetchall())
        return [
            spooled
            for table in order
            if table != KEPT_BY_TRIGGERS
            and (spooled := _spool(connection, loaded, table, since, folder / f"{table}.copy")) is not None
        ]


def in_order(tables: Iterable[str], keys: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Tables after those they refer to, and otherwise by name: holds come before postings, which take what is held."""
    before: dict[str, list[str]] = {}
    for table, other in keys:
        before.setdefault(table, []).append(other)
    seen: set[str] = set()

    def visit(table: str) -> Iterator[str]:
        if table not in seen:
            seen.add(table)
            for other in sorted(before.get(table, ())):
                yield from visit(other)
            yield table

    for table in sorted(tables):
        yield from visit(table)


def _spool(connection: psycopg.Connection, loaded: str, table: str, since: int, file: Path) -> Spooled | None:
    """Write the new rows of a table to a file; None where there are none."""
    columns: tuple[str, ...]
    if table == OPENED:
        columns, query = ("agency", "person", "part", "movable"), _opened(connection, loaded)
    else:
        columns = _columns(connection, table)
        listed = sql.SQL(", ").join(map(sql.Identifier, columns))
        query = sql.SQL("SELECT {} FROM {} WHERE age(xmin) <= age({}::text::xid)").format(
            listed, sql.Identifier(table), sql.Literal(since % 2**32)
        )
    with file.open("wb") as target, connection.cursor() as cursor:
        with cursor.copy(sql.SQL("COPY ({}) TO STDOUT (FORMAT binary)").format(query)) as copy:
            target.writelines(copy)
        if cursor.rowcount:
            return table, columns, file
    file.unlink()
    return None


def _columns(connection: psycopg.Connection, table: str) -> tuple[str, ...]:
    query = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"
    return tuple(name for (name,) in connection.execute(query, [table]))


def _opened(connection: psycopg.Connection, loaded: str) -> sql.Composed | sql.SQL:
    """Account parts that were not there when the people were loaded."""
    connection.execute("CREATE TEMP TABLE stood AS SELECT agency, person, part FROM account LIMIT 0")
    with psycopg.connect(loaded) as before, connection.cursor() as cursor:
        out = before.cursor().copy(
            "COPY (SELECT agency, person, part FROM account) TO STDOUT (FORMAT binary)"
        )
        with out as known, cursor.copy("COPY stood FROM STDIN (FORMAT binary)") as into:
            for block in known:
                into.write(block)
    return sql.SQL(
        "SELECT agency, person, part, movable FROM account a WHERE NOT EXISTS "
        "(SELECT 1 FROM stood s WHERE (s.agency, s.person, s.part) = (a.agency, a.person, a.part))"
    )


def _copied(connection: psycopg.Connection, table: str, columns: tuple[str, ...], file: Path) -> int:
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    query = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(sql.Identifier(table), listed)
    with connection.cursor() as cursor:
        with cursor.copy(query) as copy, file.open("rb") as source:
            while block := source.read(BLOCK_BYTES):
                copy.write(block)
        return cursor.rowcount
