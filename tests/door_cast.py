"""Everybody who may knock: one account a role at one agency, the same roles at another, and things that belong to the first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import psycopg
from django.test import Client, RequestFactory

from jiexu.exchange.payloads import Document
from jiexu.store.db import Store
from jiexu.usecases import doors, faults, identity, reviews, uploads
from jiexu.usecases.deskwork import Verb
from jiexu.usecases.doors import AT_A_DESK, Role, Subject
from jiexu.usecases.identity import Brought
from jiexu.usecases.node import Node
from jiexu.usecases.requests import Asker
from office_cast import FIRST_DAY, GUANGZHOU, QUJING, Office, opened
from sent_cast import pdf
from waiting_cast import one_that_waits

TODAY = date(2026, 11, 30)
OWN, OTHER = "own", "other"
FOR_SOMEBODY = (Role.PERSON, Role.AGENT, Role.EMPLOYER)
ALONE = (Role.SUPERVISOR, Role.AUDITOR, Role.SECURITY, Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class Somebody:
    """An account. ``roles``: what it is granted; ``side``: whether objects of the cast belong to it or to somebody else."""

    name: str
    roles: frozenset[Role]
    side: str = OWN
    window: Client | None = None


@dataclass(frozen=True, slots=True)
class Cast:
    """``objects``: what stands for each ``@word`` of an example; of the first agency and the first person."""

    office: Office
    everybody: tuple[Somebody, ...]
    objects: dict[str, str]
    grants: dict[tuple[Role, str], int]

    def seen_by(self, who: Somebody) -> dict[str, str]:
        """The objects as somebody asks for them: with a grant of their own where they belong to the first agency's people."""
        own = [str(self.grants[role, OWN]) for role in who.roles if who.side == OWN]
        return {**self.objects, **({"@grant": own[0]} if own else {})}

    def named(self, name: str) -> Somebody:
        return next(each for each in self.everybody if each.name == name)


def signed_in(office: object, account: int, *, second: bool = True, minutes_ago: int = 0) -> Client:
    """A window that has shown a password, and a second factor, so many minutes ago. How one signs in is claimed elsewhere."""
    # They ask for Django's settings.
    from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY  # noqa: PLC0415
    from allauth.account.internal.flows.login import record_authentication  # noqa: PLC0415
    from django.contrib.auth.models import User  # noqa: PLC0415

    from jiexu.web.factors import SECOND  # noqa: PLC0415

    window = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    user = User.objects.get(pk=account)
    window.force_login(user, backend="jiexu.web.accounts.Accounts")
    request = RequestFactory().get("/")
    request.session = window.session
    for method in ("password", SECOND) if second else ("password",):
        record_authentication(request, user, method=method)
    for record in request.session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["at"] -= minutes_ago * 60
    request.session.save()
    return window


@contextmanager
def knocking(postgres: Any, name: str) -> Iterator[Cast]:
    """An office with everybody in it, a case of Qujing that waits, a review of it, and a person with an account."""
    with opened(postgres, name) as office:
        with office.node() as node:
            case_no = one_that_waits(node)
            review = reviews.ask(node, QUJING, case_no, Verb.ISSUE_FORM, by="别的经办", on=TODAY)
            upload = _sent(node, case_no)
            # Somebody brings a passport that may be the person's.
            who = Brought("等候", Document("16", "E1234567"), date(1991, 4, 5))
            [candidate] = identity.candidates(node, QUJING, who)
            repair = identity.propose(node, QUJING, candidate.person, who, by="别的经办", on=TODAY)
        store = Store(office.roles.desk)
        fault = faults.report(store, page="/areas/", said="A word is missing.", day=TODAY)
        store.close()
        persons = _persons(office)
        people, grants = (
            [Somebody("nobody", frozenset(), window=Client(SERVER_NAME="localhost"))],
            dict[tuple[Role, str], int](),
        )
        for role in Role:
            for side in (OWN, OTHER) if role not in ALONE else (OWN,):
                account = office.hire(f"{role} {side}")
                grants[role, side] = _grant(office, account, role, side, persons)
                people.append(Somebody(f"{role} {side}", frozenset({role}), side, signed_in(office, account)))
        people.append(Somebody("no role", frozenset(), window=signed_in(office, office.hire("no role"))))
        objects = {
            "@case": case_no,
            "@review": review,
            "@fault": fault,
            "@grant": str(grants[Role.PERSON, OWN]),
            "@key": "1",
            "@request": "1",
            "@receipt": "1",
            "@spreadsheet": "0" * 32,
            "@repair": repair,
            "@message": "0" * 32,
            "@upload": upload,
        }
        yield Cast(office, tuple(people), objects, grants)


def _sent(node: Node, case_no: str) -> str:
    """A paper that the person of the case sent to it."""
    with node.store.transaction("test.sent", [QUJING]) as cursor:
        row = cursor.execute("SELECT person FROM file WHERE case_no = %s", [case_no]).fetchone()
    assert row is not None
    about = uploads.about_case(node, [(QUJING, row["person"])], case_no)
    assert about is not None
    paper = uploads.looked_at(pdf(), "", "months_paid", about)
    return uploads.send(node, about, QUJING, paper, by=Asker("等候", "person", TODAY))


def _persons(office: Office) -> dict[str, Subject]:
    """Whom accounts speak for: a person of the case, and somebody else."""
    with psycopg.connect(office.roles.owner) as connection:
        connection.execute("SELECT set_config('jiexu.agencies', %s, true)", [QUJING])
        row = connection.execute("SELECT person FROM file WHERE agency = %s LIMIT 1", [QUJING]).fetchone()
    assert row is not None
    return {OWN: Subject(QUJING, str(row[0])), OTHER: Subject(GUANGZHOU, "somebody-else")}


def _grant(office: Office, account: int, role: Role, side: str, persons: dict[str, Subject]) -> int:
    with office.node() as node:
        return doors.grant(
            node,
            account,
            role,
            desk=(QUJING if side == OWN else GUANGZHOU) if role in AT_A_DESK else "",
            subject=persons[side] if role in FOR_SOMEBODY else None,
            since=FIRST_DAY,
            until=TODAY + timedelta(days=365) if role is Role.AGENT else None,
            by="test",
        )
