"""A person whose papers go wrong easily: a four-byte character, a long employer, a birth nobody would believe."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from store_cast import CHENGDU, MONDAY, QUJING, REVIEWER, asks, lives, plan

from jiexu.cases.states import Side
from jiexu.gateways.postgres.roles import OWNER, Connections, create_database
from jiexu.rules.inputs import Asked, Channel, Status
from jiexu.usecases import delivery, letters
from jiexu.usecases.applications import take
from jiexu.usecases.deskwork import DeskEvent, Verb, perform
from jiexu.usecases.node import Node
from jiexu.usecases.people import PersonAtAgency, load_people
from jiexu.usecases.running import go

if TYPE_CHECKING:
    from tests.conftest import Server

RARE = "欧阳\U00020bb7"
"""With 𠮷, a character of four bytes that the font has."""
LACKING = "欧阳\U0002a6a5"
"""With the character of sixty-four strokes, which it has not."""
EMPLOYER = "云南曲靖麒麟区高原特色农业综合开发有限责任公司第二十三分公司"
LONG_AGO = date(1876, 1, 1)


@contextmanager
def new_roles(postgres: Server) -> Iterator[Connections]:
    """A migrated database that several tests share."""
    template = str(conninfo_to_dict(postgres.template.worker)["dbname"])
    name = f"{template}_{secrets.token_hex(3)}"
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        create_database(connection=admin, name=name, owner=OWNER, template=template)
    yield postgres.template.to(name)
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def unusual(person: int, name: str = RARE) -> list[PersonAtAgency]:
    """Both sides' record of such a person."""
    return [
        replace(
            each,
            name=name,
            birth=LONG_AGO,
            enrolments=tuple(replace(one, employer=EMPLOYER) for one in each.enrolments),
        )
        for each in lives(person)
    ]


def asked_by_letter(person: int, name: str = RARE) -> Asked:
    return replace(asks(person).asked, channel=Channel.OFFLINE)


Seals = list[dict[str, object]]


def ended(node: Node, person: int = 1, name: str = RARE, seals: Seals | None = None) -> str:
    """A case whose record is in and whose money is credited; its number. ``seals``: takes those of the run."""
    load_people(node, unusual(person, name), day=MONDAY, actor="test")
    run = replace(
        plan([replace(asks(person), name=name)], key=f"run-{person}"),
        seals=(seals if seals is not None else []).extend,
    )
    progress = go(node, run)
    assert not progress.exceptions, progress.exceptions
    return next(progress.given.taken()).case_no


def opened_offline(node: Node, person: int = 1, name: str = RARE) -> str:
    """A case between two offices that are not on the platform, just applied for."""
    load_people(node, unusual(person, name), day=MONDAY, actor="test")
    asked = replace(asks(person), name=name, asked=asked_by_letter(person))
    return take(node, [asked], day=MONDAY, actor="counter")[0].case_no


def carry(node: Node, agency: str, case_no: str) -> None:
    """Bring an agency's next letter across, and the receipt back."""
    letter = letters.write(node, agency=agency, case_no=case_no, day=MONDAY)
    assert letter is not None
    letters.acknowledge(node, letter, letters.take_in(node, letter, day=MONDAY), day=MONDAY)


def accepted_offline(node: Node, person: int = 1) -> str:
    """The same case once both sides have checked and the destination has accepted."""
    case_no = opened_offline(node, person)
    for agency in (CHENGDU, QUJING, CHENGDU):
        carry(node, agency, case_no)
    return case_no


def do(node: Node, case_no: str, verb: Verb) -> None:
    done = perform(
        node,
        "",
        [DeskEvent("it", MONDAY, verb, case_no)],
        day=MONDAY,
        reviewer=REVIEWER,
        found=lambda done: None,
    )
    assert done == {"it": "done"}


def refused(node: Node, person: int = 2) -> str:
    """A case refused because the person is still insured at the origin."""
    people: Sequence[PersonAtAgency] = [
        replace(
            each,
            enrolments=tuple(replace(one, status=Status.INSURED, stopped_on=None) for one in each.enrolments),
        )
        for each in unusual(person)
    ]
    load_people(node, people, day=MONDAY, actor="test")
    taken = take(node, [replace(asks(person), name=RARE)], day=MONDAY, actor="applicant")[0]
    for side in (*Side, *Side):
        delivery.one_round(node, side.value, day=MONDAY)
    return taken.case_no
