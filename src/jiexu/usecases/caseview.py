"""One case as it is told: both files, their tracks, what was decided and why, what was told to the person."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiexu.cases.states import Side
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
    """Everything this node's agencies hold about one case, in order of time. ``stuck``: exceptions that stand alone."""

    case_no: str
    files: tuple[StoredFile, ...]
    decisions: tuple[DecisionSeen, ...]
    notices: tuple[Row, ...]
    messages: tuple[Row, ...]
    stuck: tuple[Row, ...] = ()


def sides(node: Node, case_no: str) -> dict[Side, str]:
    """Which agencies of this node have a file of a case, by side; nothing else of it is looked at."""
    with node.store.transaction("case.sides", node.hosted) as cursor:
        rows = cursor.execute("SELECT side, agency FROM file WHERE case_no = %s", [case_no]).fetchall()
    return {Side(row["side"]): row["agency"] for row in rows}


def look(node: Node, given: str) -> CaseSeen | None:
    """A case by its number as a person writes it, seen for its own agencies; None where no agency of this node has it.

    Raises CaseNumberError.
    """
    number = case_number.validate(given)
    agencies = sorted(sides(node, number).values())
    if not agencies:
        return None
    with node.store.transaction("case.look", agencies) as cursor:
        stored = files.load(cursor, [(agency, number) for agency in agencies])
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
        stuck = cursor.execute(
            "SELECT agency, step, said, since, holder, due_on FROM stuck_case WHERE case_no = %s ORDER BY agency",
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
        tuple(stuck),
    )
