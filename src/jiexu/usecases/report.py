"""What a run did: totals before and after with every adjustment, and one row per application.

The operator of a node sees all agencies it hosts; where one file says the other agency must act, the other file
says who there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from jiexu.cases.states import RecordState
from jiexu.rules.process import R_047
from jiexu.rules.years import R_077
from jiexu.store import bulk
from jiexu.store.db import Cursor, Row
from jiexu.usecases.applications import Taken
from jiexu.usecases.node import Node
from jiexu.values.money import format_yuan

SUMS = """
-- Money that no amount here explains: it came from outside until somebody finds the amount it belongs to.
WITH unmatched AS (
  SELECT r.amount_fen FROM receipt_waiting w JOIN bank_receipt r USING (agency, receipt)
  WHERE NOT EXISTS (SELECT 1 FROM bank_order o WHERE o.reference = r.remark))
SELECT
  (SELECT coalesce(sum(balance_fen), 0) FROM account) AS personal,
  coalesce(sum(amount_fen) FILTER (WHERE credit_kind = 'estate'), 0) - coalesce(sum(amount_fen) FILTER (WHERE debit_kind = 'estate'), 0) AS estate,
  coalesce(sum(amount_fen) FILTER (WHERE credit_kind = 'receipts'), 0) - coalesce(sum(amount_fen) FILTER (WHERE debit_kind = 'receipts'), 0) AS receipts,
  coalesce(sum(amount_fen) FILTER (WHERE credit_kind = 'returned'), 0) - coalesce(sum(amount_fen) FILTER (WHERE debit_kind = 'returned'), 0) AS returned,
  coalesce(sum(amount_fen) FILTER (WHERE credit_kind = 'clearing'), 0) - coalesce(sum(amount_fen) FILTER (WHERE debit_kind = 'clearing'), 0) AS clearing,
  coalesce(sum(amount_fen) FILTER (WHERE reason IN ('paid_out', 'sent_again')), 0) - coalesce(sum(amount_fen) FILTER (WHERE reason = 'bounced'), 0)
    - coalesce(sum(amount_fen) FILTER (WHERE reason = 'received'), 0) + coalesce(sum(amount_fen) FILTER (WHERE reason = 'given_back'), 0)
    + (SELECT coalesce(sum(amount_fen), 0) FROM unmatched) AS on_the_way,
  (SELECT coalesce(sum(amount_fen), 0) FROM unmatched) AS without_reference
FROM posting
"""
CAME_AND_WENT = """
-- What lawfully came to people or left them, by the rule that stands on it; a correction takes its posting back.
SELECT coalesce(o.reason, p.reason) AS reason, p.rule, sum(CASE WHEN p.corrects IS NULL THEN p.amount_fen ELSE -p.amount_fen END) AS fen
FROM posting p LEFT JOIN posting o ON o.agency = p.agency AND o.id = p.corrects
WHERE coalesce(o.reason, p.reason) IN ('contribution', 'estate_paid', 'paid_to_person') GROUP BY 1, 2
"""
MONTHS = """
SELECT
  (SELECT coalesce(sum(upper(r) - lower(r)), 0) FROM month_line, unnest((earned + moved_in) - moved_out) r) AS counted,
  coalesce(sum(n) FILTER (WHERE move = 'out'), 0) - coalesce(sum(n) FILTER (WHERE move = 'undone'), 0)
    - coalesce(sum(n) FILTER (WHERE move IN ('in', 'came_back', 'already_counted')), 0) AS on_the_way,
  coalesce(sum(n) FILTER (WHERE move = 'already_counted'), 0) AS counted_once
FROM (SELECT move, (SELECT sum(upper(r) - lower(r)) FROM unnest(months) r) AS n FROM month_move) m
"""
ALONE = "SELECT s.case_no, s.said FROM stuck_case s JOIN {keys} ON s.case_no = k.case_no"
"""Cases that stand alone at either side, and with what error."""
PLACES = ("personal", "estate", "receipts", "returned", "clearing", "on_the_way")
WHAT = {"contribution": "came_late", "estate_paid": "paid_to_heirs", "paid_to_person": "paid_to_person"}
"""Adjustments by the reason of their postings."""
TAKEN_AWAY = frozenset({"paid_to_heirs", "paid_to_person"})


@dataclass(frozen=True, slots=True)
class Totals:
    """Where all fen and months of the node stand, and what lawfully came or went. All amounts in fen.

    ``lawful``: amounts by what they are and the rule that stands on them.
    """

    fen: Mapping[str, int]
    months: Mapping[str, int]
    lawful: Mapping[tuple[str, str], int]

    @property
    def whole_fen(self) -> int:
        return sum(self.fen[place] for place in PLACES)

    @property
    def whole_months(self) -> int:
        return self.months["counted"] + self.months["on_the_way"]

    def as_json(self) -> dict[str, object]:
        return {
            "fen": {place: self.fen[place] for place in PLACES} | {"whole": self.whole_fen},
            "months": {
                "counted": self.months["counted"],
                "on_the_way": self.months["on_the_way"],
                "whole": self.whole_months,
            },
        }


def totals(node: Node) -> Totals:
    """Everything the node's agencies hold now."""
    with node.store.transaction("report.totals", node.hosted) as cursor:
        fen, months = cursor.execute(SUMS).fetchone() or {}, cursor.execute(MONTHS).fetchone() or {}
        flows = cursor.execute(CAME_AND_WENT).fetchall()
    lawful = {(WHAT[row["reason"]], row["rule"]): int(row["fen"]) for row in flows}
    return Totals(
        {name: int(value) for name, value in fen.items()},
        {name: int(value) for name, value in months.items()},
        lawful | {("without_reference", R_047.id): int(fen["without_reference"])},
    )


def adjustments(before: Totals, after: Totals) -> list[dict[str, object]]:
    """What explains the difference between two totals, each with its rule."""
    listed: list[dict[str, object]] = []
    for what, rule in sorted(before.lawful.keys() | after.lawful.keys()):
        change = after.lawful.get((what, rule), 0) - before.lawful.get((what, rule), 0)
        if change:
            listed.append({"what": what, "fen": -change if what in TAKEN_AWAY else change, "rule": rule})
    if once := after.months["counted_once"] - before.months["counted_once"]:
        listed.append({"what": "counted_once", "months": -once, "rule": R_077.id})
    return listed


def balanced(before: Totals, after: Totals) -> bool:
    """Promise 1: after equals before plus the itemised adjustments, in fen and in months."""
    listed = adjustments(before, after)
    fen = sum(int(str(each["fen"])) for each in listed if "fen" in each)
    months = sum(int(str(each["months"])) for each in listed if "months" in each)
    return after.whole_fen == before.whole_fen + fen and after.whole_months == before.whole_months + months


def rows(node: Node, taken: Iterable[Taken]) -> Iterator[dict[str, Any]]:
    """One row per application, in the order they were given; five hundred cases are looked up at a time."""
    rest = iter(taken)
    while part := list(islice(rest, 500)):
        numbers = [(number,) for number in sorted({each.case_no for each in part})]
        with node.store.transaction("report.rows", node.hosted) as cursor:
            cases = _cases(cursor, numbers)
            alone = bulk.select_keys(cursor, ALONE, numbers, ("case_no",))
        said = {row["case_no"]: row["said"] for row in alone}
        for each in part:
            yield _row(each, cases.get(each.case_no, []), said.get(each.case_no, ""))


def _cases(cursor: Cursor, numbers: Sequence[tuple[str]]) -> dict[str, list[dict[str, Any]]]:
    files = bulk.select_keys(
        cursor,
        "SELECT f.* FROM file f JOIN {keys} ON f.case_no = k.case_no",
        numbers,
        ("case_no",),
    )
    money = bulk.select_keys(
        cursor,
        "SELECT m.* FROM money_track m JOIN {keys} ON m.case_no = k.case_no ORDER BY m.leg",
        numbers,
        ("case_no",),
    )
    query = (
        "SELECT m.agency, m.case_no, sum((SELECT sum(upper(r) - lower(r)) FROM unnest(m.months) r)) AS n FROM month_move m "
        "JOIN {keys} ON m.case_no = k.case_no WHERE m.move IN ('in', 'came_back') GROUP BY 1, 2"
    )
    moved = {row["case_no"]: int(row["n"]) for row in bulk.select_keys(cursor, query, numbers, ("case_no",))}
    tracks: dict[tuple[str, str], list[Row]] = {}
    for track in money:
        tracks.setdefault((track["agency"], track["case_no"]), []).append(track)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in files:
        own = tracks.get((row["agency"], row["case_no"]), [])
        found.setdefault(row["case_no"], []).append(
            {**row, "money": own, "months_moved": moved.get(row["case_no"], 0)}
        )
    return found


def _row(taken: Taken, files: list[dict[str, Any]], exception: str) -> dict[str, Any]:
    own = next((file for file in files if file["opener"]), files[0] if files else None)
    base = {"row": taken.application.row, "case_no": taken.case_no, "at_the_door": taken.outcome}
    if own is None:
        # Either another case was open for the same thing, or this one stands alone with an error.
        outcome = "exception" if exception or taken.outcome == "exception" else "already_open"
        return {
            **base,
            "outcome": outcome,
            "reason": exception or None,
            "holder": None,
            "due": None,
            "money": [],
            "trips": 1,
        }
    record = _holding(files, "record_holder", "record_due_on", "record_due_kind")
    money = [_leg(leg, files) for leg in sorted({track["leg"] for file in files for track in file["money"]})]
    first = record if record["holder"] else next((leg for leg in money if leg["holder"]), record)
    return {
        **base,
        "outcome": "exception" if exception else _outcome(own, files),
        "reason": exception or " ".join(own["refusals"]) or None,
        "holder": first["holder"],
        "due": first["due"],
        "record_holder": record["holder"],
        "record_due": record["due"],
        "record_due_kind": record["due_kind"],
        "money": money,
        "months_moved": own["months_moved"],
        "origin_due": _first_due(files, "origin_due"),
        "destination_due": _first_due(files, "destination_due"),
        "trips": own["trips"],
    }


def _outcome(own: Mapping[str, Any], files: Iterable[Mapping[str, Any]]) -> str:
    is_open = any(file["record_open"] or any(track["is_open"] for track in file["money"]) for file in files)
    if is_open:
        return "open"
    return "completed" if own["record_state"] == RecordState.IN else str(own["record_state"])


def _holding(files: Iterable[Mapping[str, Any]], holder: str, due: str, kind: str) -> dict[str, Any]:
    """Who holds a track: the agency whose own file names a role of its own."""
    listed = [file for file in files if file[holder] is not None]
    here = next((file for file in listed if file[holder] != "other_agency"), listed[0] if listed else None)
    if here is None:
        return {"holder": None, "due": None, "due_kind": None}
    return {
        "holder": f"{here['agency']}:{here[holder]}",
        "due": here[due].isoformat(),
        "due_kind": here[kind],
    }


def _leg(leg: int, files: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    tracks: list[Row] = [track for file in files for track in file["money"] if track["leg"] == leg]
    one = tracks[0]
    states = {track["agency"]: track["state"] for track in tracks}
    return {
        "leg": leg,
        "mode": one["mode"],
        "fen": one["amount_fen"],
        "states": states,
        **_holding(tracks, "holder", "due_on", "due_kind"),
    }


def _first_due(files: Iterable[Mapping[str, Any]], name: str) -> str | None:
    return next((file[name][0] for file in files if file[name] is not None), None)


def yuan(fen: int) -> str:
    """An amount in fen as people read it."""
    return format_yuan(fen)
