"""``jiexu bench step``: what the steps of fresh cases cost beside ten stored cases, and in the office that has very many."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice

import psycopg

from jiexu.bench import office
from jiexu.bench.counts import check_ended, files, open_tracks
from jiexu.bench.ground import Ground, ground_of
from jiexu.bench.machine import described
from jiexu.bench.run import REVIEWER
from jiexu.bench.server import Server
from jiexu.bench.trouble import BenchTroubleError
from jiexu.gateways.postgres.roles import Connections
from jiexu.gateways.tables import gather
from jiexu.simulation.sample import FIRST_DAY, Life
from jiexu.usecases.intake import application_in, people_in
from jiexu.usecases.node import Node, found_agencies, open_node
from jiexu.usecases.people import load_people
from jiexu.usecases.running import Plan, go

FEW = 10
"""Stored cases on the one side."""
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

    Raises UnevenGroundError, and BenchTroubleError where a case did not end, or was run in the office before.
    """
    ground, machine = ground_of(server), described(server)
    lives = office.lives(wanted.seed)
    few = Side(_few(server, list(islice(lives, FEW))), FEW)
    stored = office.office(server, seed=office.SEED, stored=wanted.stored, tell=tell)
    many = Side(stored, wanted.stored)
    fresh = list(islice(lives, (1 + wanted.rounds) * wanted.wave))
    for side in (few, many):
        _make_ready(server, ground, side.database, fresh)
    found = [(files(side.database), open_tracks(side.database)) for side in (few, many)]
    before = {side.stored: _scanned(server, side.database) for side in (few, many)}
    for number in range(1 + wanted.rounds):
        tell("round", {"number": number, "rounds": wanted.rounds})
        part = fresh[number * wanted.wave :][: wanted.wave]
        # Whoever goes first finds the machine as the other left it, so they take turns in that too.
        for side in (few, many) if number % 2 else (many, few):
            took = _round(side.database, part, seed=wanted.seed, week=1 + number)
            # The first round fills caches and is not counted.
            side.rounds += [took] if number else []
    for side, (files_before, open_before) in zip((few, many), found, strict=True):
        after = _scanned(server, side.database)
        side.scanned = {
            table: (rows - before[side.stored][table]) / len(fresh) for table, rows in after.items()
        }
        if files(side.database) - files_before != 2 * len(fresh):
            raise BenchTroubleError("not_fresh", seed=wanted.seed)
        check_ended(side.database, before=open_before)
    return StepCost(wanted, machine, few, many)


def _few(server: Server, lives: Sequence[Life]) -> Connections:
    """A database with the office's agencies and few finished cases."""
    few = server.new("few")
    server.migrate(few)
    with _at_work(few) as node:
        found_agencies(node, on=FIRST_DAY)
        _load(node, lives)
        go(node, _plan(lives, "finished", week=0))
    return few


def _scanned(server: Server, database: Connections) -> dict[str, int]:
    """Rows read so far by going through whole tables."""
    server.settle(database)
    with psycopg.connect(database.owner, autocommit=True) as connection:
        return dict(connection.execute("SELECT relname, seq_tup_read FROM pg_stat_user_tables").fetchall())


@contextmanager
def _at_work(database: Connections) -> Iterator[Node]:
    node = open_node(database.worker)
    try:
        yield node
    finally:
        node.store.close()


def _make_ready(server: Server, ground: Ground, database: Connections, fresh: Sequence[Life]) -> None:
    """The people of the fresh cases beside the stored ones, and statistics as autovacuum leaves them."""
    with _at_work(database) as node:
        _load(node, fresh)
    with psycopg.connect(database.owner, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    server.warm(database)
    server.checkpoint()
    ground.check_database(database, when="before the rounds")


def _load(node: Node, lives: Sequence[Life]) -> None:
    listed = people_in(gather(row for life in lives for row in life.people))
    for at in range(0, len(listed), PEOPLE_AT_A_TIME):
        load_people(node, listed[at : at + PEOPLE_AT_A_TIME], day=FIRST_DAY, actor="bench")


def _round(database: Connections, lives: Sequence[Life], *, seed: int, week: int) -> Mapping[str, float]:
    """Run fresh cases to their end; milliseconds for each case by step, what lies between the steps with them."""
    with _at_work(database) as node:
        plan = _plan(lives, f"{seed}-{week}", week=week)
        began = time.perf_counter()
        progress = go(node, plan)
        seconds = time.perf_counter() - began
    steps = {name: 1000 * took / len(lives) for name, took in progress.seconds.items()}
    return {**steps, BETWEEN: 1000 * seconds / len(lives) - sum(steps.values())}


def _plan(lives: Sequence[Life], key: str, *, week: int) -> Plan:
    """A plan for cases that all come in on one Monday."""
    day = FIRST_DAY + timedelta(weeks=week)
    rows = [row for life in lives for row in life.applications]
    return Plan(
        key=f"bench-step-{key}", first=day, last=day + timedelta(days=DAYS), reviewer=REVIEWER,
        applications=[application_in(row, today=day) for row in rows], seals=lambda seal: None,
    )  # fmt: skip
