"""One door to the database: every transaction is opened here, under a name, for the agencies it speaks for.

``JIEXU_TRANSACTION_LOG`` names a file to which each commit's name is written, ``JIEXU_DIE_AT`` (as ``7:before`` or
``7:after``) kills the process at that commit, and ``JIEXU_STOP_AFTER_COMMITS`` stops it after each one until it is told
to go on: so the kill test meets every commit there is, and no other. A transaction that wrote nothing and locked
nothing has nothing to commit and is not counted.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

import orjson
import psycopg
from psycopg import IsolationLevel
from psycopg.abc import Buffer
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row
from psycopg.types.array import ListDumper
from psycopg.types.json import set_json_dumps, set_json_loads

Row = dict[str, Any]
Cursor = psycopg.Cursor[Row]


set_json_dumps(orjson.dumps)
set_json_loads(orjson.loads)


class _TextsDumper(ListDumper):
    """A list of plain texts in one piece, and any other list as psycopg writes it, element by element."""

    def dump(self, obj: list[Any]) -> Buffer | None:
        try:
            joined = "\x00".join(obj)
        except TypeError:
            return super().dump(obj)
        plain = joined.count("\x00") == len(obj) - 1 and '"' not in joined and "\\" not in joined
        return (
            b'{"' + joined.encode(self._tx.encoding).replace(b"\x00", b'","') + b'"}'
            if plain
            else super().dump(obj)
        )


class StoreGoneError(RuntimeError):
    """The database went away in the middle of work. Nothing half done was kept; start it and run the same again."""


PLANNED_ONCE = ", set_config('plan_cache_mode', 'force_generic_plan', true)"
"""One more setting of a transaction that asks by keys: a statement's plan serves all values."""
WATCHING = ("JIEXU_TRANSACTION_LOG", "JIEXU_DIE_AT", "JIEXU_STOP_AFTER_COMMITS")
"""Variables by which a test follows every commit."""


@dataclass(slots=True)
class Store:
    """A connection under one of the three roles. Not shared between threads.

    ``mark``: is called with name and cursor at the end of every transaction that changed something, to write into
    that very transaction where a longer piece of work stands.
    """

    url: str
    mark: Callable[[str, Cursor], None] | None = None
    connection: psycopg.Connection[Row] = field(init=False)
    _together: str | None = field(init=False, default=None)
    """The agencies a transaction that has parts speaks for, as they are set there; None where there is none."""

    def __post_init__(self) -> None:
        self.connection = psycopg.connect(self.url, row_factory=dict_row, autocommit=True)
        self.connection.adapters.register_dumper(list, _TextsDumper)
        self.connection.execute("SET TIME ZONE 'UTC'")

    def close(self) -> None:
        self.connection.close()

    @property
    def is_idle(self) -> bool:
        """Whether the connection stands, outside any transaction."""
        return self.connection.info.transaction_status is TransactionStatus.IDLE

    @contextmanager
    def transaction(
        self, name: str, agencies: Iterable[str] = (), *, more: LiteralString = ""
    ) -> Iterator[Cursor]:
        """A transaction named ``name`` that sees the rows of ``agencies`` and no others; inside ``together`` a part of that one.
        ``more``: columns of the statement that begins it.

        Raises StoreGoneError where the server ended the connection; any other error rolls back and passes on.
        """
        spoken_for = ",".join(agencies)
        if self._together is not None:
            if spoken_for != self._together:
                raise ValueError(f"{name!r} speaks for other agencies than the transaction it is a part of.")
            with self.connection.cursor() as cursor:
                yield cursor
            return
        try:
            with self.connection.transaction(), self.connection.cursor() as cursor:
                cursor.execute(f"SELECT set_config('jiexu.agencies', %s, true){more}", [spoken_for])
                yield cursor
                commits = self._is_watched and _changed(cursor)
                if commits:
                    if self.mark is not None:
                        self.mark(name, cursor)
                    _at_commit(name, "before")
        except psycopg.OperationalError as error:
            if not self.connection.closed:
                raise
            raise _gone(name) from error
        if commits:
            _at_commit(name, "after")

    @property
    def _is_watched(self) -> bool:
        """Whether anybody wants to know that something is committed: longer work that keeps its place, or a test."""
        return not self.connection.read_only and (
            self.mark is not None or any(name in os.environ for name in WATCHING)
        )

    @contextmanager
    def bare(self) -> Iterator[Cursor]:
        """A cursor without a transaction around it, for a statement on tables that belong to no agency."""
        with self.connection.cursor() as cursor:
            yield cursor

    @contextmanager
    def together(self, name: str, agencies: Iterable[str]) -> Iterator[None]:
        """All transactions that are opened inside are parts of one: it sees one moment, and what it writes is kept at its end.

        A page asks several questions; each would otherwise begin, name its agency and end by itself. They go by keys, so
        one plan serves all values, and is made once a session. A part that speaks for other agencies raises ValueError.
        """
        if self.connection.closed:
            raise _gone(name)
        spoken_for, before = tuple(agencies), self.connection.isolation_level
        self.connection.isolation_level = IsolationLevel.REPEATABLE_READ
        try:
            with self.transaction(name, spoken_for, more=PLANNED_ONCE):
                self._together = ",".join(spoken_for)
                try:
                    yield
                finally:
                    self._together = None
        finally:
            if not self.connection.closed:
                self.connection.isolation_level = before

    def aside(self, query: str, params: Sequence[Any] | Mapping[str, Any] | None = None) -> Cursor:
        """One statement on the session's own temporary tables, on which nothing that lasts depends: it is no commit."""
        return self.connection.execute(query, params)

    @contextmanager
    def one_view(self, name: str, agencies: Iterable[str]) -> Iterator[Cursor]:
        """One transaction that sees one moment and cannot write."""
        before = self.connection.isolation_level, self.connection.read_only
        self.connection.isolation_level, self.connection.read_only = IsolationLevel.REPEATABLE_READ, True
        try:
            with self.transaction(name, agencies) as cursor:
                yield cursor
        finally:
            self.connection.isolation_level, self.connection.read_only = before


def _changed(cursor: Cursor) -> bool:
    """Whether the transaction wrote or locked anything: only then does it have a number."""
    row = cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL AS wrote").fetchone()
    return row is not None and bool(row["wrote"])


def _gone(name: str) -> StoreGoneError:
    return StoreGoneError(
        f"The database went away during {name!r}. Nothing of this step was kept; start it and run the same command again."
    )


_commits = 0


def _at_commit(name: str, moment: str) -> None:
    """Where the kill test stands: note the commit's name, or end this process without a word."""
    global _commits  # noqa: PLW0603  a count of this process, for the kill test alone
    if moment == "before":
        _commits += 1
        if log := os.environ.get("JIEXU_TRANSACTION_LOG"):
            with Path(log).open("a", encoding="utf-8") as file:
                file.write(f"{_commits} {name}\n")
    if os.environ.get("JIEXU_DIE_AT") == f"{_commits}:{moment}":
        os.kill(os.getpid(), signal.SIGKILL)
    if moment == "after" and os.environ.get("JIEXU_STOP_AFTER_COMMITS"):
        os.kill(os.getpid(), signal.SIGSTOP)
