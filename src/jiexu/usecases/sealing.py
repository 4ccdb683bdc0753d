"""Sealing the journals: signed roots over new lines, written outside the database.

Whoever owns the tables can change them consistently; the seals of an agency, each tied to the one before, show it
all the same, and show too when the newest part of every table was taken away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date

from jiexu.exchange import merkle
from jiexu.exchange.canonical import canonical
from jiexu.store.db import Row
from jiexu.usecases.node import Node

DOMAIN = b"jiexu/journal-seal/1\n"


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
    """Seal every agency's lines since its last seal; how many seals were written."""
    with node.store.transaction("seal", node.hosted) as cursor:
        # One process seals at a time: two would both tie their seal to the same one before.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('jiexu seal', 0))")
        query = (
            "SELECT j.* FROM journal j LEFT JOIN journal_seal s ON s.agency = j.agency "
            "WHERE j.seq > coalesce(s.upto, 0) ORDER BY j.agency, j.seq"
        )
        lines: dict[str, list[Row]] = {}
        for row in cursor.execute(query).fetchall():
            lines.setdefault(row["agency"], []).append(row)
        last = {row["agency"]: row for row in cursor.execute("SELECT * FROM journal_seal").fetchall()}
        for agency, rows in lines.items():
            before = last[agency]["hash"] if agency in last else ""
            body = {
                "agency": agency,
                "from": rows[0]["seq"],
                "upto": rows[-1]["seq"],
                "root": merkle.root([leaf(row) for row in rows]).hex(),
                "before": before,
                "day": day.isoformat(),
            }
            signer = node.signers[agency]
            signed = {
                **body,
                "key_id": signer.key_id,
                "signature": signer.sign(DOMAIN + canonical(body)).hex(),
            }
            # Outside first: a seal that exists only in the database proves nothing against the database's owner.
            write(signed)
            cursor.execute(
                "INSERT INTO journal_seal (agency, upto, hash) VALUES (%s, %s, %s) ON CONFLICT (agency) DO UPDATE SET upto = excluded.upto, hash = excluded.hash",
                [agency, rows[-1]["seq"], seal_hash(signed)],
            )
    return len(lines)


def seal_hash(signed: dict[str, object]) -> str:
    """What the next seal names as the one before it."""
    return hashlib.sha256(DOMAIN + canonical(signed)).hexdigest()
