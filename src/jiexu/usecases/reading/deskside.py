"""What one agency's desk sees: its own open tracks by date, with who must act and what comes next."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from jiexu.cases.states import Holder, Next
from jiexu.exchange.envelope import BEIJING
from jiexu.store import atrest
from jiexu.usecases.reading.reader import Look, Reader
from jiexu.usecases.reading.shown import Deadline, Place

LIMIT = 50
"""Rows of one page; the next begins after the last of this one."""

SIEVE = """(%(side)s = '' OR f.side = %(side)s) AND (%(other)s = '' OR f.other = %(other)s)
        AND (%(scheme)s = '' OR f.from_scheme = %(scheme)s)"""
LISTED = f"""
  WITH page AS (
    SELECT t.* FROM unnest(%(holders)s::text[]) AS h(holder) CROSS JOIN LATERAL (
      (SELECT f.agency, f.case_no, f.side, f.other, f.name, f.person, 0 AS leg, 0::bigint AS amount_fen, f.record_holder AS holder,
        f.record_next AS next_event, f.record_due_on AS due_on, f.record_due_kind AS due_kind
      FROM file f WHERE f.agency = %(agency)s AND f.record_open AND f.record_holder = h.holder
        AND f.record_due_on BETWEEN %(first)s AND %(last)s AND {SIEVE}
        AND (f.record_due_on, f.case_no) >= (%(on)s, %(no)s) AND (f.record_due_on, f.case_no, 0) > (%(on)s, %(no)s, %(leg)s)
      ORDER BY f.record_due_on, f.case_no LIMIT %(size)s)
      UNION ALL
      (SELECT m.agency, m.case_no, f.side, f.other, f.name, f.person, m.leg, m.amount_fen, m.holder, m.next_event, m.due_on, m.due_kind
      FROM money_track m JOIN file f ON (f.agency, f.case_no) = (m.agency, m.case_no)
      WHERE m.agency = %(agency)s AND m.is_open AND m.holder = h.holder
        AND m.due_on BETWEEN %(first)s AND %(last)s AND {SIEVE}
        AND (m.due_on, m.case_no, m.leg) > (%(on)s, %(no)s, %(leg)s)
      ORDER BY m.due_on, m.case_no, m.leg LIMIT %(size)s)) t
    ORDER BY t.due_on, t.case_no, t.leg LIMIT %(size)s)
  SELECT page.*, {atrest.newest("page")} AS paper
  FROM page ORDER BY due_on, case_no, leg
"""
"""A page of the inbox. Each holder's part is read in the order of its index, and ends with the page."""
COUNTED = """
  SELECT holder, sum(n)::bigint AS n, coalesce(sum(n) FILTER (WHERE due_on < %(today)s), 0)::bigint AS late,
    coalesce(sum(n) FILTER (WHERE due_on = %(today)s), 0)::bigint AS today,
    coalesce(sum(n) FILTER (WHERE due_on = %(tomorrow)s), 0)::bigint AS tomorrow, coalesce(sum(n) FILTER (WHERE is_record), 0)::bigint AS records
  FROM (
    SELECT record_holder AS holder, record_due_on AS due_on, true AS is_record, count(*) AS n
    FROM file WHERE agency = %(agency)s AND record_open GROUP BY 1, 2
    UNION ALL
    SELECT holder, due_on, false, count(*) FROM money_track WHERE agency = %(agency)s AND is_open GROUP BY 1, 2) days
  GROUP BY holder
"""


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One track that waits at this desk. ``leg``: 0 for the record. ``last_four``: of the person's document."""

    case_no: str
    name: str
    last_four: str
    origin: Place
    destination: Place
    leg: int
    amount_fen: int
    holder: Holder
    next_event: Next
    due: Deadline

    @property
    def key(self) -> str:
        """From where the next page goes on."""
        return f"{self.due.on.isoformat()}.{self.case_no}.{self.leg}"


@dataclass(frozen=True, slots=True)
class DeskPage:
    """The work of a desk. ``late`` … ``later``: rows by when they are due; ``totals``: all of theirs, counted."""

    today: date
    has_clock: bool
    place: Place
    late: tuple[WorkRow, ...]
    due_today: tuple[WorkRow, ...]
    tomorrow: tuple[WorkRow, ...]
    later: tuple[WorkRow, ...]
    totals: Mapping[str, int]
    waiting_there: int
    after: str | None

    @property
    def rows(self) -> int:
        return len(self.late) + len(self.due_today) + len(self.tomorrow) + len(self.later)


HERE = (Holder.CLERK.value, Holder.REVIEWER.value, Holder.FINANCE.value, Holder.PERSON.value)
"""Holders this desk itself answers for."""


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which rows of the inbox are shown; an empty word lets all through.

    ``turn``: ``desk`` for everybody's here, ``there`` for what waits for the other agency, else one's own. ``due``: late, today
    or tomorrow. ``side``: origin or destination. ``other``: code of the other place. ``scheme``: the one that is left.
    """

    turn: str = ""
    due: str = ""
    side: str = ""
    other: str = ""
    scheme: str = ""

    def holders(self, roles: tuple[str, ...]) -> list[str]:
        match self.turn:
            case "desk":
                return list(HERE)
            case "there":
                return [Holder.OTHER_AGENCY.value]
            case _:
                return list(roles)

    def days(self, today: date, tomorrow: date) -> tuple[date, date]:
        """First and last due date."""
        match self.due:
            case "late":
                return date.min, today - timedelta(days=1)
            case "today":
                return today, today
            case "tomorrow":
                return today + timedelta(days=1), tomorrow
            case _:
                return date.min, date.max


def desk_page(
    reader: Reader, *, agency: str, roles: tuple[str, ...], after: str = "", sieve: Sieve | None = None
) -> DeskPage:
    """Open tracks of an agency held by any of ``roles``, earliest date first. ``after``: key of the last row seen."""
    sieve = sieve or Sieve()
    with reader.looking("desk", agency=agency) as look:
        first, last = sieve.days(look.today, look.next_working_day)
        on, number, leg = _key(after)
        given = {
            "agency": agency,
            "holders": sieve.holders(roles),
            "first": first,
            "last": last,
            "side": sieve.side,
            "other": sieve.other,
            "scheme": sieve.scheme,
            "on": on,
            "no": number,
            "leg": leg,
            "size": LIMIT + 1,
            "today": look.today,
            "tomorrow": look.next_working_day,
        }
        found = [_row(look, row) for row in look.cursor.execute(LISTED, given).fetchall()]
        counted = look.cursor.execute(COUNTED, given).fetchall()
        there = sum(row["records"] for row in counted if row["holder"] == Holder.OTHER_AGENCY.value)
        rows, today, tomorrow = tuple(found[:LIMIT]), look.today, look.next_working_day
        mine = [row for row in counted if row["holder"] in roles]
        return DeskPage(
            today=today,
            has_clock=look.has_clock,
            place=look.place(agency),
            late=tuple(row for row in rows if row.due.on < today),
            due_today=tuple(row for row in rows if row.due.on == today),
            tomorrow=tuple(row for row in rows if today < row.due.on <= tomorrow),
            later=tuple(row for row in rows if row.due.on > tomorrow),
            totals={what: sum(row[what] for row in mine) for what in ("n", "late", "today", "tomorrow")},
            waiting_there=there,
            after=rows[-1].key if len(found) > LIMIT else None,
        )


@dataclass(frozen=True, slots=True)
class Payment:
    """An amount on a batch: in fen, for whom, to which agency, who handled it and who reviewed it (empty: nobody yet).

    ``version``: of its file, when the list was read. ``to_person``: it is paid to the person and to no agency; ``account``: the
    last four of the account they named for it, empty where they named none; ``account_number``: which of those they named
    one after the other, counted from 1.
    """

    case_no: str
    name: str
    to: Place
    to_person: bool
    account: str
    account_number: int
    leg: int
    amount_fen: int
    handled_by: str
    reviewed_by: str
    version: int


@dataclass(frozen=True, slots=True)
class BatchPage:
    """Payments of a desk before the bank has them: due for review, and reviewed."""

    today: date
    has_clock: bool
    due: tuple[Payment, ...]
    reviewed: tuple[Payment, ...]

    @property
    def due_fen(self) -> int:
        return sum(each.amount_fen for each in self.due)

    @property
    def due_seen(self) -> str:
        """Stands for exactly this list of what is to be reviewed; empty for none."""
        return _seen(self.due)

    @property
    def reviewed_seen(self) -> str:
        """Stands for exactly this list of what may be sent; empty for none."""
        return _seen(self.reviewed)

    @property
    def reviewed_fen(self) -> int:
        return sum(each.amount_fen for each in self.reviewed)


def _seen(payments: tuple[Payment, ...]) -> str:
    listed = ",".join(
        f"{each.case_no}.{each.leg}.{each.amount_fen}.{each.to.code}.{each.account}.{each.account_number}.{each.reviewed_by}"
        for each in payments
    )
    return hashlib.sha256(listed.encode()).hexdigest() if listed else ""


PAYMENTS = """
  SELECT m.case_no, f.name, f.other, f.version, m.leg, m.amount_fen, m.handled_by, m.reviewed_by, m.state,
    m.mode = 'TO_PERSON' AND m.way = 'out' AS to_person, p.last_four, p.number
  FROM money_track m JOIN file f ON (f.agency, f.case_no) = (m.agency, m.case_no)
  LEFT JOIN LATERAL (SELECT a.last_four, a.number FROM payee_account a WHERE (a.agency, a.case_no) = (m.agency, m.case_no) ORDER BY a.number DESC LIMIT 1) p ON true
  WHERE m.agency = %s AND m.is_open AND m.way IN ('out', 'back') AND m.state IN ('due', 'reviewed') ORDER BY m.case_no, m.leg
"""


def batch_page(reader: Reader, *, agency: str) -> BatchPage:
    """The payments of an agency that a reviewer looks at, and those that finance may send."""
    with reader.looking("batch", agency=agency) as look:
        found: dict[str, list[Payment]] = {"due": [], "reviewed": []}
        for row in look.rows(PAYMENTS, agency):
            payment = Payment(
                row["case_no"],
                row["name"],
                look.place(row["other"]),
                row["to_person"],
                (row["last_four"] or "") if row["to_person"] else "",
                (row["number"] or 0) if row["to_person"] else 0,
                row["leg"],
                row["amount_fen"],
                row["handled_by"],
                row["reviewed_by"],
                row["version"],
            )
            found[row["state"]].append(payment)
        return BatchPage(look.today, look.has_clock, tuple(found["due"]), tuple(found["reviewed"]))


def desk_places(reader: Reader) -> Mapping[str, Place]:
    """Every agency of this node by its code."""
    return reader.known_places()


def today_of(reader: Reader) -> date:
    """The day on which a desk works: the demonstration's, else the calendar's, never before what was written last."""
    with reader.looking("today") as look:
        return look.today if look.has_clock else max(look.today, datetime.now(BEIJING).date())


def _row(look: Look, row: Mapping[str, Any]) -> WorkRow:
    here, other = str(row["agency"]), str(row["other"])
    ends = (here, other) if row["side"] == "origin" else (other, here)
    due_on = row["due_on"]
    assert isinstance(due_on, date)  # noqa: S101 - an open track has a date (promise 2)
    return WorkRow(
        case_no=str(row["case_no"]),
        name=str(row["name"]),
        last_four=atrest.last_four(row["paper"]),
        origin=look.place(ends[0]),
        destination=look.place(ends[1]),
        leg=int(str(row["leg"])),
        amount_fen=int(str(row["amount_fen"])),
        holder=Holder(str(row["holder"])),
        next_event=Next(str(row["next_event"])),
        due=look.deadline(due_on, str(row["due_kind"])),
    )


def _key(text: str) -> tuple[date, str, int]:
    """A page's key as ``2026-12-07.FJ4M….0``; one that is none counts as the beginning."""
    day, _, rest = text.partition(".")
    number, _, leg = rest.partition(".")
    try:
        return date.fromisoformat(day), number, int(leg)
    except ValueError:
        return date.min + timedelta(days=1), "", -1
