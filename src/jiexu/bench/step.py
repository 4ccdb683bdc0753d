"""``jiexu bench step``: what the steps of fresh cases cost beside ten stored cases, and beside very many."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice

import psycopg

from jiexu.bench.cast import straight_lives
from jiexu.bench.counts import check_ended
from jiexu.bench.ground import Ground, ground_of
from jiexu.bench.machine import described
from jiexu.bench.run import REVIEWER
from jiexu.bench.server import Server
from jiexu.bench.stored import multiply
from jiexu.gateways.postgres.roles import Connections
from jiexu.gateways.tables import gather
from jiexu.simulation.sample import FIRST_DAY, Life
from jiexu.usecases.intake import application_in, people_in
from jiexu.usecases.node import Node, found_agencies, open_node
from jiexu.usecases.people import load_people
from jiexu.usecases.running import Plan, go

FEW, ORIGINALS = 10, 500
"""Stored cases on the one side; finished cases that are multiplied on the other."""
STORED, WAVE, ROUNDS = 1_000_000, 500, 5
PEOPLE_AT_A_TIME = 2000
BETWEEN = "between days"
"""Looking for the next day on which something happens, and noting where the run stands."""
DAYS = 60
"""Days a case may take: more than any straight-through one needs."""

Tell = Callable[[str, dict[str, object]], None]


@dataclass(frozen=True, slots=True)
class WantedStep:
    """What is to be measured: cases stored on the one side, fresh cases in each round, and how many rounds."""

    seed: int
    stored: int = STORED
    wave: int = WAVE
    rounds: int = ROUNDS

    @property
    def originals(self) -> int:
        """How many finished cases are multiplied."""
        return min(ORIGINALS, max(FEW, self.stored // 2))


@dataclass(slots=True)
class Side:
    """A database with so many stored cases, and what fresh cases cost in it.

    ``rounds``: milliseconds for each fresh case by step, one entry a round. ``scanned``: rows read for each fresh case
    by going through a whole table, by table; unlike milliseconds they do not depend on what else the machine does.
    """

    database: Connections
    stored: int
    rounds: list[Mapping[str, float]] = field(default_factory=list)
    scanned: Mapping[str, float] = field(default_factory=dict)

    def median_ms(self, step: str) -> float:
        """The median over the rounds of one step."""
        return statistics.median(each.get(step, 0.0) for each in self.rounds)

    @property
    def whole_ms(self) -> float:
        """The median over the rounds of all steps together."""
        return statistics.median(sum(each.values()) for each in self.rounds)


@dataclass(frozen=True, slots=True)
class StepCost:
    """The same waves on both sides, in turns."""

    wanted: WantedStep
    machine: dict[str, str | int | float]
    few: Side
    many: Side

    @property
    def ratio(self) -> float:
        """What a case costs beside many stored ones, for each time it costs beside few."""
        return self.many.whole_ms / self.few.whole_ms

    @property
    def growing(self) -> list[str]:
        """Tables of which more is gone through beside many stored cases than beside few, the worst first."""
        more = {table: rows - self.few.scanned[table] for table, rows in self.many.scanned.items()}
        return sorted(
            (table for table, rows in more.items() if rows >= 1), key=more.__getitem__, reverse=True
        )

    @property
    def steps(self) -> list[str]:
        """All steps, dearest first."""
        names = {name for side in (self.few, self.many) for each in side.rounds for name in each}
        return sorted(names, key=self.few.median_ms, reverse=True)


def measure(server: Server, wanted: WantedStep, tell: Tell) -> StepCost:
    """Make both databases, then run the same fresh cases in turns.

    Raises UnevenGroundError, and BenchTroubleError where a case did not end.
    """
    ground, machine = ground_of(server), described(server)
    lives = straight_lives(wanted.seed)
    few, many = _sides(server, wanted, list(islice(lives, wanted.originals)), tell)
    fresh = list(islice(lives, (1 + wanted.rounds) * wanted.wave))
    for side in (few, many):
        _make_ready(server, ground, side.database, fresh)
    before = {side.stored: _scanned(server, side.database) for side in (few, many)}
    for number in range(1 + wanted.rounds):
        tell("round", {"number": number, "rounds": wanted.rounds})
        part = fresh[number * wanted.wave :][: wanted.wave]
        # Whoever goes first finds the machine as the other left it, so they take turns in that too.
        for side in (few, many) if number % 2 else (many, few):
            took = _round(side.database, part, week=1 + number)
            # The first round fills caches and is not counted.
            side.rounds += [took] if number else []
    for side in (few, many):
        after = _scanned(server, side.database)
        side.scanned = {
            table: (rows - before[side.stored][table]) / len(fresh) for table, rows in after.items()
        }
        check_ended(side.database)
    return StepCost(wanted, machine, few, many)


def _sides(server: Server, wanted: WantedStep, originals: Sequence[Life], tell: Tell) -> tuple[Side, Side]:
    """A database with few finished cases, and one in which finished cases were multiplied."""
    few, many = _founded(server)
    tell("finishing", {"cases": len(originals)})
    _finish(few, originals[:FEW])
    _finish(many, originals)
    times = wanted.stored // len(originals) - 1
    multiply(
        many, cases=len(originals), times=times,
        tell=lambda cases: tell("multiplying", {"cases": cases, "stored": wanted.stored}),
    )  # fmt: skip
    return Side(few, FEW), Side(many, (1 + times) * len(originals))


def _scanned(server: Server, database: Connections) -> dict[str, int]:
    """Rows read so far by going through whole tables."""
    server.settle(database)
    with psycopg.connect(database.owner, autocommit=True) as connection:
        return dict(connection.execute("SELECT relname, seq_tup_read FROM pg_stat_user_tables").fetchall())


def _founded(server: Server) -> tuple[Connections, Connections]:
    """Two databases with the same agencies and nothing else."""
    empty = server.new("empty")
    server.migrate(empty)
    with _at_work(empty) as node:
        found_agencies(node, on=FIRST_DAY)
    return server.new("few", like=empty), server.new("many", like=empty)


@contextmanager
def _at_work(database: Connections) -> Iterator[Node]:
    node = open_node(database.worker)
    try:
        yield node
    finally:
        node.store.close()


def _finish(database: Connections, lives: Sequence[Life]) -> None:
    """Load people and bring their cases to the end."""
    with _at_work(database) as node:
        _load(node, lives)
        go(node, _plan(lives, week=0))


def _make_ready(server: Server, ground: Ground, database: Connections, fresh: Sequence[Life]) -> None:
    """The people of the fresh cases beside the stored ones, and statistics as autovacuum leaves them."""
    with _at_work(database) as node:
        _load(node, fresh)
    with psycopg.connect(database.owner, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    server.checkpoint()
    ground.check_database(database, when="before the rounds")


def _load(node: Node, lives: Sequence[Life]) -> None:
    listed = people_in(gather(row for life in lives for row in life.people))
    for at in range(0, len(listed), PEOPLE_AT_A_TIME):
        load_people(node, listed[at : at + PEOPLE_AT_A_TIME], day=FIRST_DAY, actor="bench")


def _round(database: Connections, lives: Sequence[Life], *, week: int) -> Mapping[str, float]:
    """Run fresh cases to their end; milliseconds for each case by step, what lies between the steps with them."""
    with _at_work(database) as node:
        plan = _plan(lives, week=week)
        began = time.perf_counter()
        progress = go(node, plan)
        seconds = time.perf_counter() - began
    steps = {name: 1000 * took / len(lives) for name, took in progress.seconds.items()}
    return {**steps, BETWEEN: 1000 * seconds / len(lives) - sum(steps.values())}


def _plan(lives: Sequence[Life], *, week: int) -> Plan:
    """A plan for cases that all come in on one Monday."""
    day = FIRST_DAY + timedelta(weeks=week)
    rows = [row for life in lives for row in life.applications]
    return Plan(
        key=f"bench-{week}", first=day, last=day + timedelta(days=DAYS), reviewer=REVIEWER,
        applications=[application_in(row, today=day) for row in rows], seals=lambda seal: None,
    )  # fmt: skip
