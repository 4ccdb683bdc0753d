"""Service figures open to all: how many were on time, and how long each leg and each pair of places took.

Rebuilt whole from what is only ever appended: the journal's days, the decisions on acceptance, the postings. What is kept
is a summary in which no person can be found: a pair of places with few cases is not told apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from psycopg.types.json import Jsonb

from jiexu.rules.clocks import NoClockError, destination_due, origin_due
from jiexu.usecases.node import Node

KEY = "figures"
WORST, BEST = 1, 5
"""Scores people may give."""
DAYS = """
  SELECT f.case_no, min(f.agency) FILTER (WHERE f.side = 'origin') AS origin, min(f.agency) FILTER (WHERE f.side = 'destination') AS destination,
    min(a.accepted) AS accepted, min(e.issued) AS issued, min(e.came) AS came, min(e.taken) AS taken, max(m.credited) AS credited
  FROM file f
  LEFT JOIN (SELECT case_no, min(decided_on) AS accepted FROM decision WHERE (rule, outcome) = ('R-019', 'ACCEPTED') GROUP BY case_no) a
    USING (case_no)
  LEFT JOIN (SELECT ref AS case_no, min(day) FILTER (WHERE event = 'FormIssued') AS issued, min(day) FILTER (WHERE event = 'form') AS came,
      max(day) FILTER (WHERE event = 'TakenIn') AS taken FROM journal WHERE event IN ('FormIssued', 'form', 'TakenIn') GROUP BY ref) e
    USING (case_no)
  LEFT JOIN (SELECT case_no, max(booked_on) AS credited FROM posting WHERE reason IN ('credited', 'cleared_in') GROUP BY case_no) m
    USING (case_no)
  GROUP BY f.case_no
"""
SCORES = "SELECT score, count(*) AS n FROM service_rating GROUP BY score"
"""What people said of the service: numbers alone, never the sentence beside them."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg of every case. ``n``: ended, or late and still open. ``on_time``: None where the law sets no day.

    ``median`` and ``most``: working days in the middle, and within which nine of ten ended; None where none did.
    """

    name: str
    n: int
    on_time: int | None
    median: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class Pair:
    """From one place to another: cases whose record arrived, and working days from acceptance until then and to the money."""

    origin: str
    destination: str
    n: int
    record: int
    money_n: int
    money: int | None


@dataclass(frozen=True, slots=True)
class ServiceFigures:
    """``smallest``: fewer cases than this are not told apart; ``few``: cases of such pairs, ``few_pairs``: the pairs.

    ``scores``: how often people gave 1, 2, 3, 4 and 5 when their case was over; empty before enough did.
    """

    day: date
    cases: int
    legs: tuple[Leg, ...]
    pairs: tuple[Pair, ...]
    smallest: int
    few: int
    few_pairs: int
    scores: tuple[int, ...] = ()


def rebuild(node: Node, *, day: date) -> ServiceFigures:
    """Work the figures out anew as of a day, and keep them for the page."""
    with node.store.transaction("figures.read", node.hosted) as cursor:
        rows = cursor.execute(DAYS).fetchall()
        given = {row["score"]: row["n"] for row in cursor.execute(SCORES).fetchall()}
    found = worked_out(node, rows, day)
    if sum(given.values()) >= node.limits.figures_smallest:
        found = replace(found, scores=tuple(given.get(score, 0) for score in range(WORST, BEST + 1)))
    with node.store.transaction("figures.keep") as cursor:
        cursor.execute(
            "INSERT INTO node_setting (name, value) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value",
            [KEY, Jsonb({**asdict(found), "day": day.isoformat()})],
        )
    return found


def worked_out(node: Node, rows: Sequence[Mapping[str, Any]], day: date) -> ServiceFigures:
    """The figures of rows with the days of each case; None where a day has not come."""
    smallest = node.limits.figures_smallest
    pairs: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["origin"] and row["destination"] and row["accepted"] and row["taken"]:
            pairs[row["origin"], row["destination"]].append(row)
    few = [found for found in pairs.values() if len(found) < smallest]
    return ServiceFigures(
        day=day,
        cases=len(rows),
        legs=(_origin(node, rows, day), _destination(node, rows, day), _money(node, rows)),
        pairs=tuple(
            _pair(node, places, found) for places, found in sorted(pairs.items()) if len(found) >= smallest
        ),
        smallest=smallest,
        few=sum(map(len, few)),
        few_pairs=len(few),
    )


def _origin(node: Node, rows: Iterable[Mapping[str, Any]], day: date) -> Leg:
    """From acceptance to the form."""

    def due(row: Mapping[str, Any]) -> date:
        return origin_due(accepted_on=row["accepted"], calendar=node.calendar, policy=node.policy).on

    return _legal(node, "origin", [(row, row["accepted"], row["issued"]) for row in rows], due, day)


def _destination(node: Node, rows: Iterable[Mapping[str, Any]], day: date) -> Leg:
    """From the form's arrival to the record."""

    def due(row: Mapping[str, Any]) -> date:
        return destination_due(
            form_received_on=row["came"],
            accepted_on=row["accepted"],
            calendar=node.calendar,
            policy=node.policy,
        ).on

    return _legal(node, "destination", [(row, row["came"], row["taken"]) for row in rows], due, day)


def _legal(
    node: Node, name: str, legs: Iterable[tuple[Any, date | None, date | None]], due: Any, day: date
) -> Leg:
    """What ended counts, and what should have ended before the day: an open case that is late is not forgotten."""
    n, on_time, took = 0, 0, []
    for row, start, end in legs:
        if start is None:
            continue
        try:
            until = due(row)
        except NoClockError:
            continue
        if end is None and day <= until:
            continue
        n += 1
        on_time += end is not None and end <= until
        if end is not None:
            took.append(node.calendar.working_days_between(start, end))
    return Leg(name, n, on_time, _at(took, 50), _at(took, 90))


def _money(node: Node, rows: Iterable[Mapping[str, Any]]) -> Leg:
    """From the form to the money in the account: no law sets a day."""
    took = [
        node.calendar.working_days_between(row["issued"], row["credited"])
        for row in rows
        if row["issued"] and row["credited"]
    ]
    return Leg("money", len(took), None, _at(took, 50), _at(took, 90))


def _pair(node: Node, places: tuple[str, str], rows: Sequence[Mapping[str, Any]]) -> Pair:
    def took(until: str) -> list[int]:
        return [node.calendar.working_days_between(row["accepted"], row[until]) for row in rows if row[until]]

    record, money = took("taken"), took("credited")
    shown = _at(money, 50) if len(money) >= node.limits.figures_smallest else None
    return Pair(*places, len(rows), _at(record, 50) or 0, len(money), shown)


def _at(took: Sequence[int], percent: int) -> int | None:
    """The number of days within which this many of a hundred ended, by the nearest rank."""
    ordered = sorted(took)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)] if ordered else None
