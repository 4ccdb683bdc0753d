"""Finished cases multiplied where they stand: whole cases with their people and money, under names of their own."""

from __future__ import annotations

import psycopg
import pytest
from store_cast import MONDAY, asks, lives, plan

from jiexu.bench import stored
from jiexu.bench.counts import EVERYTHING
from jiexu.bench.stored import multiply
from jiexu.gateways.postgres.roles import Connections
from jiexu.usecases import report
from jiexu.usecases.node import Node
from jiexu.usecases.people import load_people
from jiexu.usecases.running import go

GROWING = (
    "person", "identity_document", "enrolment", "month_entry", "month_line", "account", "posting", "hold", "hold_resolution",
    "file", "money_track", "month_move", "message", "bundle", "bundle_message", "decision", "notice", "journal",
    "bank_order", "bank_answer", "bank_receipt", "receipt_match", "demo_bank_transfer",
)  # fmt: skip


def rows(database: Connections) -> dict[str, int]:
    """How many rows each table that grows with people and cases has."""
    with psycopg.connect(database.owner) as owner:
        owner.execute(EVERYTHING)
        counted = {table: owner.execute(f"SELECT count(*) FROM {table}").fetchone() for table in GROWING}
    return {table: row[0] for table, row in counted.items() if row}


def test_copies_hold_every_row_of_a_case_and_leave_fresh_cases_alone(
    node: Node, database: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "AT_A_TIME", 2)  # a copy at a time, by whichever connection is free
    load_people(node, [each for person in (1, 2) for each in lives(person)], day=MONDAY, actor="test")
    assert not go(node, plan([asks(1), asks(2)], key="finished")).exceptions
    before, totals = rows(database), report.totals(node)
    heard: list[int] = []

    multiply(database, cases=2, times=3, tell=heard.append)

    assert rows(database) == {table: 4 * count for table, count in before.items()}
    assert heard == [4, 6, 8]
    after = report.totals(node)
    assert after.whole_fen == 4 * totals.whole_fen
    assert after.whole_months == 4 * totals.whole_months
    load_people(node, lives(3), day=MONDAY, actor="test")
    progress = go(node, plan([asks(3)], key="fresh"))
    assert [row["outcome"] for row in report.rows(node, progress.given.taken())] == ["completed"]
