"""An agency's office for tests of its pages: a node, people who work at desks, and the windows they signed in at."""

from __future__ import annotations

import hmac
import html
import os
import re
import struct
import time
from base64 import b32decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import django
import psycopg
from django.db import connections
from django.test import Client
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from jiexu.conf import settings
from jiexu.gateways.postgres.roles import OWNER, Connections, create_database
from jiexu.records.monthset import MonthSet
from jiexu.rules.inputs import Enrolment, Scheme, Sex, Status
from jiexu.usecases import bankday, banking, delivery, demonstration, doors, straight
from jiexu.usecases.doors import Role
from jiexu.usecases.node import Node, found_agencies, open_node
from jiexu.usecases.people import PersonAtAgency
from jiexu.values.citizen import make_synthetic
from jiexu.values.month import Month

QUJING, CHENGDU, GUANGZHOU = "530300", "510100", "440100"
FIRST_DAY = date(2026, 11, 1)
BORN = date(1988, 2, 9)
PASSWORD = "a sentence only I know"  # noqa: S105  an account of these tests


@dataclass(slots=True)
class Office:
    """A node of its own, its people, and their windows: one a person, because a code is good once."""

    roles: Connections
    secrets: dict[str, str] = field(default_factory=dict)
    windows: dict[str, Client] = field(default_factory=dict)

    def hire(self, name: str, *held: tuple[Role, str]) -> int:
        """An account with roles, each at a desk where it has one."""
        from jiexu.web.staff import make_account  # noqa: PLC0415  asks for Django's settings

        account, _ = make_account(name, PASSWORD)
        with self.node() as node:
            for role, desk in held:
                doors.grant(node, account.pk, role, desk=desk, since=FIRST_DAY, by="test")
        return int(account.pk)

    @contextmanager
    def node(self) -> Iterator[Node]:
        """The node itself, as its worker."""
        node = open_node(self.roles.worker)
        try:
            yield node
        finally:
            node.store.close()

    def row(self, query: str, *values: object) -> tuple[Any, ...]:
        """The one row a query finds at any of the three agencies."""
        with psycopg.connect(self.roles.owner) as connection:
            connection.execute(
                "SELECT set_config('jiexu.agencies', %s, true)", [f"{QUJING},{CHENGDU},{GUANGZHOU}"]
            )
            found = connection.execute(query, values).fetchone()
        assert found is not None
        return tuple(found)

    def enter(self, name: str) -> Client:
        """The window in which somebody has signed in and set up a second factor."""
        if name in self.windows:
            return self.windows[name]
        window = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
        assert window.post("/sign-in/", {"login": name, "password": PASSWORD}).status_code == 302
        window.post("/sign-in/again/", {"password": PASSWORD})
        shown = re.search(r'class="code">([A-Z2-7]{16,})<', window.get("/my/second-factor/").content.decode())
        assert shown is not None
        self.secrets[name] = shown.group(1)
        answer = window.post("/my/second-factor/", {"code": code_of(self.secrets[name])})
        assert answer.status_code == 302, "the code was not taken"
        self.windows[name] = window
        return window


def code_of(secret: str) -> str:
    """The six digits an authenticator shows now (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(b32decode(secret + "=" * (-len(secret) % 8)), counter, "sha1")
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


@contextmanager
def opened(postgres: Any, name: str, *, invented: bool = True) -> Iterator[Office]:
    """An office on a migrated database of its own, to which Django's connections point meanwhile. ``invented``: its people are."""
    name, template = f"{name}_{os.getpid()}", str(conninfo_to_dict(postgres.template.owner)["dbname"])
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        create_database(connection=admin, name=name, owner=OWNER, template=template)
    roles = postgres.template.to(name)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.conf.settings")
    django.setup()
    before = {alias: dict(connections[alias].settings_dict) for alias in ("worker", "default")}
    for alias, url in {"worker": roles.worker, "default": roles.desk}.items():
        connections[alias].close()
        connections[alias].settings_dict.update(settings.database(url))
    made = Office(roles)
    with made.node() as node:
        found_agencies(node, on=FIRST_DAY)
        if invented:
            demonstration.note_invented(node)
    yield made
    from jiexu.web import desk  # noqa: PLC0415

    desk.close()
    connections["default"].close()
    for alias, kept in before.items():
        connections[alias].settings_dict.update(kept)
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def let_money_move(node: Node, day: date, *, reviewer: str) -> None:
    """What goes by itself at desks and banks from a day on, until the money that may has arrived."""
    for _ in range(3):
        for kind in straight.KINDS:
            straight.work(node, kind, day=day, reviewer=reviewer, found=nothing)
        banking.review_and_send(node, day=day, reviewer=reviewer, found=nothing)
        bankday.hand_over(node, day=day)
        delivery.carry(node, day=day)
        day += timedelta(days=1)
        bankday.statements(node, day=day)
        banking.take_answers(node, day=day, found=nothing)
        banking.match(node, day=day, reviewer=reviewer, found=nothing)
        delivery.carry(node, day=day)


def nothing(_done: object) -> None:
    """Nobody listens."""


def text(answer: Any) -> str:
    """A page as it is read, without HTML's ways of writing signs."""
    return html.unescape(answer.content.decode())


def number_of(n: int) -> str:
    return make_synthetic(BORN, n)


def lives(name: str, number: str) -> list[PersonAtAgency]:
    """Insured at Qujing until September, at Chengdu since November."""
    papers = (("01", number, None, None),)
    left = Enrolment(Scheme.EMPLOYEE, Status.STOPPED, date(2019, 7, 1), date(2026, 9, 30))
    joined = Enrolment(Scheme.EMPLOYEE, Status.INSURED, date(2026, 11, 1))
    paid = MonthSet.between(Month.of(2019, 7), Month.of(2026, 9))
    return [
        PersonAtAgency(QUJING, name, BORN, Sex.FEMALE, papers, (left,), (("310", "paid", paid),), (("this_year", 320855, True),)),
        PersonAtAgency(CHENGDU, name, BORN, Sex.FEMALE, papers, (joined,)),
    ]  # fmt: skip
