"""An agency's office after years of work: a desk in a node with very many cases, most of them ended, some open at the desk.

It is made once and kept: pages are asked of it, and fresh cases run in it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from itertools import islice

import psycopg

from jiexu.bench.cast import straight_setting
from jiexu.bench.run import REVIEWER
from jiexu.bench.server import Server
from jiexu.bench.stored import multiply
from jiexu.gateways.postgres.roles import Connections
from jiexu.gateways.tables import gather
from jiexu.simulation.sample import FIRST_DAY, Life
from jiexu.simulation.sample_lives import Maker
from jiexu.simulation.sample_mix import Kind
from jiexu.store import atrest
from jiexu.usecases import straight
from jiexu.usecases.applications import give_numbers
from jiexu.usecases.intake import application_in, people_in
from jiexu.usecases.node import Node, found_agencies, open_node
from jiexu.usecases.people import load_people
from jiexu.usecases.running import Plan, go
from jiexu.values.areas import Pool

DESK = "510100"
"""The desk that is visited; everybody moves there."""
SEED = 20261130
"""The office is made once, so its people do not change from run to run."""
ORIGINALS, OPEN = 500, 4
"""Cases that are really worked on, and how many of them wait at the desk: 8 in a thousand, 8,000 of a million."""
DAYS = 60
OPENED_AFTER = timedelta(days=364)
"""When the open cases came in: after every fresh case that is run in the office, so that nothing of theirs falls due there."""


class _ToOnePlace(Maker):
    """The usual lives, all of them moving to the desk."""

    def pair(self, kind: Kind) -> tuple[Pool, Pool]:
        here = next(pool for pool in self.setting.areas.pools() if pool.code == DESK)
        while True:
            origin, _ = super().pair(kind)
            if origin.code[:2] != DESK[:2]:
                return origin, here


def office(
    server: Server, *, seed: int, stored: int, tell: Callable[[str, dict[str, object]], None]
) -> Connections:
    """The database of the office, made the first time it is asked for; what has been migrated since is migrated there too."""
    originals = min(ORIGINALS, stored)

    def make(database: Connections) -> None:
        server.migrate(database)
        node = open_node(database.worker)
        try:
            found_agencies(node, on=FIRST_DAY)
            tell("finishing", {"cases": originals})
            _work(node, list(islice(lives(seed), originals)))
        finally:
            node.store.close()
        multiply(
            database, cases=originals, times=stored // originals - 1,
            tell=lambda cases: tell("multiplying", {"cases": cases, "stored": stored}),
        )  # fmt: skip
        with psycopg.connect(database.owner, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")

    database = server.kept(f"office_{stored}_{seed}_{_keys()}", make)
    server.migrate(database)
    return database


def originals(database: Connections) -> tuple[list[str], list[str], list[str]]:
    """Numbers of the cases at the desk that pages can show, names and document numbers of their people: copies have no
    number that could be written anywhere.
    """
    with psycopg.connect(database.owner) as connection:
        connection.execute("SELECT set_config('jiexu.agencies', %s, true)", [DESK])
        query = (
            f"SELECT f.case_no, f.name, {atrest.newest('f')} AS document FROM file f "
            "WHERE f.agency = %s AND f.case_no !~ '^[0-9a-f]{32}$' ORDER BY 1"
        )
        rows = connection.execute(query, [DESK]).fetchall()
    return [row[0] for row in rows], [row[1] for row in rows], [atrest.number_of(row[2]) for row in rows]


def waiting(database: Connections) -> int:
    """How many records and amounts are open at the desk."""
    query = (
        "SELECT (SELECT count(*) FROM file WHERE agency = %(at)s AND record_open) "
        "+ (SELECT count(*) FROM money_track WHERE agency = %(at)s AND is_open)"
    )
    with psycopg.connect(database.owner) as connection:
        connection.execute("SELECT set_config('jiexu.agencies', %s, true)", [DESK])
        row = connection.execute(query, {"at": DESK}).fetchone()
    return int(row[0]) if row else 0


def lives(seed: int) -> Iterator[Life]:
    """Straight-through lives that move to the desk, without end."""
    maker = _ToOnePlace(straight_setting(seed))
    while True:
        yield maker.life()


def _work(node: Node, worked: Sequence[Life]) -> None:
    """Bring the cases to their end, but for the last few, which wait for the desk's clerk, each since another day."""
    people = people_in(gather(row for life in worked for row in life.people))
    load_people(node, people, day=FIRST_DAY, actor="bench")
    share = max(1, len(worked) * OPEN // ORIGINALS)
    ended, open_ = worked[:-share], worked[-share:]
    go(node, _plan("ended", ended, FIRST_DAY))
    later = FIRST_DAY + OPENED_AFTER
    plan = _plan("open", open_, later)
    numbers = give_numbers(node, plan.applications)
    straight.leave_to_people(node, [(DESK, number) for number in numbers.values()], since=FIRST_DAY)
    go(node, plan)


def _plan(key: str, worked: Sequence[Life], day: date) -> Plan:
    rows = [row for life in worked for row in life.applications]
    return Plan(
        key=f"bench-{key}", first=day, last=day + timedelta(days=DAYS), reviewer=REVIEWER,
        applications=[application_in(row, today=day) for row in rows], seals=lambda seal: None,
    )  # fmt: skip


def _keys() -> str:
    """Stands for the keys the numbers are sealed under: with others it is another database."""
    return sha256(os.environ["JIEXU_NODE_KEYS"].encode()).hexdigest()[:8]
