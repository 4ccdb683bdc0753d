"""Keys for programs: made by an account's holder, shown once, kept as a digest, good until a day or until they are ended."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from jiexu.store.db import Row, Store
from jiexu.values.errors import ValueFault

PREFIX: Final = "jx_"
"""How every key begins, so that one that was left somewhere is recognised."""
DRAWN: Final = 32
"""Random bytes of a key: it is found by its digest alone, because nobody tries so many."""
LONGEST_NAME: Final = 60
MOST: Final = 20
"""Keys of one account that are good at the same time."""
NOTE_EVERY: Final = timedelta(minutes=1)
"""How exactly it is known when a key was used last: not every question writes."""


class AccessError(ValueFault):
    """A key that cannot be made so. The sentence says why, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key as its holder sees it again. ``used_at``: about when it was used last; None before that."""

    id: str
    name: str
    only_reads: bool
    made_at: datetime
    until: datetime
    used_at: datetime | None
    ended_at: datetime | None

    def is_good(self, at: datetime) -> bool:
        return self.ended_at is None and at < self.until


@dataclass(frozen=True, slots=True)
class Opened:
    """Whose door a key opens. ``proof``: what stood for the account's password when the key was made."""

    key: str
    account: int
    proof: str
    only_reads: bool


def make(
    store: Store,
    account: int,
    *,
    name: str,
    days: int,
    only_reads: bool,
    proof: str,
    at: datetime,
    longest: int,
) -> str:
    """A new key, which is shown to its holder now and never again. ``longest``: days a key may be good at most.

    Raises AccessError for a name or an end that will not do, and where an account has too many.
    """
    plain = name.strip()
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise AccessError(
            "access_name",
            "Give the key a name of at most {longest} characters, so that you know it again.",
            longest=LONGEST_NAME,
            field="name",
        )
    if not 1 <= days <= longest:
        raise AccessError(
            "access_days",
            "A key is good for at least a day and at most {longest}; write how many.",
            longest=longest,
            field="days",
        )
    key = PREFIX + secrets.token_urlsafe(DRAWN)
    with store.transaction("access.make") as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('jiexu access ' || %s, 0))", [account])
        row = cursor.execute(
            "SELECT count(*) AS n FROM access_key WHERE account = %s AND ended_at IS NULL AND until > %s",
            [account, at],
        ).fetchone()
        if row is not None and row["n"] >= MOST:
            raise AccessError(
                "access_many", "You have {most} keys that are good; end one first.", most=MOST, field="name"
            )
        cursor.execute(
            "INSERT INTO access_key (id, account, digest, proof, name, only_reads, made_at, until) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                secrets.token_hex(8),
                account,
                digest(key),
                proof,
                plain,
                only_reads,
                at,
                at + timedelta(days=days),
            ],
        )
    return key


def digest(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def opened(store: Store, key: str, *, at: datetime) -> Opened | None:
    """Whose door a key opens at a moment; None for one that is none, ended or past its day. Notes that it was used."""
    with store.transaction("access.open") as cursor:
        row = cursor.execute(
            "SELECT k.id, k.account, k.proof, k.only_reads, k.used_at FROM access_key k JOIN auth_user u ON u.id = k.account "
            "WHERE k.digest = %s AND k.ended_at IS NULL AND k.until > %s AND u.is_active",
            [digest(key), at],
        ).fetchone()
        if row is not None and (row["used_at"] is None or at - row["used_at"] > NOTE_EVERY):
            cursor.execute(
                "UPDATE access_key SET used_at = %s WHERE id = %s AND ended_at IS NULL", [at, row["id"]]
            )
    return Opened(row["id"], row["account"], row["proof"], row["only_reads"]) if row else None


def keys(store: Store, account: int) -> tuple[Key, ...]:
    """Every key an account ever had, the newest first."""
    with store.transaction("access.list") as cursor:
        rows = cursor.execute(
            "SELECT * FROM access_key WHERE account = %s ORDER BY made_at DESC, id", [account]
        ).fetchall()
    return tuple(map(_key, rows))


def end(store: Store, account: int, key: str, *, at: datetime) -> bool:
    """The key opens nothing from now on; False where it is not this account's, or was ended before."""
    with store.transaction("access.end") as cursor:
        return bool(
            cursor.execute(
                "UPDATE access_key SET ended_at = %s WHERE id = %s AND account = %s AND ended_at IS NULL",
                [at, key, account],
            ).rowcount
        )


def end_every(store: Store, account: int, *, at: datetime) -> None:
    """No key of an account opens anything from now on: what was shown when they were made is shown no more."""
    with store.transaction("access.end_every") as cursor:
        cursor.execute(
            "UPDATE access_key SET ended_at = %s WHERE account = %s AND ended_at IS NULL", [at, account]
        )


def _key(row: Row) -> Key:
    return Key(
        row["id"],
        row["name"],
        row["only_reads"],
        row["made_at"],
        row["until"],
        row["used_at"],
        row["ended_at"],
    )


# ---------------------------------------------------------------- what was sent once


def sent_before(store: Store, agency: str, grant: int, key: str) -> tuple[str, str] | None:
    """What was sent under a grant and an Idempotency-Key, and the case it came to; None for a key that is new."""
    with store.transaction("access.sent", [agency]) as cursor:
        row = cursor.execute(
            "SELECT said, case_no FROM sent_once WHERE (agency, grant_id, key) = (%s, %s, %s)",
            [agency, grant, key],
        ).fetchone()
    return (row["said"], row["case_no"]) if row else None


def note_sent(store: Store, agency: str, grant: int, key: str, *, said: str, case_no: str, on: date) -> None:
    """Keep it; the same at once by another hand changes nothing."""
    with store.transaction("access.note", [agency]) as cursor:
        cursor.execute(
            "INSERT INTO sent_once (agency, grant_id, key, said, case_no, sent_on) VALUES (%s, %s, %s, %s, %s, %s) "
            "ON CONFLICT DO NOTHING",
            [agency, grant, key, said, case_no, on],
        )
