"""Many rows in one statement, and one row by the very same statement.

PostgreSQL refuses COPY into tables under row security, so rows are copied into a temporary twin of the session and
inserted from there (design §8).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import sql
from psycopg.errors import UniqueViolation

from jiexu.store.db import Cursor, Row


def insert(cursor: Cursor, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert rows, leaving those whose key is there as they are; how many were new."""
    if not _stage(cursor, table, columns, rows):
        return 0
    return cursor.execute(_insert(table, columns) + sql.SQL(" ON CONFLICT DO NOTHING")).rowcount


def insert_all(cursor: Cursor, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows that must all be new. Raises NotNewError where one was there already, which ends the transaction.

    Without ON CONFLICT, for which PostgreSQL writes every row twice into its log: once on trial, once for good.
    """
    if not _stage(cursor, table, columns, rows):
        return
    try:
        cursor.execute(_insert(table, columns))
    except UniqueViolation as error:
        raise NotNewError(
            f"A row for {table} was there already ({error.diag.constraint_name}); another process did this step."
        ) from error


def _insert(table: str, columns: Sequence[str]) -> sql.Composed:
    """Move the rows out of the twin, in key order, so that two processes meet the same rows in the same order."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    order = sql.SQL(", ").join(map(sql.Identifier, columns[:2]))
    query = sql.SQL("WITH came AS ({}) INSERT INTO {} ({}) SELECT {} FROM came ORDER BY {}")
    return query.format(_emptied(table, columns), sql.Identifier(table), names, names, order)


def _emptied(table: str, columns: Sequence[str]) -> sql.Composed:
    """The rows of the twin, which is empty after."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("DELETE FROM {} RETURNING {}").format(_twin(table), names)


def update(
    cursor: Cursor,
    table: str,
    keys: Sequence[str],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    condition: str = "true",
    fixed: frozenset[str] = frozenset(),
) -> int:
    """Set ``columns`` where ``keys`` agree; rows hold keys first.

    ``condition`` may name ``t`` (the table) and ``s`` (the new row). ``fixed``: columns of the rows that never change.
    """
    if not _stage(cursor, table, [*keys, *columns], rows):
        return 0
    changes = sql.SQL(", ").join(
        sql.SQL("{} = s.{}").format(sql.Identifier(name), sql.Identifier(name))
        for name in columns
        if name not in fixed
    )
    agree = sql.SQL(" AND ").join(sql.SQL("t.{0} = s.{0}").format(sql.Identifier(name)) for name in keys)
    query = sql.SQL("WITH s AS ({}) UPDATE {} t SET {} FROM s WHERE {} AND " + condition)
    came = _emptied(table, [*keys, *columns])
    return cursor.execute(query.format(came, sql.Identifier(table), changes, agree)).rowcount


def select_keys(
    cursor: Cursor, query: str, keys: Sequence[tuple[str, ...]], names: Sequence[str]
) -> list[Row]:
    """Rows of ``query`` joined with many keys; ``{keys}`` in it stands for the list, with columns ``names``."""
    if not keys:
        return []
    columns = ", ".join("%s::text[]" for _ in names)
    listed = f"unnest({columns}) AS k({', '.join(names)})"
    return cursor.execute(
        query.replace("{keys}", listed), [list(column) for column in zip(*keys, strict=True)]
    ).fetchall()


LARGEST_TWIN = 4 << 20
"""Bytes a twin may grow to before it is cut to nothing again; no vacuum looks after temporary tables."""


class NotNewError(RuntimeError):
    """A step met rows that another process wrote first; its transaction is rolled back and the work looked at again."""


def _twin(table: str) -> sql.Identifier:
    return sql.Identifier("pg_temp", f"stage_{table}")


def _stage(cursor: Cursor, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bool:
    iterator = iter(rows)
    first = next(iterator, None)
    if first is None:
        return False
    _make_twin(cursor, table)
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(_twin(table), names)) as copy:
        copy.write_row(first)
        for row in iterator:
            copy.write_row(row)
    return True


def _make_twin(cursor: Cursor, table: str) -> None:
    """The session's twin of a table, made once a session and emptied by deleting.

    Making it anew and truncating it in every transaction cost 87 ms against 17 for a row in each of twelve tables.
    """
    name = f"pg_temp.stage_{table}"
    row = cursor.execute("SELECT pg_relation_size(to_regclass(%s)) AS bytes", [name]).fetchone()
    size = row["bytes"] if row is not None else None
    if size is None:
        # Without constraints: an update brings some of the columns, and the table itself checks what is written.
        query = sql.SQL("CREATE TEMP TABLE {} AS TABLE {} WITH NO DATA")
        cursor.execute(query.format(sql.Identifier(f"stage_{table}"), sql.Identifier("public", table)))
    elif size > LARGEST_TWIN:
        cursor.execute(sql.SQL("TRUNCATE {}").format(_twin(table)))
