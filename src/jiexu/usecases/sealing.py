"""Sealing the journals: signed roots over new lines, written outside the database.

Whoever owns the tables can change them consistently; the seals of an agency, each tied to the one before, show it
all the same, and show too when the newest part of every table was taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from psycopg.types.json import Jsonb

from jiexu.exchange.canonical import canonical
from jiexu.exchange.journal_seal import JournalSeal, seal_from_json, seal_journal
from jiexu.store.db import Cursor, Row
from jiexu.usecases.node import Node


def leaf(row: Row) -> bytes:
    """What a seal covers of one journal line."""
    return canonical(
        [
            row["seq"],
            row["kind"],
            row["ref"],
            row["version"],
            row["event"],
            row["actor"],
            row["day"].isoformat(),
            row["hash"],
            row["file_hash"],
        ]
    )


def seal(node: Node, *, day: date, write: Callable[[dict[str, object]], None]) -> int:
    """Seal every agency's lines since its last seal; how many seals were written.

    An agency without a key that stands on the day is left for later: ``verify`` counts its lines as not sealed.
    """
    written = 0
    with node.store.transaction("seal", node.hosted) as cursor:
        # One process seals at a time: two would both tie their seal to the same one before.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('jiexu seal', 0))")
        newest = newest_seals(cursor, node.hosted)
        for agency, lines in _unsealed(cursor).items():
            if not node.may_sign(agency, day):
                continue
            signer = node.signer(agency, day)
            made = seal_journal(
                lines,
                agency=agency,
                after=newest.get(agency),
                day=day,
                key_id=signer.key_id,
                sign=signer.sign,
            )
            # Outside first: a seal that exists only in the database proves nothing against the database's owner.
            write(made.as_json())
            cursor.execute(
                "INSERT INTO journal_seal (agency, upto, hash, body) VALUES (%s, %s, %s, %s) ON CONFLICT (agency) "
                "DO UPDATE SET upto = excluded.upto, hash = excluded.hash, body = excluded.body",
                [agency, made.upto, made.hash, Jsonb(made.as_json())],
            )
            written += 1
    return written


def newest_seals(cursor: Cursor, agencies: Iterable[str]) -> dict[str, JournalSeal]:
    """The newest seal of each of these agencies, as far as they have one."""
    query = "SELECT agency, body FROM journal_seal WHERE agency = ANY(%s)"
    rows = cursor.execute(query, [list(agencies)]).fetchall()
    return {row["agency"]: seal_from_json(row["body"]) for row in rows}


def _unsealed(cursor: Cursor) -> dict[str, list[bytes]]:
    """The leaves of every line since each agency's last seal."""
    query = (
        "SELECT j.* FROM journal j LEFT JOIN journal_seal s ON s.agency = j.agency "
        "WHERE j.seq > coalesce(s.upto, 0) ORDER BY j.agency, j.seq"
    )
    lines: dict[str, list[bytes]] = {}
    for row in cursor.execute(query).fetchall():
        lines.setdefault(row["agency"], []).append(leaf(row))
    return lines


def held_here(node: Node, of: str = "") -> list[JournalSeal]:
    """Seals that agencies of this node hold of their counterparts, each once; ``of``: of one agency alone."""
    query = "SELECT DISTINCT ON (sender, hash) body FROM counterpart_seal WHERE sender = %s OR %s = '' ORDER BY sender, hash, agency"
    with node.store.transaction("seals.held", node.hosted) as cursor:
        found = [seal_from_json(row["body"]) for row in cursor.execute(query, [of, of])]
    return sorted(found, key=lambda seal: (seal.agency, seal.first, seal.upto))
