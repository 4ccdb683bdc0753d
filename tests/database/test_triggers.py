"""What the database keeps by itself equals the pure ledger and the pure record, whatever Hypothesis thinks of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row
from store_cast import BIRTH, CHENGDU, QUJING

from jiexu.gateways.postgres.roles import Connections
from jiexu.ledger.accounts import Account, AccountKind
from jiexu.ledger.books import Books, Outcome
from jiexu.ledger.entries import Hold, HoldResolution, Posting, PostingReason, posting_id
from jiexu.records.monthset import MonthSet
from jiexu.records.record import Line, MonthKind, PersonRecord, Tally, hand_over, take_in, undo_hand_over
from jiexu.store import bulk, people, steps
from jiexu.store.db import Row
from jiexu.values.month import Month

MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
PERSON, CASE = "P-triggers", "TRIGGERS1"
PARTS = ("this_year", "earlier_years")
DAY = date(2026, 11, 23)


@pytest.fixture
def worker(stored: Connections) -> Iterator[psycopg.Connection[Row]]:
    """Speaks for 曲靖, in one transaction that is rolled back, with a new person and a file of theirs."""
    with psycopg.connect(stored.worker, row_factory=dict_row) as connection:
        connection.execute("SELECT set_config('jiexu.agencies', %s, true)", [QUJING])
        connection.execute(
            "INSERT INTO person (agency, person, name, name_key, birth) VALUES (%s, %s, '测试', '测试', %s)", [QUJING, PERSON, BIRTH]
        )  # fmt: skip
        connection.execute(
            "INSERT INTO file (agency, case_no, side, other, opener, name, from_scheme, to_scheme, asked, stands, opened_on, refusals, trips, sent, "
            "sent_hash, received, received_hash, version, record_state, record_open) "
            "VALUES (%s, %s, 'origin', %s, false, '', '310', '310', '{}', false, %s, '{}', 1, 0, '', 0, '', 1, 'refused', false)",
            [QUJING, CASE, CHENGDU, DAY],
        )
        yield connection
        connection.rollback()


# ---------------------------------------------------------------- money


@dataclass(frozen=True)
class Money:
    """One thing asked of the ledger: money in or out of a part, a hold, or the end of the hold taken ``back`` ago."""

    what: str
    part: str
    fen: int
    back: int


MOVES = st.lists(
    st.builds(
        Money,
        what=st.sampled_from(["in", "out", "hold", "release", "capture"]),
        part=st.sampled_from(PARTS),
        fen=st.integers(1, 50),
        back=st.integers(0, 3),
    ),
    max_size=12,
)


def account(part: str) -> Account:
    return Account(QUJING, AccountKind.PERSONAL, PERSON, part)


def movement(at: int, part: str, fen: int, *, out: bool) -> Posting:
    bank = Account(QUJING, AccountKind.BANK)
    return Posting(
        id=posting_id("triggers", at),
        debit=account(part) if out else bank,
        credit=bank if out else account(part),
        amount_fen=fen,
        case_no=CASE,
        leg=1,
        reason=PostingReason.PAID_OUT if out else PostingReason.CONTRIBUTION,
        rule="R-026",
        handled_by="clerk",
        reviewed_by="reviewer",
    )


def asked(
    books: Books, holds: Sequence[Hold], at: int, move: Money
) -> tuple[Books, Outcome, Hold | HoldResolution | None, Posting | None]:
    """What the pure ledger answers, and the rows it would write."""
    if move.what in {"in", "out"}:
        posting = movement(at, move.part, move.fen, out=move.what == "out")
        return *books.post(posting), None, posting
    if move.what == "hold":
        hold = Hold(
            id=posting_id("hold", at),
            account=account(move.part),
            amount_fen=move.fen,
            case_no=CASE,
            leg=1,
            issue=at,
        )
        return *books.hold(hold), hold, None
    if not holds:
        return books, Outcome.UNKNOWN_HOLD, None, None
    held = holds[-1 - move.back % len(holds)]
    if move.what == "release":
        end = HoldResolution(held.id, "released")
        return *books.resolve(end), end, None
    posting = movement(at, held.account.part, held.amount_fen, out=True)
    end = HoldResolution(held.id, "captured", (posting.id,))
    return *books.resolve(end, posting), end, posting


def write(cursor: psycopg.Cursor[Row], entry: Hold | HoldResolution | None, posting: Posting | None) -> None:
    """The same rows by the statements of the store."""
    if isinstance(entry, HoldResolution):
        bulk.insert_all(cursor, "hold_resolution", ("agency", "hold_id", "how", "posting_ids", "version"), [(QUJING, entry.hold_id, entry.how, list(entry.posting_ids), 1)])  # fmt: skip
    if posting is not None:
        steps.book(cursor, [(posting, 1)], DAY)
    if isinstance(entry, Hold):
        bulk.insert(cursor, "account", ("agency", "person", "part"), [(QUJING, PERSON, entry.account.part)])
        columns = ("agency", "id", "person", "part", "amount_fen", "case_no", "leg", "issue", "version")
        row = (QUJING, entry.id, PERSON, entry.account.part, entry.amount_fen, CASE, 1, entry.issue, 1)
        bulk.insert_all(cursor, "hold", columns, [row])


@MANY
@given(moves=MOVES)
def test_balances_and_holds_kept_by_triggers_equal_the_pure_ledger(
    worker: psycopg.Connection[Row], moves: list[Money]
) -> None:
    with worker.transaction(force_rollback=True), worker.cursor() as cursor:
        bulk.insert(
            cursor, "account", ("agency", "person", "part"), [(QUJING, PERSON, part) for part in PARTS]
        )
        books, holds = Books(QUJING), list[Hold]()
        for at, move in enumerate(moves, start=1):
            books, outcome, entry, posting = asked(books, holds, at, move)
            if entry is None and posting is None:
                continue
            try:
                with worker.transaction():
                    write(cursor, entry, posting)
                stored = True
            except (psycopg.IntegrityError, bulk.NotNewError):
                stored = False
            assert stored == (outcome is Outcome.CREATED), (move, outcome)
            holds += [entry] if isinstance(entry, Hold) and stored else []
            rows = cursor.execute(
                "SELECT part, balance_fen, held_fen FROM account WHERE person = %s", [PERSON]
            ).fetchall()
            kept = {row["part"]: (row["balance_fen"], row["held_fen"]) for row in rows}
            assert kept == {part: (books.balance(account(part)), books.held(account(part))) for part in PARTS}


# ---------------------------------------------------------------- months

FIRST = Month.of(2020, 1)


def months(bits: int) -> MonthSet:
    """The months of a year and a half that a number's bits name."""
    return MonthSet.union(MonthSet.of(FIRST + at) for at in range(18) if bits >> at & 1)


SETS = st.integers(0, 2**18 - 1).map(months)
EARNED = Line("310", QUJING, MonthKind.PAID)
ELSEWHERE = Line("310", CHENGDU, MonthKind.PAID)


def move(cursor: psycopg.Cursor[Row], at: int, kind: str, moved: dict[Line, MonthSet]) -> None:
    columns = (
        "agency",
        "case_no",
        "version",
        "person",
        "move",
        "scheme",
        "area",
        "kind",
        "months",
        "issue",
        "rule",
    )
    rows = [
        (QUJING, CASE, 1, PERSON, kind, line.scheme, line.area, line.kind.value, each.to_pg(), at, "R-076")
        for line, each in moved.items() if each
    ]  # fmt: skip
    bulk.insert_all(cursor, "month_move", columns, rows)


def kept(cursor: psycopg.Cursor[Row]) -> dict[Line, Tally]:
    rows = cursor.execute("SELECT * FROM month_line WHERE person = %s", [PERSON]).fetchall()
    tallies = {
        Line(row["scheme"], row["area"], MonthKind(row["kind"])): Tally(*(people.months_of(row[name]) for name in ("earned", "moved_in", "moved_out")))
        for row in rows
    }  # fmt: skip
    return {line: tally for line, tally in tallies.items() if tally.held}


@MANY
@given(
    earned=SETS,
    ways=st.lists(st.tuples(st.sampled_from(["out", "in", "undo"]), SETS, st.booleans()), max_size=8),
)
def test_month_lines_kept_by_triggers_equal_the_pure_record(
    worker: psycopg.Connection[Row], earned: MonthSet, ways: list[tuple[str, MonthSet, bool]]
) -> None:
    with worker.transaction(force_rollback=True), worker.cursor() as cursor:
        record = PersonRecord(QUJING, {EARNED: Tally(earned)})
        if earned:
            columns = ("agency", "entry", "person", "scheme", "kind", "months", "source")
            bulk.insert_all(
                cursor,
                "month_entry",
                columns,
                [(QUJING, "entry", PERSON, "310", "paid", earned.to_pg(), "test")],
            )
        last_out: dict[Line, MonthSet] = {}
        for at, (way, given_months, own) in enumerate(ways, start=1):
            match way:
                case "out":
                    record, last_out = hand_over(record, "310")
                    move(cursor, at, "out", last_out)
                case "undo" if last_out:
                    record = undo_hand_over(record, last_out)
                    move(cursor, at, "undone", last_out)
                    last_out = {}
                case "in":
                    taken = take_in(record, {EARNED if own else ELSEWHERE: given_months})
                    fresh = {
                        line: each - taken.came_back.get(line, MonthSet.EMPTY)
                        for line, each in taken.taken.items()
                    }
                    record = taken.record
                    move(cursor, at, "in", fresh)
                    move(cursor, at, "came_back", taken.came_back)
                    move(cursor, at, "already_counted", taken.already_counted)
                    last_out = {}
            assert kept(cursor) == dict(record.lines)


def test_a_whole_run_left_every_line_and_balance_as_its_entries_say(stored: Connections) -> None:
    """Counted again from the entries of the finished cases, in SQL that shares nothing with the triggers."""
    again = """
        SELECT a.agency, a.person, a.part FROM account a WHERE
          a.balance_fen <> (SELECT coalesce(sum(p.amount_fen) FILTER (WHERE p.credit_kind = 'personal' AND (p.credit_key, p.credit_part) = (a.person, a.part)), 0)
            - coalesce(sum(p.amount_fen) FILTER (WHERE p.debit_kind = 'personal' AND (p.debit_key, p.debit_part) = (a.person, a.part)), 0) FROM posting p WHERE p.agency = a.agency)
          OR a.held_fen <> (SELECT coalesce(sum(h.amount_fen), 0) FROM hold h WHERE (h.agency, h.person, h.part) = (a.agency, a.person, a.part)
            AND NOT EXISTS (SELECT 1 FROM hold_resolution r WHERE (r.agency, r.hold_id) = (h.agency, h.id)))
    """
    with psycopg.connect(stored.worker) as worker:
        worker.execute("SELECT set_config('jiexu.agencies', %s, true)", [f"{QUJING},{CHENGDU}"])
        assert worker.execute(again).fetchall() == []
        assert worker.execute("SELECT count(*) > 0 FROM account").fetchone() == (True,)
