"""Accounts of people who sign in: made with a password they change, and the invented ones of the demonstration."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User

from jiexu.usecases import doors
from jiexu.usecases.doors import Role
from jiexu.usecases.node import Node

DEMONSTRATION_PASSWORD = "jiexu-demonstration"  # noqa: S105  shown to everybody, on a node of invented people only
GRANTED_BY = "demonstration"
OPENS = "worker"
"""The role that may open accounts: the pages' own may not."""


@dataclass(frozen=True, slots=True)
class Invented:
    """An account of the demonstration. ``desk``: code of the agency, empty for roles that belong to none."""

    name: str
    role: Role
    desk: str = ""


INVENTED = (
    Invented("何文静", Role.CLERK, "510100"),
    Invented("罗建平", Role.REVIEWER, "510100"),
    Invented("马晓燕", Role.FINANCE, "510100"),
    Invented("杨丽华", Role.CLERK, "530300"),
    Invented("段志强", Role.REVIEWER, "530300"),
    Invented("李云芳", Role.FINANCE, "530300"),
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
        doors.grant(node, account.pk, each.role, desk=each.desk, since=on, by=GRANTED_BY)
    return len(missing)
