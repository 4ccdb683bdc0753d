"""People who apply for themselves, an agent and an employer, with their accounts, on a node of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
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
from jiexu.store import atrest
from jiexu.usecases import delivery, demonstration, doors
from jiexu.usecases.doors import Role, Subject
from jiexu.usecases.node import Node, found_agencies, open_node
from jiexu.usecases.people import PersonAtAgency, load_people
from jiexu.values.citizen import make_synthetic
from jiexu.values.month import Month

QUJING, CHENGDU, GUANGZHOU = "530300", "510100", "440100"
QUANZHOU = "350500"
"""Where the account money of who joins resident insurance elsewhere is paid to the person."""
FIRST_DAY = date(2026, 11, 1)
PASSWORD = "a sentence only I know"  # noqa: S105  an account of this test
BORN = date(1991, 4, 5)
FEN = 320855
EMPLOYER, OTHER_EMPLOYER = "911100001000003008", "91440300100000406X"


@dataclass(slots=True)
class Town:
    """A node with people of Qujing who are now insured in Chengdu, and windows they sit at."""

    roles: Connections
    numbers: dict[str, str] = field(default_factory=dict)
    grants: dict[str, int] = field(default_factory=dict)

    def node(self) -> Node:
        return open_node(self.roles.worker)

    def settle(
        self,
        names: Sequence[str],
        *,
        stopped: bool = True,
        employer: str = EMPLOYER,
        to: Scheme = Scheme.EMPLOYEE,
        at: str = CHENGDU,
        origin: str = QUJING,
    ) -> None:
        """People with 87 months and an account at Qujing; ``stopped``: that cover there has ended."""
        there, people = (
            Enrolment(
                to,
                Status.INSURED,
                date(2026, 11, 1),
                employer=employer,
                cover_year=2026 if to is Scheme.RESIDENT else None,
            ),
            [],
        )
        here = Enrolment(
            Scheme.EMPLOYEE,
            Status.STOPPED if stopped else Status.INSURED,
            date(2019, 7, 1),
            date(2026, 9, 30) if stopped else None,
        )
        months = (("310", "paid", MonthSet.between(Month.of(2019, 7), Month.of(2026, 9))),)
        for name in names:
            number = self.numbers.setdefault(name, make_synthetic(BORN, len(self.numbers) + 1))
            papers = (("01", number, None, None),)
            people += [
                PersonAtAgency(
                    origin, name, BORN, Sex.FEMALE, papers, (here,), months, (("this_year", FEN, True),)
                ),
                PersonAtAgency(at, name, BORN, Sex.FEMALE, papers, (there,)),
            ]
        node = self.node()
        load_people(node, people, day=FIRST_DAY, actor="test")
        node.store.close()

    def move(self, day: date) -> None:
        """Messages go to and fro until both have said what they check."""
        node = self.node()
        for side in ("destination", "origin", "destination", "origin", "destination"):
            delivery.one_round(node, side, day=day, found=lambda _: None)
        node.store.close()

    def subject(self, name: str, agency: str = CHENGDU) -> Subject:
        query = "SELECT person FROM identity_document WHERE (agency, kind, seek) = (%s, '01', %s)"
        return Subject(agency, self.rows(query, agency, atrest.seek("01", self.numbers[name]))[0][0])

    def grant(self, account: str, role: Role, subject: Subject, *, until: date | None = None) -> int:
        """An account that speaks for somebody; the number of the grant."""
        from jiexu.web.staff import account_named, make_account  # noqa: PLC0415  asks for Django's settings

        user = account_named(account) or make_account(account, PASSWORD)[0]
        node = self.node()
        number = doors.grant(node, user.pk, role, subject=subject, since=FIRST_DAY, until=until, by="test")
        node.store.close()
        return number

    def person(self, name: str) -> int:
        """Somebody's own account."""
        self.grants[name] = self.grant(name, Role.PERSON, self.subject(name))
        return self.grants[name]

    def mover(self, name: str) -> int:
        """Somebody who left Qujing and is insured in Chengdu, with their own account; the number of the grant."""
        self.settle([name])
        return self.person(name)

    def window(self, account: str, *, lang: str = "en") -> Client:
        """Where somebody has signed in."""
        window = Client(SERVER_NAME="localhost", headers={"accept-language": lang})
        assert window.post("/sign-in/", {"login": account, "password": PASSWORD}).status_code == 302
        return window

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.roles.owner) as connection:
            connection.execute(
                "SELECT set_config('jiexu.agencies', %s, true)",
                [f"{QUJING},{CHENGDU},{GUANGZHOU},{QUANZHOU}"],
            )
            return list(connection.execute(query, values).fetchall())  # type: ignore[arg-type]


@contextmanager
def town(postgres: Any, name: str, *, invented: bool = True) -> Iterator[Town]:
    """A node of its own, with Django pointed at it; removed afterwards. ``invented``: as nodes of invented people are."""
    name = f"{name}_{os.getpid()}"
    template = str(conninfo_to_dict(postgres.template.owner)["dbname"])
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        create_database(connection=admin, name=name, owner=OWNER, template=template)
    roles = postgres.template.to(name)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.conf.settings")
    django.setup()
    before = {alias: dict(connections[alias].settings_dict) for alias in ("worker", "default")}
    for alias, url in {"worker": roles.worker, "default": roles.desk}.items():
        connections[alias].close()
        connections[alias].settings_dict.update(settings.database(url))
    node = open_node(roles.worker)
    found_agencies(node, on=FIRST_DAY)
    if invented:
        demonstration.note_invented(node)
    node.store.close()
    yield Town(roles)
    from jiexu.web import desk  # noqa: PLC0415

    desk.close()
    for alias in ("default", "worker"):
        connections[alias].close()
    for alias, kept in before.items():
        connections[alias].settings_dict.update(kept)
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
