"""Accounts of people, opened at a counter: the clerk has looked at the document, the person sets the password with a code."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from jiexu.store.db import Store
from jiexu.usecases import persons
from jiexu.usecases.node import Node
from jiexu.values.errors import ValueFault
from jiexu.values.names import comparable

LASTS: Final = timedelta(minutes=30)
"""How long a code can be used."""
TRIES: Final = 5
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's letters: none is taken for another when it is read from paper."""
DRAWN: Final = 8
"""Characters of a name and of a code."""


class OwnAccountError(ValueFault):
    """An account that cannot be opened, or a code that does not do. The sentence says why, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the clerk hands over, shown once. ``until``: the code is good until then."""

    name: str
    code: str
    until: datetime


def open_account(
    node: Node,
    agency: str,
    *,
    kind: str,
    number: str,
    name: str,
    by: int,
    on: date,
    at: datetime,
    hashed: Callable[[str], str],
) -> Opened:
    """Open an account for a person this agency knows by a document, under the name on it. ``by``: the clerk's account.

    Raises OwnAccountError where the agency knows nobody so.
    """
    opened = Opened(_drawn(), _drawn(), at + LASTS)
    with node.store.transaction("account.open", [agency]) as cursor:
        subject = persons.by_document(cursor, agency, kind, number.strip().upper())
        row = (
            subject
            and cursor.execute(
                "SELECT name FROM person WHERE (agency, person) = (%s, %s)", [agency, subject.reference]
            ).fetchone()
        )
        if subject is None or not row or comparable(row["name"]) != comparable(name):
            raise OwnAccountError(
                "own_account_nobody",
                "This agency knows nobody with this document under this name; compare both with the document.",
                field="number",
            )
        cursor.execute(
            "INSERT INTO counter_account (agency, id, person, name, code, opened_by, opened_on, opened_at, expires_at) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                agency, secrets.token_hex(16), subject.reference, opened.name, hashed(opened.code), by, on, at, opened.until,
            ],
        )  # fmt: skip
    return opened


def _drawn() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(DRAWN))


def use_code(
    store: Store,
    agencies: Iterable[str],
    *,
    name: str,
    code: str,
    at: datetime,
    fits: Callable[[str, str], bool],
) -> int:
    """The account whose password the code sets; used up by it. Every try counts, right or wrong.

    Raises OwnAccountError, the same for a wrong name, a wrong code, one that is old, used or tried too often.
    """
    with store.transaction("account.code", agencies) as cursor:
        # One try at a time: two at once would else be counted as one.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('jiexu code ' || %s, 0))", [name])
        row = cursor.execute(
            "SELECT c.*, (SELECT count(*) FROM counter_account_try t WHERE (t.agency, t.id) = (c.agency, c.id)) AS tried, "
            "EXISTS (SELECT 1 FROM counter_account_try t WHERE (t.agency, t.id) = (c.agency, c.id) AND t.is_set) AS used "
            "FROM counter_account c WHERE c.name = %s",
            [name],
        ).fetchone()
        # Hashing takes its time whoever is asked for, so that no name is found by the clock.
        right = fits(code, row["code"] if row else "")
        good = row is not None and not row["used"] and row["tried"] < TRIES and at < row["expires_at"]
        if row is not None and good:
            cursor.execute(
                "INSERT INTO counter_account_try (agency, id, number, is_set, tried_at) VALUES (%s, %s, %s, %s, %s)",
                [row["agency"], row["id"], row["tried"] + 1, right, at],
            )
    if row is None or not good or not right:
        raise OwnAccountError(
            "own_account_code",
            "Name and code do not fit, or the code is older than half an hour or was tried five times. The counter gives a new one.",
            field="code",
        )
    return int(row["account"])
