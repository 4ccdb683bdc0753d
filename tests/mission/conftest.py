"""One database for all tests of the mission's rows: the twelve stories of the demonstration, and a case that waits."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Any

import django
import psycopg
import pytest
from django.db import connections
from mission_desk import Desk
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jiexu.conf import settings
from jiexu.exchange.payloads import Document
from jiexu.gateways.postgres.roles import OWNER, create_database
from jiexu.gateways.tables.people import gather
from jiexu.records.monthset import MonthSet
from jiexu.rules.inputs import Asked, Enrolment, Scheme, Sex, Status
from jiexu.simulation.stories import stories
from jiexu.usecases import delivery, demonstration
from jiexu.usecases.applications import ApplicationIn, take
from jiexu.usecases.demonstration import Demonstration, Story
from jiexu.usecases.intake import people_in
from jiexu.usecases.node import Node, found_agencies, open_node
from jiexu.usecases.people import PersonAtAgency, load_people
from jiexu.values.citizen import make_synthetic
from jiexu.values.month import Month

SHOWN = date(2026, 11, 25)


def told_stories() -> Demonstration:
    listed = stories()
    applications = list(chain.from_iterable(each.applications for each in listed))
    starts = [sum(len(each.applications) for each in listed[:at]) for at in range(len(listed))]
    return Demonstration(
        people=people_in(gather(chain.from_iterable(each.people for each in listed))),
        applications=[each.cells() for each in applications],
        events=[each.cells() for each in chain.from_iterable(each.events for each in listed)],
        stories=[
            Story(each.key, each.zh, each.en, tuple(range(at, at + len(each.applications))))
            for each, at in zip(listed, starts, strict=True)
        ],
        first=min(each.received_on for each in applications if each.received_on),
        shown=SHOWN,
    )


def one_that_waits(node: Node) -> str:
    """Accepted on 24 November, no form issued: the origin's legal date is 8 December."""
    number, day = make_synthetic(date(1991, 4, 5), 77), date(2026, 11, 24)
    left = Enrolment(Scheme.EMPLOYEE, Status.STOPPED, date(2019, 7, 1), date(2026, 9, 30))
    joined = Enrolment(Scheme.EMPLOYEE, Status.INSURED, date(2026, 11, 1))
    paid = (("310", "paid", MonthSet.between(Month.of(2019, 7), Month.of(2026, 9))),)
    who = ("等候", date(1991, 4, 5), Sex.FEMALE, (("01", number, None, None),))
    people = [
        PersonAtAgency("530300", *who, (left,), paid, (("this_year", 320855, True),)),
        PersonAtAgency("510100", *who, (joined,)),
    ]
    load_people(node, people, day=day, actor="test")
    asked = Asked(day, "530300", "510100", Scheme.EMPLOYEE, Scheme.EMPLOYEE)
    [taken] = take(node, [ApplicationIn(2, "等候", Document("01", number), asked)], day=day, actor="test")
    for side in ("destination", "origin", "destination", "origin", "destination"):
        delivery.one_round(node, side, day=day, found=lambda _: None)
    return taken.case_no


@pytest.fixture(scope="module")
def desk(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    name = f"mission_{os.getpid()}"
    template = str(conninfo_to_dict(postgres.template.owner)["dbname"])
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        create_database(connection=admin, name=name, owner=OWNER, template=template)
    roles, data = postgres.template.to(name), tmp_path_factory.mktemp("mission")
    node = open_node(roles.worker)
    found_agencies(node, on=date(2026, 11, 1))
    demonstration.begin(node, told_stories(), data=data, tell=lambda *_: None)
    waiting = one_that_waits(node)
    node.store.close()
    with psycopg.connect(roles.worker) as connection:
        row = connection.execute("SELECT value FROM node_setting WHERE name = 'stories'").fetchone()
    assert row is not None
    cases = {story["name"]: story["case_nos"] for story in row[0]}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.conf.settings")
    django.setup()
    before = {alias: dict(connections[alias].settings_dict) for alias in ("default", "desk", "owner")}
    for alias, url in {"default": roles.worker, "desk": roles.desk, "owner": roles.owner}.items():
        connections[alias].settings_dict.update(settings.database(url))
    yield Desk(data / "node", roles, make_conninfo(postgres.admin, dbname=name), cases, waiting)
    connections.close_all()
    for alias, kept in before.items():
        connections[alias].settings_dict.update(kept)
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
