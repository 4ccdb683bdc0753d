"""Who may do what: roles granted to accounts, each by somebody else, for a time, at one desk or for one person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import psycopg

from jiexu.store.db import Cursor, Row
from jiexu.usecases.node import Node
from jiexu.values.errors import ValueFault
from jiexu.values.names import same_person


class Role(StrEnum):
    """What an account is granted. Clerk, reviewer and finance belong to one desk; the last three are three people."""

    PERSON = "person"
    AGENT = "agent"
    EMPLOYER = "employer"
    CLERK = "clerk"
    REVIEWER = "reviewer"
    FINANCE = "finance"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    SECURITY = "security_administrator"
    SYSTEM = "system_administrator"


class Purpose(StrEnum):
    """What an agent was authorised for: to look, and to apply, ask and answer."""

    VIEW = "view"
    APPLY = "apply"


AT_A_DESK = frozenset({Role.CLERK, Role.REVIEWER, Role.FINANCE})
FOR_SOMEBODY = frozenset({Role.PERSON, Role.AGENT, Role.EMPLOYER})
"""Roles that speak for a person or an employer; an agent's has a last day."""
STAFF = frozenset({*AT_A_DESK, Role.SUPERVISOR, Role.AUDITOR, Role.SECURITY, Role.SYSTEM})
"""Roles that ask for a second factor."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A person by an agency's own reference, or an employer by its name there. Never a document."""

    agency: str
    reference: str

    def __str__(self) -> str:
        return f"{self.agency}/{self.reference}"

    @classmethod
    def of(cls, text: str) -> Subject:
        """As the table keeps it: ``510100/…``."""
        agency, _, reference = text.partition("/")
        return cls(agency, reference)


class GrantError(ValueFault):
    """A role that cannot be granted or ended so. The sentence says why, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One role of one account. ``desk``: code of the agency, for roles at a desk. ``until``: last day, None = no end.

    ``subject``: whom a person, agent or employer speaks for; None for every other role. ``purposes``: narrower than all
    only where a person authorised an agent for some.
    """

    id: int
    role: Role
    desk: str | None
    since: date
    until: date | None
    granted_by: str
    subject: Subject | None = None
    purposes: frozenset[Purpose] = frozenset(Purpose)

    def holds(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)


STANDING = (
    "SELECT g.id, g.role, g.desk, g.subject, g.since, g.until, g.granted_by, d.purposes FROM role_grant g "
    "LEFT JOIN delegation d ON d.id = g.id WHERE g.account = %(account)s AND g.ended_on IS NULL ORDER BY g.id"
)
"""Roles of an account that were not ended."""


def held(cursor: Cursor, account: int, on: date) -> tuple[Grant, ...]:
    """Roles an account holds on a day."""
    return holding(cursor.execute(STANDING, {"account": account}).fetchall(), on)


def holding(rows: Iterable[Row], on: date) -> tuple[Grant, ...]:
    """Of the rows of ``STANDING`` the roles that hold on a day."""
    return tuple(grant for grant in map(_grant, rows) if grant.holds(on))


def _grant(row: Row) -> Grant:
    return Grant(
        id=row["id"],
        role=Role(row["role"]),
        desk=row["desk"],
        since=row["since"],
        until=row["until"],
        granted_by=row["granted_by"],
        subject=Subject.of(row["subject"]) if row["subject"] else None,
        purposes=frozenset(map(Purpose, row["purposes"])) if row["purposes"] else frozenset(Purpose),
    )


def grant(
    node: Node,
    account: int,
    role: Role,
    *,
    desk: str = "",
    subject: Subject | None = None,
    since: date,
    until: date | None = None,
    by: str,
) -> int:
    """Grant a role; the number of the grant. Raises GrantError where it cannot stand."""
    if (role in FOR_SOMEBODY) != (subject is not None):
        raise GrantError(
            "grant_needs_subject",
            "The role {role}: person, agent and employer speak for somebody, so name whom; other roles do not.",
            role=role.value,
        )
    if role is Role.AGENT and until is None:
        raise GrantError(
            "grant_needs_end",
            "An authorisation to act for somebody has a last day; name it.",
            role=role.value,
        )
    if (role in AT_A_DESK) != bool(desk):
        raise GrantError(
            "grant_needs_desk",
            "The role {role}: clerk, reviewer and finance are held at a desk, so name the agency; other roles have none.",
            role=role.value,
        )
    try:
        with node.store.transaction("doors.grant") as cursor:
            named = cursor.execute("SELECT username FROM auth_user WHERE id = %s", [account]).fetchone()
            if named and same_person(named["username"], by):
                raise GrantError(
                    "grant_self",
                    "{name} would grant a role to themselves; somebody else grants it.",
                    name=named["username"],
                )
            row = cursor.execute(
                "INSERT INTO role_grant (account, role, desk, subject, since, until, granted_by) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id",
                [account, role.value, desk or None, str(subject) if subject else None, since, until, by],
            ).fetchone()
    except psycopg.errors.CheckViolation as error:
        if error.diag.constraint_name != "role_grant_apart":
            raise
        raise GrantError(
            "grant_apart",
            "Auditor, security administrator and system administrator are three people with no other role; "
            "give {role} to another account.",
            role=role.value,
        ) from None
    except psycopg.errors.UniqueViolation:
        raise GrantError(
            "grant_twice", "This account holds the role {role} already.", role=role.value
        ) from None
    except psycopg.errors.ForeignKeyViolation:
        raise GrantError(
            "grant_unknown", "There is no such account, or no agency “{desk}” on this node.", desk=desk
        ) from None
    assert row is not None  # noqa: S101 - an INSERT with RETURNING that succeeds returns its row
    return int(row["id"])


def end(node: Node, number: int, *, on: date, by: str) -> None:
    """End a grant from today on. Raises GrantError where there is none that stands."""
    with node.store.transaction("doors.end") as cursor:
        ended = cursor.execute(
            "UPDATE role_grant SET ended_on = %s, ended_by = %s WHERE id = %s AND ended_on IS NULL RETURNING id",
            [on, by, number],
        ).fetchone()
    if ended is None:
        raise GrantError("grant_none", "No grant {number} stands; see the list.", number=number)


def every(node: Node) -> list[Row]:
    """All grants that stand, with the account's name."""
    with node.store.transaction("doors.list") as cursor:
        return cursor.execute(
            "SELECT g.id, u.username AS name, g.role, g.desk, g.since, g.until, g.granted_by "
            "FROM role_grant g JOIN auth_user u ON u.id = g.account WHERE g.ended_on IS NULL ORDER BY u.username, g.id"
        ).fetchall()


def roles(grants: Iterable[Grant]) -> frozenset[Role]:
    """The roles among grants."""
    return frozenset(each.role for each in grants)
