"""What the server counts while something runs: WAL, commits, fsyncs, processor time."""

from __future__ import annotations

from dataclasses import dataclass

from jiexu.bench.processes import postmaster, processor_seconds
from jiexu.bench.server import Server, database_of
from jiexu.gateways.postgres.roles import Connections

IO_KNOWS_WAL = 180000
"""The server version from which fsyncs of the WAL are counted in pg_stat_io."""


@dataclass(frozen=True, slots=True)
class Meters:
    """Readings since the server started; of two, the later minus the earlier says what was used in between.

    ``wal_bytes``, ``wal_fsyncs`` and ``processor_seconds`` are the whole server's, ``commits`` one database's, reading
    transactions with it. None: not measured here.
    """

    wal_bytes: int
    wal_fsyncs: int
    commits: int
    processor_seconds: float | None

    def __sub__(self, before: Meters) -> Meters:
        """What was used between two readings."""
        known = self.processor_seconds is not None and before.processor_seconds is not None
        return Meters(
            self.wal_bytes - before.wal_bytes,
            self.wal_fsyncs - before.wal_fsyncs,
            self.commits - before.commits,
            (self.processor_seconds or 0.0) - (before.processor_seconds or 0.0) if known else None,
        )


def read_meters(server: Server, database: Connections) -> Meters:
    """The readings once nobody is connected to a database any more: sessions hand in their counts when they end."""
    server.settle(database)
    version = int(server.rows("SELECT current_setting('server_version_num') AS version")[0]["version"])
    fsyncs = (
        "SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'"
        if version >= IO_KNOWS_WAL
        else "SELECT wal_sync FROM pg_stat_wal"
    )
    query = (
        "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint AS wal, "
        f"(SELECT xact_commit FROM pg_stat_database WHERE datname = %s) AS commits, ({fsyncs})::bigint AS fsyncs"
    )
    row = server.rows(query, [database_of(database)])[0]
    return Meters(row["wal"], row["fsyncs"], row["commits"], processor_seconds(postmaster(server.admin)))
