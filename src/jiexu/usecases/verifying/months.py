"""Months: every line is what its entries and moves make of it, and a month counts at one agency only."""

from __future__ import annotations

from psycopg.types.multirange import Multirange

from jiexu.records.monthset import MonthSet, MonthSetError
from jiexu.store.db import Cursor, Row
from jiexu.store.people import months_of
from jiexu.store.streams import Stream, keys
from jiexu.usecases.verifying.report import Findings

EARNED = """
SELECT coalesce(l.agency, e.agency) AS agency, coalesce(l.person, e.person) AS person, coalesce(l.scheme, e.scheme) AS scheme,
  coalesce(l.area, e.agency) AS area, coalesce(l.kind, e.kind) AS kind, coalesce(l.earned, '{}')::text AS stored, coalesce(e.months, '{}')::text AS entered
FROM month_line l FULL JOIN (
  SELECT agency, person, scheme, kind, range_agg(months) AS months FROM month_entry GROUP BY 1, 2, 3, 4) e
  ON l.agency = e.agency AND l.person = e.person AND l.scheme = e.scheme AND l.kind = e.kind AND l.area = e.agency
WHERE coalesce(l.earned, '{}') <> coalesce(e.months, '{}') ORDER BY 1, 2, 3, 4, 5
"""
LINE = ("agency", "person", "scheme", "area", "kind")
IN_ORDER = ", ".join(f't.{name} COLLATE "C"' for name in LINE)
MOVED = f"""
SELECT t.agency, t.person, t.scheme, t.area, t.kind, t.move, t.months, t.case_no, j.seq
FROM month_move t LEFT JOIN journal j ON j.agency = t.agency AND j.ref = t.case_no AND j.version = t.version AND j.kind = 'case'
ORDER BY {IN_ORDER}, j.seq, t.move IN ('in', 'out')
"""
LINES_MOVED = f"""
SELECT t.agency, t.person, t.scheme, t.area, t.kind, t.moved_in, t.moved_out FROM month_line t
WHERE NOT isempty(t.moved_in) OR NOT isempty(t.moved_out) ORDER BY {IN_ORDER}
"""
# One person at two agencies is found by a document alone: references differ from agency to agency.
TWICE = """
WITH counting AS (
  SELECT d.kind AS paper, d.seek, l.agency, l.person, l.scheme, l.area, l.kind, (l.earned + l.moved_in) - l.moved_out AS months, l.earned
  FROM month_line l JOIN identity_document d ON d.agency = l.agency AND d.person = l.person)
SELECT DISTINCT a.agency, a.person, b.agency AS other, a.scheme, a.area, a.kind, (a.months * b.months)::text AS months
FROM counting a JOIN counting b ON a.paper = b.paper AND a.seek = b.seek AND a.scheme = b.scheme AND a.agency < b.agency
WHERE a.area = b.area AND a.kind = b.kind AND a.months && b.months ORDER BY 1, 2, 3, 4, 5, 6
"""
BOTH_EARNED = """
WITH counting AS (
  SELECT d.kind AS paper, d.seek, l.agency, l.scheme, l.area, (l.earned + l.moved_in) - l.moved_out AS months
  FROM month_line l JOIN identity_document d ON d.agency = l.agency AND d.person = l.person)
SELECT count(DISTINCT (a.paper, a.seek, a.scheme))::int AS n FROM counting a JOIN counting b
  ON a.paper = b.paper AND a.seek = b.seek AND a.scheme = b.scheme AND a.agency < b.agency AND a.area <> b.area AND a.months && b.months
"""
Key = tuple[str, str, str, str, str]


def check(cursor: Cursor, findings: Findings) -> None:
    """All agencies at once; the answer holds breaks only."""
    for row in cursor.execute(EARNED):
        findings.add("months_earned_differ", *_key(row), stored=row["stored"], entered=row["entered"])
    _moves(cursor, findings)
    for row in cursor.execute(TWICE):
        findings.add("month_counted_twice", *_key(row), other=row["other"], months=row["months"])
    overlaps = cursor.execute(BOTH_EARNED).fetchone()
    findings.counted["people_with_months_earned_twice"] = overlaps["n"] if overlaps else 0
    found = cursor.execute(
        "SELECT count(*) AS n, coalesce(sum((SELECT sum(upper(r) - lower(r)) FROM unnest((earned + moved_in) - moved_out) r)), 0)::bigint AS months FROM month_line"
    ).fetchone()
    if found:
        findings.counted["month_lines"], findings.counted["months_counted"] = found["n"], found["months"]


def _key(row: Row) -> Key:
    return row["agency"], row["person"], row["scheme"], row["area"], row["kind"]


def _set(row: Row, column: str, findings: Findings) -> MonthSet:
    """The months of a column; none, and a break, where they lie outside all time."""
    try:
        return months_of(row[column])
    except MonthSetError:
        findings.add("months_impossible", *_key(row), months=spans(row[column]))
        return MonthSet.EMPTY


def spans(value: Multirange[int]) -> str:
    """A multirange as PostgreSQL writes it, whatever it holds."""
    return "{" + ",".join(f"[{each.lower},{each.upper})" for each in value) + "}"


def _moves(cursor: Cursor, findings: Findings) -> None:
    """Play the moves of each line in the order of the journal and compare with what stands in the line."""
    lines, moves = Stream(cursor, LINES_MOVED, LINE), Stream(cursor, MOVED, LINE)
    for key in keys([lines, moves]):
        stored = MonthSet.EMPTY, MonthSet.EMPTY
        for row in lines.take(key):
            stored = _set(row, "moved_in", findings), _set(row, "moved_out", findings)
        _compare(key, stored, _played(moves.take(key), findings), findings)


def _played(rows: list[Row], findings: Findings) -> tuple[MonthSet, MonthSet]:
    """What moves make of a line: months that came, months that left."""
    moved_in, moved_out = MonthSet.EMPTY, MonthSet.EMPTY
    findings.count("month_moves", len(rows))
    for row in rows:
        months = _set(row, "months", findings)
        match row["move"]:
            case "in":
                moved_in |= months
            case "out":
                moved_out |= months
            case "undone" | "came_back":
                moved_out -= months
            case _:
                pass
    return moved_in, moved_out


def _compare(
    key: tuple[object, ...],
    stored: tuple[MonthSet, MonthSet],
    played: tuple[MonthSet, MonthSet],
    findings: Findings,
) -> None:
    for name, there, right in zip(("moved_in", "moved_out"), stored, played, strict=True):
        if there != right:
            findings.add("months_moved_differ", *key, column=name, stored=there.to_pg(), moved=right.to_pg())
