"""What the server itself can do: TPC-B by pgbench, exactly the run that ours is divided by."""

from __future__ import annotations

import re
from dataclasses import dataclass

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jiexu.bench.ground import Session, look
from jiexu.bench.meters import read_meters
from jiexu.bench.processes import run_child
from jiexu.bench.server import Server
from jiexu.gateways.postgres.binaries import packaged

SCALE, SECONDS = 50, 60
CLIENTS, THREADS = 8, 2


@dataclass(frozen=True, slots=True)
class Baseline:
    """One run of pgbench: transactions a second, processor milliseconds of pgbench and server for each.

    ``session``: the settings a session had in its database.
    """

    tpcb_per_second: float
    processor_ms: float | None
    session: Session


def measure(server: Server, *, seconds: int = SECONDS, scale: int = SCALE) -> Baseline:
    """Fill a database of its own, CHECKPOINT, run pgbench over the same kind of connection as ours, take it away."""
    database = server.new("tpcb")
    parts = conninfo_to_dict(database.owner)
    secret = {"PGPASSWORD": str(password)} if (password := parts.pop("password", None)) else {}
    program, url, log = (
        packaged().program("pgbench"),
        make_conninfo("", **parts),
        server.folder / "logs" / "pgbench.log",
    )
    try:
        run_child([program, "-i", "-q", "-s", str(scale), url], environment=secret, log=log)
        session = look(database.owner)
        server.checkpoint()
        before = read_meters(server, database)
        command = [
            program,
            "-n",
            "-M",
            "prepared",
            "-c",
            str(CLIENTS),
            "-j",
            str(THREADS),
            "-T",
            str(seconds),
            url,
        ]
        ended = run_child(command, environment=secret, log=log)
        used = read_meters(server, database) - before
    finally:
        server.drop(database)
    said = log.read_text(encoding="utf-8")
    done = int(_said(r"transactions actually processed: (\d+)", said))
    whole = None if used.processor_seconds is None else used.processor_seconds + ended.processor_seconds
    return Baseline(
        float(_said(r"tps = ([\d.]+)", said)), None if whole is None else 1000 * whole / done, session
    )


def _said(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise ValueError(f"pgbench did not say {pattern!r}; it said: {text!r}")
    return found[1]
