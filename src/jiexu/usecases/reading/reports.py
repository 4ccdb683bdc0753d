"""What heads of agencies ask for by period: each figure worked out anew from stored rows by one statement, shown beside it.

A statement sees what row security lets its transaction see: one agency, or every agency of the node for who supervises
them. Working days are counted over the rows it gives, by the calendar; everything else it counts itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiexu.usecases.reading.reader import Look, Reader
from jiexu.usecases.reading.shown import Place

MOST = 100
"""Rows of a figure at most; the largest first."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """``kind`` says how a value is written: count, fen, day, share (of ten thousand), place, word, or refusal."""

    name: str
    kind: str = "count"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: ``columns`` with the naming ones first, the statement, and what is worked out over its rows.

    ``drawn``: columns whose sums (without ``by``) or values by the first column are drawn as bars.
    """

    name: str
    columns: tuple[Column, ...]
    sql: str
    worked: Callable[[Look, Sequence[Row]], list[Row]] | None = None
    drawn: tuple[str, ...] = ()
    by: str = ""
    for_all: bool = False


DONE = "(SELECT min(j.day) FROM journal j WHERE (j.agency, j.ref) = (f.agency, f.case_no) AND j.event = CASE f.side WHEN 'origin' THEN 'record_in' ELSE 'TakenIn' END)"
LAST_STEP = "(SELECT max(j.day) FROM journal j WHERE (j.agency, j.ref) = (f.agency, f.case_no) AND j.event <> 'Receipted')"
CASES = f"""SELECT side, from_scheme, to_scheme,
  count(*) FILTER (WHERE opened_on BETWEEN %(since)s AND %(until)s) AS received,
  count(*) FILTER (WHERE opened_on BETWEEN %(since)s AND %(until)s AND left(other, 2) <> left(agency, 2)) AS between_provinces,
  count(*) FILTER (WHERE accepted_on BETWEEN %(since)s AND %(until)s) AS accepted,
  count(*) FILTER (WHERE done BETWEEN %(since)s AND %(until)s) AS completed,
  count(*) FILTER (WHERE record_state = 'refused' AND ended BETWEEN %(since)s AND %(until)s) AS refused,
  count(*) FILTER (WHERE record_state IN ('withdrawn', 'stopped') AND ended BETWEEN %(since)s AND %(until)s) AS withdrawn
FROM (SELECT f.*, {DONE} AS done, {LAST_STEP} AS ended FROM file f
  WHERE f.record_state NOT IN ('proposed', 'lapsed') AND f.opened_on <= %(until)s) f
GROUP BY side, from_scheme, to_scheme
HAVING count(*) FILTER (WHERE opened_on BETWEEN %(since)s AND %(until)s OR accepted_on BETWEEN %(since)s AND %(until)s
  OR done BETWEEN %(since)s AND %(until)s OR record_state IN ('refused', 'withdrawn', 'stopped') AND ended BETWEEN %(since)s AND %(until)s) > 0
ORDER BY side DESC, from_scheme, to_scheme"""
REFUSED = f"""SELECT code, count(*) AS n
FROM (SELECT f.*, {LAST_STEP} AS ended FROM file f
  WHERE f.record_state = 'refused' AND (f.opener OR NOT %(everywhere)s)) f CROSS JOIN LATERAL unnest(f.refusals) AS code
WHERE ended BETWEEN %(since)s AND %(until)s GROUP BY code ORDER BY n DESC, code"""
LEGS = """WITH days AS (
  SELECT f.*, (f.origin_due->>0)::date AS due_out, (f.destination_due->>0)::date AS due_in,
    (SELECT min(j.day) FROM journal j WHERE (j.agency, j.ref) = (f.agency, f.case_no) AND j.event = 'FormIssued') AS issued,
    (SELECT max(j.day) FROM journal j WHERE (j.agency, j.ref) = (f.agency, f.case_no) AND j.event = 'form') AS came,
    (SELECT max(j.day) FROM journal j WHERE (j.agency, j.ref) = (f.agency, f.case_no) AND j.event = 'TakenIn') AS taken,
    (SELECT max(p.booked_on) FROM posting p WHERE (p.agency, p.case_no) = (f.agency, f.case_no)
      AND p.reason IN ('paid_out', 'cleared_out')) AS paid,
    (SELECT max(p.booked_on) FROM posting p WHERE (p.agency, p.case_no) = (f.agency, f.case_no)
      AND p.reason IN ('credited', 'cleared_in')) AS credited
  FROM file f WHERE f.accepted_on <= %(until)s)
SELECT 'record_out' AS leg, accepted_on AS began, issued AS ended, due_out AS due FROM days
  WHERE side = 'origin' AND (issued BETWEEN %(since)s AND %(until)s
    OR issued IS NULL AND record_open AND due_out BETWEEN %(since)s AND %(until)s AND due_out < %(today)s)
UNION ALL SELECT 'record_in', came, taken, due_in FROM days
  WHERE side = 'destination' AND came IS NOT NULL AND (taken BETWEEN %(since)s AND %(until)s
    OR taken IS NULL AND record_open AND due_in BETWEEN %(since)s AND %(until)s AND due_in < %(today)s)
UNION ALL SELECT 'money_out', issued, paid, NULL FROM days
  WHERE side = 'origin' AND issued IS NOT NULL AND paid BETWEEN %(since)s AND %(until)s
UNION ALL SELECT 'money_in', came, credited, NULL FROM days
  WHERE side = 'destination' AND came IS NOT NULL AND credited BETWEEN %(since)s AND %(until)s"""
MONEY = f"""SELECT other AS place,
  coalesce(sum(fen) FILTER (WHERE reason IN ('credited', 'cleared_in')), 0)::bigint AS fen_in,
  coalesce(sum(fen) FILTER (WHERE reason IN ('paid_out', 'sent_again', 'cleared_out')), 0)::bigint AS fen_out,
  coalesce(sum(fen) FILTER (WHERE reason = 'bounced'), 0)::bigint AS fen_returned,
  coalesce(sum(fen) FILTER (WHERE reason = 'paid_to_person'), 0)::bigint AS fen_person,
  coalesce(sum(fen) FILTER (WHERE reason = 'estate_paid'), 0)::bigint AS fen_heirs,
  coalesce(sum(fen) FILTER (WHERE reason = 'given_back'), 0)::bigint AS fen_back
FROM (SELECT f.other, coalesce(c.reason, p.reason) AS reason, CASE WHEN c.id IS NULL THEN p.amount_fen ELSE -p.amount_fen END AS fen
  FROM posting p JOIN file f ON (f.agency, f.case_no) = (p.agency, p.case_no)
  LEFT JOIN posting c ON (c.agency, c.id) = (p.agency, p.corrects)
  WHERE p.booked_on BETWEEN %(since)s AND %(until)s) x
WHERE reason IN ('credited', 'cleared_in', 'paid_out', 'sent_again', 'cleared_out', 'bounced', 'paid_to_person', 'estate_paid', 'given_back')
GROUP BY other ORDER BY sum(fen) DESC, other LIMIT {MOST}"""
OPEN = """SELECT agency, record_holder AS holder, record_due_kind AS kind, record_due_on AS due, 'record' AS what, 0::bigint AS fen FROM file WHERE record_open
  UNION ALL SELECT agency, holder, due_kind, due_on, 'money', amount_fen FROM money_track WHERE is_open"""
LATE = f"""SELECT holder, what, kind, count(*) AS n, sum(fen)::bigint AS fen, min(due) AS oldest
FROM ({OPEN}) t WHERE due < %(today)s GROUP BY holder, what, kind ORDER BY n DESC, holder, what, kind"""
UNMATCHED = """SELECT r.received_on, count(*) AS n, sum(r.amount_fen)::bigint AS fen
FROM receipt_waiting w JOIN bank_receipt r ON (r.agency, r.receipt) = (w.agency, w.receipt)
GROUP BY r.received_on ORDER BY r.received_on"""
AGENCIES = f"""SELECT agency AS place, count(*) AS n, count(*) FILTER (WHERE due < %(today)s AND holder <> 'other_agency') AS late,
  count(*) FILTER (WHERE due < %(today)s AND holder <> 'other_agency' AND kind = 'legal') AS late_legal
FROM ({OPEN}) t GROUP BY agency ORDER BY late DESC, n DESC, agency LIMIT {MOST}"""


def _legs(look: Look, rows: Sequence[Row]) -> list[Row]:
    """Each leg: how many, how many in time, and the working days in which half and nine of ten of the ended ones ended."""
    by_leg: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_leg[row["leg"]].append(row)
    return [_leg(look, leg, by_leg[leg]) for leg in ("record_out", "record_in", "money_out", "money_in") if by_leg[leg]]  # fmt: skip


def _leg(look: Look, leg: str, rows: Iterable[Row]) -> Row:
    listed = list(rows)
    calendar = look.reader.calendar
    ended = [row for row in listed if row["ended"] is not None]
    took = sorted(calendar.working_days_between(row["began"], row["ended"]) for row in ended)
    has_law = any(row["due"] is not None for row in listed)
    in_time = sum(row["due"] is not None and row["ended"] <= row["due"] for row in ended)
    return {
        "leg": leg,
        "n": len(listed),
        "in_time": in_time if has_law else None,
        "share": 10_000 * in_time // len(listed) if has_law else None,
        "still_open": len(listed) - len(ended),
        "median": _rank(took, 50),
        "most": _rank(took, 90),
    }


def _rank(ordered: Sequence[int], percent: int) -> int | None:
    """The number of days within which this many of a hundred ended, by the nearest rank."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)] if ordered else None


FIGURES: tuple[Figure, ...] = (
    Figure(
        "cases",
        (Column("side", "word"), Column("from_scheme", "scheme"), Column("to_scheme", "scheme"), Column("received"),
         Column("between_provinces"), Column("accepted"), Column("completed"), Column("refused"), Column("withdrawn")),
        CASES, drawn=("received", "accepted", "completed", "refused", "withdrawn"),
    ),
    Figure("refused", (Column("code", "refusal"), Column("n")), REFUSED, drawn=("n",), by="code"),
    Figure(
        "legs",
        (Column("leg", "word"), Column("n"), Column("in_time"), Column("share", "share"), Column("still_open"), Column("median"),
         Column("most")),
        LEGS, worked=_legs, drawn=("share",), by="leg",
    ),
    Figure(
        "money",
        (Column("place", "place"), Column("fen_in", "fen"), Column("fen_out", "fen"), Column("fen_returned", "fen"),
         Column("fen_person", "fen"), Column("fen_heirs", "fen"), Column("fen_back", "fen")),
        MONEY, drawn=("fen_in", "fen_out"), by="place",
    ),
    Figure(
        "late",
        (Column("holder", "holder"), Column("what", "word"), Column("kind", "word"), Column("n"), Column("fen", "fen"),
         Column("oldest", "day")),
        LATE, drawn=("n",), by="holder",
    ),
    Figure("unmatched", (Column("received_on", "day"), Column("n"), Column("fen", "fen")), UNMATCHED, drawn=("fen",), by="received_on"),
    Figure("agencies", (Column("place", "place"), Column("n"), Column("late"), Column("late_legal")), AGENCIES, drawn=("late",), by="place", for_all=True),
)  # fmt: skip
"""In the order of the page; the last is for who supervises all of them."""
NAMED = {figure.name: figure for figure in FIGURES}


@dataclass(frozen=True, slots=True)
class Found:
    """A figure with its rows, and its statement as it can be run again."""

    figure: Figure
    rows: tuple[Row, ...]
    statement: str

    def total(self, column: str) -> int:
        """The sum over all rows; what is not known counts nothing."""
        return sum(row[column] or 0 for row in self.rows)


@dataclass(frozen=True, slots=True)
class Report:
    """Every figure of a period. ``agency``: whose, None for all of the node."""

    since: date
    until: date
    today: date
    has_clock: bool
    agency: Place | None
    found: tuple[Found, ...]
    places: Mapping[str, Place]


def report(
    reader: Reader, *, since: date, until: date, agency: str = "", names: Sequence[str] = ()
) -> Report:
    """The figures of a period, both days included: of one agency, or of all; only ``names`` where given."""
    with reader.looking("report", agency=agency) as look:
        given = {"since": since, "until": until, "today": look.today, "everywhere": not agency}
        found = tuple(
            _found(look, figure, given, agency)
            for figure in FIGURES
            if (not figure.for_all or not agency) and (not names or figure.name in names)
        )
        codes = {row["place"] for each in found for row in each.rows if "place" in row}
        return Report(
            since=since,
            until=until,
            today=look.today,
            has_clock=look.has_clock,
            agency=look.place(agency) if agency else None,
            found=found,
            places={code: look.place(code) for code in codes},
        )


def _found(look: Look, figure: Figure, given: Mapping[str, Any], agency: str) -> Found:
    rows = look.cursor.execute(figure.sql, given).fetchall()
    worked = figure.worked(look, rows) if figure.worked else rows
    return Found(figure, tuple(worked), _statement(figure, given, agency))


def _statement(figure: Figure, given: Mapping[str, Any], agency: str) -> str:
    """The statement with its values, after the line that says whose rows it sees."""
    values = {
        name: str(value).lower() if isinstance(value, bool) else f"date '{value.isoformat()}'"
        for name, value in given.items()
    }
    seen = f"'{agency}'" if agency else "(SELECT string_agg(code, ',') FROM agency)"
    return f"BEGIN;\nSELECT set_config('jiexu.agencies', {seen}, true);\n{figure.sql % values};\nCOMMIT;"
