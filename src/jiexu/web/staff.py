"""Accounts of people who sign in: made with a password they change, and the invented ones of the demonstration."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User

from jiexu.usecases import doors, persons
from jiexu.usecases.doors import FOR_SOMEBODY, Role, Subject
from jiexu.usecases.node import Node
from jiexu.values.identity import DocumentKind

DEMONSTRATION_PASSWORD = "jiexu-demonstration"  # noqa: S105  shown to everybody, on a node of invented people only
GRANTED_BY = "demonstration"
AUTHORISED = timedelta(days=365)
"""How long somebody of the demonstration may act for another."""
OPENS = "worker"
"""The role that may open accounts: the pages' own may not."""


@dataclass(frozen=True, slots=True)
class Invented:
    """An account of the demonstration. ``desk``: code of the agency, empty for roles that belong to none.

    ``whose``: agency and citizen number of the person it speaks for; of an employer the agency alone.
    """

    name: str
    role: Role
    desk: str = ""
    whose: tuple[str, str] = ("", "")


INVENTED = (
    Invented("何文静", Role.CLERK, "510100"),
    Invented("罗建平", Role.REVIEWER, "510100"),
    Invented("马晓燕", Role.FINANCE, "510100"),
    Invented("杨丽华", Role.CLERK, "530300"),
    Invented("段志强", Role.REVIEWER, "530300"),
    Invented("李云芳", Role.FINANCE, "530300"),
    Invented("陈念云", Role.PERSON, whose=("510100", "000000199004120028")),
    Invented("罗家明", Role.PERSON, whose=("440300", "00000019870903001X")),
    Invented("韦兰", Role.AGENT, whose=("520100", "000000199405180099")),
    Invented("成都一家公司", Role.EMPLOYER, whose=("510100", "")),
    Invented("周明", Role.SUPERVISOR),
    Invented("吴审计", Role.AUDITOR),
    Invented("郑安全", Role.SECURITY),
    Invented("王系统", Role.SYSTEM),
)
"""One account a role, and both desks of the first story, so that one person at one screen can play them all."""


def account_named(name: str) -> User | None:
    """The account of that name; None where there is none."""
    found: User | None = User.objects.filter(username=name).first()
    return found


def make_account(name: str, password: str = "") -> tuple[User, str]:
    """A new account and its first password, drawn where none is given."""
    first = password or secrets.token_urlsafe(15)
    return User.objects.db_manager(OPENS).create_user(username=name, password=first), first


def make_invented(node: Node, *, on: date) -> int:
    """The demonstration's accounts, each once, killed anywhere or not; how many were new."""
    there = {str(row["name"]) for row in doors.every(node)}
    missing = [each for each in INVENTED if each.name not in there]
    password = make_password(DEMONSTRATION_PASSWORD) if missing else ""
    for each in missing:
        # One hash for all: the password is no secret, and making it takes a third of a second.
        account, _ = User.objects.using(OPENS).get_or_create(
            username=each.name, defaults={"password": password}
        )
        until = on + AUTHORISED if each.role is Role.AGENT else None
        subject = _subject(node, each)
        if subject is not None or each.role not in FOR_SOMEBODY:
            doors.grant(
                node,
                account.pk,
                each.role,
                desk=each.desk,
                subject=subject,
                since=on,
                until=until,
                by=GRANTED_BY,
            )
    return len(missing)


def _subject(node: Node, each: Invented) -> Subject | None:
    """Whom an account speaks for; None for staff, and where the demonstration has no such person."""
    if each.role not in FOR_SOMEBODY:
        return None
    agency, number = each.whose
    with node.store.transaction("doors.invented", [agency]) as cursor:
        if each.role is Role.EMPLOYER:
            return persons.busiest_employer(cursor, agency)
        return persons.by_document(cursor, agency, DocumentKind.CITIZEN_CARD.value, number)
