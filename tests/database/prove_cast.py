"""Eleven people with eleven ways a transfer goes, and one ordinary one: what verify and the kill test look at."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jiexu.exchange.payloads import Document
from jiexu.gateways.demo_bank import Fault
from jiexu.gateways.postgres.roles import OWNER, Connections, create_database
from jiexu.records.monthset import MonthSet
from jiexu.rules.inputs import Asked, Enrolment, Scheme, Sex, Status
from jiexu.usecases.applications import ApplicationIn
from jiexu.usecases.bankfaults import BankEvent
from jiexu.usecases.deskwork import DeskEvent, Verb
from jiexu.usecases.node import Node, found_agencies, open_node
from jiexu.usecases.people import PersonAtAgency, load_people
from jiexu.usecases.running import Plan
from jiexu.values.citizen import make_synthetic
from jiexu.values.month import Month

if TYPE_CHECKING:
    from conftest import Server

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ANOTHER = "outside" if os.environ.get("JIEXU_TEST_DATABASE_URL") else "embedded"
"""Another server than the one that comes along, where there is one: what takes long is shared between the two."""
FIRST, LAST = date(2026, 11, 23), date(2027, 6, 30)
LOADED = date(2026, 11, 22)
BIRTH = date(1990, 1, 1)
NAME = "测试甲"
JANUARY = Month.of(2015, 1)
QUJING, KUNMING, CHENGDU = "530300", "530100", "510100"
GUANGZHOU, SHENZHEN, NANJING, SUZHOU = "440100", "440300", "320100", "320500"

WAYS = (
    (QUJING, CHENGDU),  # 0: remitted, nothing special
    (GUANGZHOU, SHENZHEN),  # 1: the money stays
    (NANJING, SUZHOU),  # 2: credited first, cleared later
    (QUJING, CHENGDU),  # 3: the bank delivers too little
    (KUNMING, CHENGDU),  # 4: the payment bounces
    (KUNMING, NANJING),  # 5: the bank pays twice
    (QUJING, SUZHOU),  # 6: the person dies on the way
    (KUNMING, SHENZHEN),  # 7: money comes late
    (CHENGDU, QUJING),  # 8: months overlap
    (CHENGDU, KUNMING),  # 9: still insured at the origin: refused; cover stops there later
    (NANJING, CHENGDU),  # 10: the bank pays too much
    (SUZHOU, QUJING),  # 11: the form is returned once; resident cover begins beside
)
BANK = {3: (Fault.SHORT, 100_000), 4: (Fault.BOUNCED, 0), 5: (Fault.DUPLICATE, 0), 10: (Fault.OVER, 400_000)}


def number(person: int) -> str:
    return make_synthetic(BIRTH, person)


def lives(person: int, *, fen: int = 120_000, first: Month = JANUARY) -> list[PersonAtAgency]:
    """One person at origin and destination. ``fen``, ``first``: what a forger would change."""
    origin, destination = WAYS[person]
    insured = person == 9
    gone = Enrolment(
        Scheme.EMPLOYEE,
        Status.INSURED if insured else Status.STOPPED,
        date(2015, 1, 1),
        None if insured else date(2026, 9, 30),
    )
    months = MonthSet.between(first, Month.of(2020, 5)) | MonthSet.between(
        Month.of(2020, 8), Month.of(2026, 9)
    )
    new = MonthSet.between(Month.of(2026, 8 if person == 8 else 11), Month.of(2026, 11))
    come = Enrolment(Scheme.EMPLOYEE, Status.INSURED, date(2026, 8 if person == 8 else 11, 1))
    papers = (("01", number(person), None, None),)
    return [
        PersonAtAgency(origin, NAME, BIRTH, Sex.MALE, papers, (gone,), (("310", "paid", months),), (("this_year", fen, True), ("earlier", 200_000, True))),
        PersonAtAgency(destination, NAME, BIRTH, Sex.MALE, papers, (come,), (("310", "paid", new),), (("this_year", 5_000, True),)),
    ]  # fmt: skip


def applications(*people: int) -> list[ApplicationIn]:
    return [
        ApplicationIn(row, NAME, Document("01", number(person)), Asked(FIRST, *WAYS[person], Scheme.EMPLOYEE, Scheme.EMPLOYEE))
        for row, person in enumerate(people, start=2)
    ]  # fmt: skip


def desk_events(*people: int) -> list[DeskEvent]:
    said = (
        (6, date(2026, 11, 24), Verb.DEATH, 0),
        (6, date(2026, 11, 25), Verb.SET_ASIDE, 0),
        (7, date(2026, 11, 26), Verb.LATE_MONEY, 7_700),
        (9, date(2026, 11, 27), Verb.STOP_COVERAGE, 0),
        (11, date(2026, 11, 27), Verb.BEGIN_COVERAGE, 0),
    )
    return [
        DeskEvent(
            f"row-{person}-{verb.value}",
            on,
            verb,
            "",
            Document("01", number(person)),
            *WAYS[person],
            fen,
            word="390" if verb is Verb.BEGIN_COVERAGE else "",
        )
        for person, on, verb, fen in said
        if person in people
    ]


def bank_events(*people: int) -> list[BankEvent]:
    faults = [
        BankEvent(f"bank-{person}", FIRST, fault, "", Document("01", number(person)), *WAYS[person], fen)
        for person, (fault, fen) in BANK.items()
        if person in people
    ]
    nobodys = BankEvent("stray", date(2026, 11, 25), Fault.NONE, destination=CHENGDU, arrives_fen=1_234)
    return [*faults, nobodys]


def plan(
    people: tuple[int, ...], seals: Callable[[dict[str, object]], None] | None = None, last: date = LAST
) -> Plan:
    return Plan(
        "prove",
        FIRST,
        last,
        "reviewer-wang",
        applications(*people),
        desk_events(*people),
        bank_events(*people),
        seals,
    )


State = dict[str, bytes]
"""What a database and the seals outside hold: rows by table, as bytes."""


def database_of(roles: Connections) -> str:
    """The name of the database that three connection strings lead to."""
    return str(conninfo_to_dict(roles.worker)["dbname"])


def copied(server: Server, name: str, template: str) -> Connections:
    """A database copied from another, keys and salts included."""
    with psycopg.connect(server.admin, autocommit=True) as connection:
        create_database(connection=connection, name=name, owner=OWNER, template=template)
        # No test here stops a server, so none needs to wait for its disk.
        off = sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name))
        connection.execute(off)
    return server.template.to(name)


def founded(server: Server) -> str:
    """A database with the agencies of the cast and nobody in them; its name, to be copied."""
    template = database_of(server.template)
    name = f"{template}_found_{secrets.token_hex(2)}"
    node = open_node(copied(server, name, template).worker)
    found_agencies(node, on=LOADED, hosts={code for way in WAYS for code in way})
    node.store.close()
    return name


def populated(node: Node, people: tuple[int, ...]) -> None:
    load_people(node, [each for person in people for each in lives(person)], day=LOADED, actor="import")


def as_admin(server: Server, database: Connections) -> psycopg.Connection[tuple[object, ...]]:
    """The superuser, in a test's database: sees every row of every agency."""
    return psycopg.connect(make_conninfo(server.admin, dbname=database_of(database)), autocommit=True)


def unlisted(server: Server, database: Connections, agency: str) -> None:
    """As if nobody had ever listed an account of the agency."""
    with as_admin(server, database) as admin:
        admin.execute("SET session_replication_role = replica")
        for table in ("agency_account_approval", "agency_account"):
            admin.execute(sql.SQL("DELETE FROM {} WHERE code = %s").format(sql.Identifier(table)), [agency])


def tables(admin: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    query = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1"
    return [str(row[0]) for row in admin.execute(query)]


def dump(admin: psycopg.Connection[tuple[object, ...]]) -> State:
    """Every row of every table, ordered, as bytes: what two runs are compared by."""
    found = {}
    for table in tables(admin):
        query = sql.SQL('COPY (SELECT * FROM {} t ORDER BY t::text COLLATE "C") TO STDOUT')
        with admin.cursor().copy(query.format(sql.Identifier(table))) as copy:
            found[table] = b"".join(copy)
    return found


def restore(admin: psycopg.Connection[tuple[object, ...]], state: State) -> None:
    """Every table as it was in a dump. Much cheaper than a database copied and dropped: that flushes the disk."""
    now = dump(admin)
    with admin.transaction():
        # No trigger fires: balances, held amounts and months come from the dump like all else.
        admin.execute("SET LOCAL session_replication_role = replica")
        for table in [each for each in state if state[each] != now[each]]:
            admin.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            with admin.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy:
                copy.write(state[table])


@dataclass(frozen=True, slots=True)
class Children:
    """The process that forks children at work on a plan; ``killed_child.py`` says what it is asked and answers."""

    process: subprocess.Popen[str]

    def start(self, **asked: Any) -> str:
        """A child that runs the plan: its exit status, negative for a signal, or ``stopped``."""
        return self.ask(json.dumps(asked))

    def ask(self, line: str) -> str:
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(line + "\n")
        stdin.flush()
        return stdout.readline().strip()


@contextmanager
def children_at_hand() -> Iterator[Children]:
    path = os.pathsep.join([str(ROOT / "src"), str(HERE), str(HERE.parent)])
    process = subprocess.Popen(
        [sys.executable, str(HERE / "killed_child.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    with process:
        yield Children(process)
        assert process.stdin is not None
        process.stdin.close()
