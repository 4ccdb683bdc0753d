"""A person authorises another account to act for them: until a day, for purposes, ended by either at any time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import psycopg

from jiexu.store.db import Row, Store
from jiexu.usecases.doors import Grant, Purpose
from jiexu.values.errors import ValueFault

LONGEST: Final = timedelta(days=366)
"""How long an authorisation may last; then it is given anew."""


class DelegationError(ValueFault):
    """An authorisation that cannot be given or ended so. The sentence says why, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Delegation:
    """One authorisation. ``name``: of the account that may act. ``ended_on``: None while it stands, or ran out by itself."""

    id: int
    name: str
    purposes: tuple[Purpose, ...]
    since: date
    until: date
    ended_on: date | None

    def stands(self, on: date) -> bool:
        return self.ended_on is None and self.since <= on <= self.until


def give(
    store: Store,
    grant: Grant,
    account: int,
    *,
    name: str,
    purposes: Iterable[Purpose],
    on: date,
    until: date | None,
) -> int:
    """Authorise the account called ``name``; the number of its grant. ``account``: who gives it.

    Raises DelegationError for no such account, no purpose, a day that is past or too far, and where it stands already.
    """
    wanted = sorted({each.value for each in purposes})
    if Purpose.VIEW.value not in wanted:
        raise DelegationError("delegation_purpose", "Choose what they may do for you.", field="purposes")
    if until is None or not on <= until <= on + LONGEST:
        raise DelegationError(
            "delegation_until",
            "Name a last day from today on, at most a year ahead, such as 2027-06-30.",
            field="until",
        )
    try:
        with store.transaction("delegation.give") as cursor:
            other = cursor.execute(
                "SELECT id FROM auth_user WHERE username = %s AND is_active AND id <> %s", [name, account]
            ).fetchone()
            if other is None:
                raise DelegationError(
                    "delegation_nobody",
                    "There is no other account of this name; ask them how their account is called.",
                    field="name",
                )
            row = cursor.execute(
                "INSERT INTO delegation (by_grant, by_account, account, purposes, since, until) "
                "VALUES (%s, %s, %s, %s, %s, %s) RETURNING id",
                [grant.id, account, other["id"], wanted, on, until],
            ).fetchone()
    except psycopg.errors.UniqueViolation:
        raise DelegationError(
            "delegation_twice", "They may act for you already; end that first to change it.", field="name"
        ) from None
    except psycopg.errors.CheckViolation:
        raise DelegationError(
            "delegation_apart",
            "This account cannot act for anybody; ask them for another one of theirs.",
            field="name",
        ) from None
    except psycopg.errors.InsufficientPrivilege:
        raise DelegationError(
            "delegation_not_yours",
            "Only who speaks for themselves authorises another, no longer than they do.",
            field="until",
        ) from None
    assert row is not None  # noqa: S101 - an INSERT with RETURNING that succeeds returns its row
    return int(row["id"])


def end(store: Store, number: int, account: int, *, on: date) -> None:
    """End an authorisation one gave or holds. Raises DelegationError for any other, and for one that is ended."""
    try:
        with store.transaction("delegation.end") as cursor:
            cursor.execute(
                "INSERT INTO delegation_end (id, by_account, ended_on) VALUES (%s, %s, %s)",
                [number, account, on],
            )
    except (
        psycopg.errors.InsufficientPrivilege,
        psycopg.errors.UniqueViolation,
        psycopg.errors.ForeignKeyViolation,
    ):
        raise DelegationError("delegation_none", "No such authorisation stands; look at the list.") from None


def given(store: Store, grant: Grant) -> list[Delegation]:
    """Authorisations a person gave under a grant of theirs, the newest first."""
    query = (
        "SELECT d.*, u.username, g.ended_on FROM delegation d JOIN auth_user u ON u.id = d.account "
        "JOIN role_grant g ON g.id = d.id WHERE d.by_grant = %s ORDER BY d.id DESC"
    )
    with store.transaction("delegation.list") as cursor:
        return [_delegation(row) for row in cursor.execute(query, [grant.id]).fetchall()]


def _delegation(row: Row) -> Delegation:
    purposes = tuple(Purpose(each) for each in row["purposes"])
    return Delegation(row["id"], row["username"], purposes, row["since"], row["until"], row["ended_on"])
