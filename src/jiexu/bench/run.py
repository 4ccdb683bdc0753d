"""One timed run: ``jiexu transfer run`` as a process of its own, on a database in which only the people stand."""

from __future__ import annotations

import json
import shutil
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from jiexu.bench.cast import Cast
from jiexu.bench.meters import Meters, read_meters
from jiexu.bench.processes import Ended, run_child
from jiexu.bench.profile import Spent, profiler, spent
from jiexu.bench.server import Server
from jiexu.bench.trouble import BenchTroubleError
from jiexu.gateways.postgres.roles import Connections

REVIEWER = "bench-reviewer"
END = "completed"
START = "start"
"""The part of a run that its own laps do not cover: starting the interpreter, and looking at the schema."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took. ``phases``: seconds by step, as the run itself counted them.

    ``since``: the number of the first transaction that could belong to it.
    """

    cases: int
    ended: Ended
    checkpoint_seconds: float
    used: Meters
    phases: Mapping[str, float]
    outcomes: Mapping[str, int]
    since: int

    @property
    def seconds(self) -> float:
        """Wall clock from the start of the process to its end, and the CHECKPOINT after it."""
        return self.ended.seconds + self.checkpoint_seconds

    @property
    def cases_per_second(self) -> float:
        return self.cases / self.seconds

    @property
    def processor_ms(self) -> tuple[float, float | None]:
        """Processor milliseconds for each case: of the process, and of the server."""
        server = self.used.processor_seconds
        ours = 1000 * self.ended.processor_seconds / self.cases
        return ours, None if server is None else 1000 * server / self.cases


def load(server: Server, cast: Cast) -> Connections:
    """A migrated database with the people of a cast, loaded as an agency loads them; not timed.

    Its statistics are fresh, as autovacuum leaves them after a load.
    """
    database = server.new(f"people_{cast.cases}")
    _child(server, database, "people", "import", cast.people)
    server.settle(database)
    with psycopg.connect(database.owner, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return database


def run(server: Server, cast: Cast, database: Connections) -> Run:
    """Run the applications of a cast on a loaded database.

    Raises BenchTroubleError where a straight-through case did not end, or money or months do not agree.
    """
    server.checkpoint()
    before = read_meters(server, database)
    since = int(server.rows("SELECT pg_current_xact_id()::text AS number")[0]["number"])
    ended = _child(server, database, *_words(server, cast))
    used = read_meters(server, database) - before
    made = Run(cast.cases, ended, server.checkpoint(), used, {}, {}, since)
    return _read(made, _report(server), all_end=cast.events is None)


def profiled(server: Server, cast: Cast, database: Connections) -> list[Spent]:
    """The same run under the profiler, and where its time went."""
    file = server.folder / "logs" / "run.profile"
    _child(server, database, *_words(server, cast), python=profiler(file))
    return spent(file)


def _words(server: Server, cast: Cast) -> list[str | Path]:
    """The command whose run is measured."""
    words: list[str | Path] = ["transfer", "run", cast.applications, "--on", cast.day.isoformat()]
    words += ["--reviewer", REVIEWER, "--report", _report(server)]
    return [*words, "--events", cast.events] if cast.events else words


def _report(server: Server) -> Path:
    return server.folder / "report.jsonl"


def _read(made: Run, report: Path, *, all_end: bool) -> Run:
    """What the run says of itself: the last line of its report."""
    with report.open(encoding="utf-8") as told:
        summary = json.loads(deque(told, maxlen=1)[0])["summary"]
    outcomes, seconds = summary["outcomes"], summary["seconds"]
    if all_end and outcomes != {END: made.cases}:
        raise BenchTroubleError("not_all_ended", cases=made.cases, ended=outcomes.get(END, 0), report=report)
    if not summary["balanced"]:
        raise BenchTroubleError("not_balanced", report=report)
    phases = {**seconds, START: round(made.ended.seconds - sum(seconds.values()), 3)}
    return replace(made, phases=phases, outcomes=outcomes)


def _child(
    server: Server, database: Connections, *words: str | Path, python: Sequence[str] = (sys.executable,)
) -> Ended:
    """A command of jiexu on a database, in a data folder as new as the database."""
    node = server.folder / "node"
    shutil.rmtree(node, ignore_errors=True)
    urls = {
        "DATABASE_URL": database.owner,
        "JIEXU_WORKER_URL": database.worker,
        "JIEXU_DESK_URL": database.desk,
    }
    log = server.folder / "logs" / f"{words[0]}.log"
    command = [*python, "-m", "jiexu.cli.main", *map(str, words), "--data", str(node)]
    return run_child(command, environment=urls, log=log)
