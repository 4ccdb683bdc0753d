"""One case as it is told: both files, their tracks, what was decided and why, what was told to the person."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiexu.store import files
from jiexu.store.db import Row
from jiexu.store.files import StoredFile
from jiexu.usecases.node import Node
from jiexu.values import case_number


@dataclass(frozen=True, slots=True)
class DecisionSeen:
    """A stored decision, shown as stored."""

    agency: str
    on: date
    rule: str
    outcome: str
    body: dict[str, Any]
    policy_digest: str
    engine: str


@dataclass(frozen=True, slots=True)
class CaseSeen:
    """Everything this node's agencies hold about one case, in order of time."""

    case_no: str
    files: tuple[StoredFile, ...]
    decisions: tuple[DecisionSeen, ...]
    notices: tuple[Row, ...]
    messages: tuple[Row, ...]


def look(node: Node, given: str) -> CaseSeen | None:
    """A case by its number as a person writes it; None where no agency of this node has it. Raises CaseNumberError."""
    number = case_number.validate(given)
    with node.store.transaction("case.look", node.hosted) as cursor:
        keys = [
            (row["agency"], row["case_no"])
            for row in cursor.execute(
                "SELECT agency, case_no FROM file WHERE case_no = %s", [number]
            ).fetchall()
        ]
        if not keys:
            return None
        stored = files.load(cursor, keys)
        decisions = cursor.execute(
            "SELECT * FROM decision WHERE case_no = %s ORDER BY decided_on, agency, version, ordinal",
            [number],
        ).fetchall()
        notices = cursor.execute(
            "SELECT * FROM notice WHERE case_no = %s ORDER BY told_on, agency, version, ordinal", [number]
        ).fetchall()
        messages = cursor.execute(
            "SELECT agency, sender, receiver, seq, type, hash, outcome FROM message WHERE case_no = %s AND agency = sender ORDER BY sender, seq",
            [number],
        ).fetchall()
    return CaseSeen(
        number,
        tuple(sorted(stored.values(), key=lambda each: not each.file.opener)),
        tuple(
            DecisionSeen(
                row["agency"],
                row["decided_on"],
                row["rule"],
                row["outcome"],
                json.loads(bytes(row["body"])),
                row["policy_digest"],
                row["engine"],
            )
            for row in decisions
        ),
        tuple(notices),
        tuple(messages),
    )
