"""One bad case among five hundred: the wave is halved until it stands alone, and the log tells how it was found."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import psycopg
from store_cast import MONDAY, QUJING, asks, lives, plan
from structlog.testing import capture_logs
from structlog.typing import EventDict

from jiexu.gateways.postgres.roles import Connections
from jiexu.store.db import Row
from jiexu.usecases import waves
from jiexu.usecases.node import Node
from jiexu.usecases.people import load_people
from jiexu.usecases.report import balanced, totals
from jiexu.usecases.running import go

MANY = waves.LONGEST_WAVE
PLACE = 321
"""Which of the five hundred is bad: neither at an end nor in the middle of any half."""


def damaged(database: Connections) -> str:
    """A case whose person's account forgot what is held for it, as no sound account does."""
    with psycopg.connect(database.owner) as owner:
        owner.execute("SELECT set_config('jiexu.agencies', %s, true)", [QUJING])
        query = (
            "UPDATE account a SET held_fen = 0 FROM hold h WHERE (a.agency, a.person) = (h.agency, h.person) AND h.case_no = "
            "(SELECT case_no FROM money_track WHERE state = 'ordered' ORDER BY case_no OFFSET %s LIMIT 1) RETURNING h.case_no"
        )
        ((case_no,),) = owner.execute(query, [PLACE]).fetchall()
    return str(case_no)


def ends(node: Node) -> dict[str, set[str]]:
    """Case → states of its records and amounts at both sides."""
    query = "SELECT case_no, record_state AS state FROM file UNION SELECT case_no, state FROM money_track"
    found: dict[str, set[str]] = {}
    with node.store.transaction("test.ends", node.hosted) as cursor:
        rows: list[Row] = cursor.execute(query).fetchall()
    for row in rows:
        found.setdefault(row["case_no"], set()).add(row["state"])
    return found


def halvings(logs: list[EventDict]) -> list[int]:
    """Sizes of the waves that were halved, in order."""
    return [int(line["cases"]) for line in logs if line["event"] == "wave_halved"]


def test_one_bad_case_in_a_wave_of_five_hundred_is_the_only_exception_and_the_log_tells_how_it_was_found(
    node: Node, database: Connections
) -> None:
    load_people(node, [each for one in range(MANY) for each in lives(one)], day=MONDAY, actor="test")
    before = totals(node)
    whole = plan([asks(each) for each in range(MANY)])
    assert go(node, replace(whole, last=MONDAY)).exceptions == {}
    bad = damaged(database)

    with capture_logs() as logs:
        done = go(node, whole)

    assert list(done.exceptions) == [(QUJING, bad)]
    said = done.exceptions[QUJING, bad]
    assert "CheckViolation" in said
    assert "account_held_fen_check" in said
    ended = ends(node)
    assert len(ended) == MANY
    assert {case_no for case_no, states in ended.items() if states == {"in", "credited"}} == set(ended) - {
        bad
    }
    assert balanced(before, totals(node))

    # From five hundred down to two, each half that failed and no other, then the one by its number.
    sizes = halvings(logs)
    assert sizes[0] == MANY
    assert all(half in {size // 2, size - size // 2} for size, half in pairwise(sizes))
    assert sizes[-1] <= 3
    assert {line["case"] for line in logs if line["event"] == "case_stands_alone"} == {bad}
