"""Every promise the tables make by themselves, tried with SQL as the worker would send it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors
from store_cast import QUJING

from jiexu.cases.states import TWO_PEOPLE, MoneyState, Way
from jiexu.gateways.postgres.roles import Connections

Cursor = psycopg.Cursor[tuple[object, ...]]


@pytest.fixture
def worker(stored: Connections) -> Iterator[Cursor]:
    """Speaks for 曲靖 and is rolled back. One finished case to read from is in the temporary view ``done``."""
    with psycopg.connect(stored.worker) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT set_config('jiexu.agencies', %s, true)", [QUJING])
        yield cursor
        connection.rollback()


@pytest.fixture
def owner(stored: Connections) -> Iterator[Cursor]:
    """The same as owner, for columns no working role may write: the constraint holds for the owner too."""
    with psycopg.connect(stored.owner) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT set_config('jiexu.agencies', %s, true)", [QUJING])
        yield cursor
        connection.rollback()


def refuses(cursor: Cursor, error: type[psycopg.Error], constraint: str, statement: str) -> None:
    """The statement fails by this constraint and by no other."""
    with pytest.raises(error) as refused, cursor.connection.transaction():
        cursor.execute(statement)
    assert constraint in (refused.value.diag.constraint_name or str(refused.value))


def accepts(cursor: Cursor, statement: str) -> None:
    cursor.execute(statement)
    assert cursor.rowcount > 0, "the statement met no row, so it proves nothing"


# ---------------------------------------------------------------- tracks and files

OUT = "(SELECT case_no FROM file WHERE side = 'origin' AND record_state = 'in' LIMIT 1)"


@pytest.mark.parametrize("lost", ["record_holder", "record_next", "record_due_on", "record_due_kind"])
def test_an_open_record_without_holder_next_event_date_or_kind_is_refused(worker: Cursor, lost: str) -> None:
    accepts(worker, "UPDATE file SET version = version WHERE record_open")
    refuses(
        worker,
        errors.CheckViolation,
        "an_open_record_has_one_holder_and_date",
        f"UPDATE file SET {lost} = NULL WHERE record_open",
    )


@pytest.mark.parametrize(
    "left", ["record_holder = 'clerk'", "record_next = 'x'", "record_due_on = '2026-12-07'", "record_due_kind = 'legal'", "record_handing_over = 1"]
)  # fmt: skip
def test_a_closed_record_with_anything_left_to_wait_for_is_refused(worker: Cursor, left: str) -> None:
    refuses(
        worker,
        errors.CheckViolation,
        "an_open_record_has_one_holder_and_date",
        f"UPDATE file SET {left} WHERE NOT record_open",
    )


@pytest.mark.parametrize("lost", ["holder", "next_event", "due_on", "due_kind"])
def test_an_open_amount_without_holder_next_event_date_or_kind_is_refused(worker: Cursor, lost: str) -> None:
    whole = "is_open = true, holder = 'finance', next_event = 'x', due_on = '2026-12-07', due_kind = 'legal'"
    accepts(worker, f"UPDATE money_track SET {whole}")
    refuses(
        worker,
        errors.CheckViolation,
        "an_open_amount_has_one_holder_and_date",
        f"UPDATE money_track SET {lost} = NULL",
    )


@pytest.mark.parametrize(
    "left",
    [
        "holder = 'finance'",
        "next_event = 'x'",
        "due_on = '2026-12-07'",
        "due_kind = 'legal'",
        "handing_over = 1",
    ],
)
def test_a_closed_amount_with_anything_left_to_wait_for_is_refused(worker: Cursor, left: str) -> None:
    refuses(
        worker,
        errors.CheckViolation,
        "an_open_amount_has_one_holder_and_date",
        f"UPDATE money_track SET {left}",
    )


@pytest.mark.parametrize("way", list(Way))
def test_the_states_that_need_two_people_are_those_of_the_machine(owner: Cursor, way: Way) -> None:
    """The CHECK and ``states.TWO_PEOPLE`` say the same of every state."""
    needed = set()
    for state in MoneyState:
        change = f"way = '{way}', state = '{state}', handled_by = '经办', reviewed_by = ''"
        try:
            with owner.connection.transaction():
                accepts(owner, f"UPDATE money_track SET {change}")
        except errors.CheckViolation as refused:
            needed.add((way, state, refused.diag.constraint_name))
    assert needed == {(*each, "two_people_stand_on_an_amount") for each in TWO_PEOPLE if each[0] is way}


@pytest.mark.parametrize(("by", "reviewer"), [("", "复核"), ("  ", "复核"), ("Li Na", " li na ")])
def test_nobody_handles_and_reviews_the_same_amount(worker: Cursor, by: str, reviewer: str) -> None:
    refuses(
        worker,
        errors.CheckViolation,
        "two_people_stand_on_an_amount",
        f"UPDATE money_track SET handled_by = '{by}', reviewed_by = '{reviewer}'",
    )


def test_a_date_is_legal_promised_or_provisional_and_nothing_else(worker: Cursor) -> None:
    refuses(
        worker,
        errors.CheckViolation,
        "file_record_due_kind_check",
        "UPDATE file SET record_due_kind = 'soon' WHERE record_open",
    )


def copy_of_file(side: str, *, case: str, other: str = "other", scheme: str = "from_scheme") -> str:
    """A second standing file of the same person, as SQL."""
    columns = (
        "agency, case_no, side, other, opener, person, name, from_scheme, to_scheme, asked, stands, opened_on, refusals, trips, "
        "sent, sent_hash, received, received_hash, version, record_state, record_open, record_holder, record_next, record_due_on, record_due_kind"
    )
    chosen = (
        f"agency, '{case}', side, {other}, opener, person, name, {scheme}, to_scheme, asked, true, opened_on, refusals, trips, "
        "0, '', 0, '', 1, 'checking', true, 'clerk', 'check', '2026-11-24', 'promise'"
    )
    return f"INSERT INTO file ({columns}) SELECT {chosen} FROM file WHERE side = '{side}' AND stands LIMIT 1"


@pytest.fixture
def standing(worker: Cursor) -> Cursor:
    """One standing file at each side, whatever the cases before came to."""
    accepts(worker, "UPDATE file SET stands = (case_no IN (SELECT min(case_no) FROM file GROUP BY side))")
    return worker


def test_at_the_origin_one_case_of_a_person_and_scheme_stands_whatever_the_destination(
    standing: Cursor,
) -> None:
    refuses(
        standing, errors.UniqueViolation, "one_standing_case_at_the_origin", copy_of_file("origin", case="A")
    )
    elsewhere = copy_of_file("origin", case="A", other="'110000'")
    refuses(standing, errors.UniqueViolation, "one_standing_case_at_the_origin", elsewhere)
    accepts(standing, copy_of_file("origin", case="A", scheme="'390'"))


def test_at_the_destination_one_case_for_each_origin_stands(standing: Cursor) -> None:
    refuses(
        standing,
        errors.UniqueViolation,
        "one_standing_case_per_origin",
        copy_of_file("destination", case="A"),
    )
    accepts(standing, copy_of_file("destination", case="A", other="'110000'"))


def test_a_case_has_one_file_at_an_agency(standing: Cursor) -> None:
    accepts(standing, copy_of_file("destination", case="A", other="'110000'"))
    refuses(
        standing, errors.UniqueViolation, "file_pkey", copy_of_file("destination", case="A", other="'120000'")
    )


def test_a_file_that_stands_no_more_is_in_nobodys_way(standing: Cursor) -> None:
    accepts(standing, "UPDATE file SET stands = false")
    accepts(
        standing,
        "UPDATE file SET stands = true WHERE case_no IN (SELECT max(case_no) FROM file GROUP BY side)",
    )


# ---------------------------------------------------------------- money

ID = "repeat('a', 32)"


def posting(
    *, amount: int = 1, debit: str = "'bank', '', ''", credit: str = "'receipts', '', ''", reason: str = "credited",
    by: str = "clerk", reviewer: str = "reviewer", ident: str = ID,
) -> str:  # fmt: skip
    return (
        "INSERT INTO posting (agency, id, debit_kind, debit_key, debit_part, credit_kind, credit_key, credit_part, amount_fen, reason, rule, "
        f"handled_by, reviewed_by, booked_on) VALUES ('{QUJING}', {ident}, {debit}, {credit}, {amount}, '{reason}', 'R', '{by}', '{reviewer}', '2026-11-23')"
    )


def rich(cursor: Cursor) -> tuple[str, int]:
    """Somebody whose account holds money nobody has set aside, with how much."""
    row = cursor.execute(
        "SELECT person, balance_fen FROM account WHERE balance_fen > 100 AND held_fen = 0 AND part = 'this_year' ORDER BY person LIMIT 1"
    ).fetchone()
    assert row is not None
    return str(row[0]), int(str(row[1]))


@pytest.mark.parametrize("amount", [0, -1])
def test_a_posting_moves_more_than_nothing(worker: Cursor, amount: int) -> None:
    refuses(worker, errors.CheckViolation, "posting_amount_fen_check", posting(amount=amount))


def test_a_posting_joins_two_different_accounts(worker: Cursor) -> None:
    refuses(
        worker,
        errors.CheckViolation,
        "accounts_differ",
        posting(debit="'bank', '', ''", credit="'bank', '', ''"),
    )
    accepts(worker, posting(debit="'estate', 'A', ''", credit="'estate', 'B', ''"))


@pytest.mark.parametrize(("by", "reviewer"), [("王", "王"), ("", "王"), ("王", ""), ("", "")])
def test_two_different_people_stand_on_every_movement_of_money(
    worker: Cursor, by: str, reviewer: str
) -> None:
    refuses(worker, errors.CheckViolation, "two_people_stand_on_money", posting(by=by, reviewer=reviewer))


@pytest.mark.parametrize("reason", ["opening", "received"])
def test_what_a_statement_says_needs_no_second_person(worker: Cursor, reason: str) -> None:
    accepts(worker, posting(reason=reason, by="bank", reviewer=""))


def test_a_posting_stands_once_under_its_id_and_an_id_is_128_bits(worker: Cursor) -> None:
    accepts(worker, posting())
    refuses(worker, errors.UniqueViolation, "posting_pkey", posting(amount=2))
    refuses(worker, errors.CheckViolation, "posting_id_check", posting(ident="'short'"))


def test_a_posting_names_only_personal_accounts_that_are_open(worker: Cursor) -> None:
    refuses(
        worker, errors.ForeignKeyViolation, "not open", posting(credit="'personal', 'nobody', 'this_year'")
    )
    refuses(
        worker, errors.ForeignKeyViolation, "not open", posting(debit="'personal', 'nobody', 'this_year'")
    )


def test_nobody_spends_more_than_is_there(worker: Cursor) -> None:
    person, fen = rich(worker)
    spend = f"'personal', '{person}', 'this_year'"
    refuses(
        worker,
        errors.CheckViolation,
        "what_is_held_is_there",
        posting(debit=spend, credit="'bank', '', ''", amount=fen + 1),
    )
    accepts(worker, posting(debit=spend, credit="'bank', '', ''", amount=fen))
    assert worker.execute(
        "SELECT balance_fen FROM account WHERE person = %s AND part = 'this_year'", [person]
    ).fetchone() == (0,)


def hold(person: str, fen: int, ident: str = ID) -> str:
    return (
        "INSERT INTO hold (agency, id, person, part, amount_fen, case_no, leg, issue, version) "
        f"SELECT agency, {ident}, '{person}', 'this_year', {fen}, case_no, 1, 1, 1 FROM file LIMIT 1"
    )


def test_what_is_held_is_not_spent_and_not_held_again(worker: Cursor) -> None:
    person, fen = rich(worker)
    refuses(worker, errors.CheckViolation, "what_is_held_is_there", hold(person, fen + 1))
    accepts(worker, hold(person, fen))
    refuses(
        worker,
        errors.CheckViolation,
        "what_is_held_is_there",
        posting(debit=f"'personal', '{person}', 'this_year'", credit="'bank', '', ''"),
    )
    refuses(worker, errors.CheckViolation, "what_is_held_is_there", hold(person, 1, "repeat('b', 32)"))
    refuses(worker, errors.UniqueViolation, "hold_pkey", hold(person, 1))


def test_a_hold_is_of_an_account_and_a_case_that_are_there(worker: Cursor) -> None:
    refuses(worker, errors.ForeignKeyViolation, "hold_agency_person_part_fkey", hold("nobody", 1))
    person, _ = rich(worker)
    refuses(
        worker,
        errors.ForeignKeyViolation,
        "hold_agency_case_no_fkey",
        hold(person, 1).replace("case_no, 1, 1, 1", "'NONE', 1, 1, 1"),
    )
    refuses(worker, errors.CheckViolation, "hold_amount_fen_check", hold(person, 0))


END = "INSERT INTO hold_resolution (agency, hold_id, how, posting_ids, version) VALUES ('{agency}', {ident}, '{how}', {postings}, 1)"


def end(how: str = "released", postings: str = "'{}'", ident: str = ID) -> str:
    return (
        END.replace("{agency}", QUJING)
        .replace("{ident}", ident)
        .replace("{how}", how)
        .replace("{postings}", postings)
    )


def test_a_hold_ends_once_whatever_ends_it_and_gives_back_exactly_what_it_held(worker: Cursor) -> None:
    person, fen = rich(worker)
    accepts(worker, hold(person, fen))
    accepts(worker, end())
    assert worker.execute(
        "SELECT held_fen, balance_fen FROM account WHERE person = %s AND part = 'this_year'", [person]
    ).fetchone() == (0, fen)
    refuses(worker, errors.UniqueViolation, "hold_resolution_pkey", end())
    refuses(worker, errors.UniqueViolation, "hold_resolution_pkey", end("captured", "'{x}'"))


def test_only_a_hold_that_is_there_ends_and_a_capture_names_its_postings(worker: Cursor) -> None:
    person, fen = rich(worker)
    refuses(worker, errors.ForeignKeyViolation, "hold_resolution_agency_hold_id_fkey", end())
    accepts(worker, hold(person, fen))
    refuses(worker, errors.CheckViolation, "hold_resolution_check", end("captured"))
    refuses(worker, errors.CheckViolation, "hold_resolution_check", end("released", "'{x}'"))
    refuses(worker, errors.CheckViolation, "hold_resolution_how_check", end("forgotten"))


def test_a_balance_below_what_is_held_is_refused_to_the_owner_too(owner: Cursor) -> None:
    refuses(owner, errors.CheckViolation, "what_is_held_is_there", "UPDATE account SET balance_fen = -1")
    refuses(
        owner, errors.CheckViolation, "what_is_held_is_there", "UPDATE account SET held_fen = balance_fen + 1"
    )
    refuses(owner, errors.CheckViolation, "account_held_fen_check", "UPDATE account SET held_fen = -1")


def test_a_temporary_table_does_not_take_the_place_of_the_accounts(worker: Cursor) -> None:
    person, fen = rich(worker)
    worker.execute("CREATE TEMPORARY TABLE account (LIKE public.account INCLUDING DEFAULTS) ON COMMIT DROP")
    worker.execute(
        "INSERT INTO pg_temp.account (agency, person, part, balance_fen) VALUES (%s, %s, 'this_year', 10000000)",
        [QUJING, person],
    )
    refuses(
        worker,
        errors.CheckViolation,
        "what_is_held_is_there",
        posting(debit=f"'personal', '{person}', 'this_year'", credit="'bank', '', ''", amount=fen + 1),
    )


# ---------------------------------------------------------------- months


def line(column: str, months: str) -> str:
    return f"UPDATE month_line SET {column} = '{months}'::int4multirange WHERE NOT isempty(earned) AND isempty(moved_in)"


def test_a_month_is_earned_here_or_moved_in_and_never_both(owner: Cursor) -> None:
    refuses(
        owner,
        errors.CheckViolation,
        "months_are_earned_or_moved_in",
        "UPDATE month_line SET moved_in = earned WHERE NOT isempty(earned)",
    )
    refuses(
        owner,
        errors.CheckViolation,
        "months_are_earned_or_moved_in",
        "UPDATE month_line SET earned = moved_in WHERE NOT isempty(moved_in)",
    )


def test_only_months_that_were_here_move_out(owner: Cursor) -> None:
    refuses(owner, errors.CheckViolation, "months_moved_out_were_here", line("moved_out", "{[1,2)}"))
    accepts(owner, "UPDATE month_line SET moved_out = earned")


def move(kind: str, months: str, *, case: str = OUT, issue: int = 9) -> str:
    return (
        "INSERT INTO month_move (agency, case_no, version, person, move, scheme, area, kind, months, issue, rule) "
        f"SELECT f.agency, {case}, 1, f.person, '{kind}', '310', f.agency, 'paid', {months}, {issue}, 'R-076' FROM file f WHERE f.case_no = {OUT}"
    )


def test_a_step_that_moves_out_what_never_was_here_is_refused(worker: Cursor) -> None:
    refuses(worker, errors.CheckViolation, "months_moved_out_were_here", move("out", "'{[1,2)}'"))


def test_a_step_that_takes_in_what_was_earned_here_is_refused(worker: Cursor) -> None:
    own = "(SELECT earned FROM month_line l WHERE l.person = f.person AND l.area = f.agency AND l.kind = 'paid' AND l.scheme = '310')"
    refuses(worker, errors.CheckViolation, "months_are_earned_or_moved_in", move("in", own))


def test_a_move_of_no_months_of_an_unknown_kind_or_without_issue_is_refused(worker: Cursor) -> None:
    refuses(worker, errors.CheckViolation, "month_move_months_check", move("out", "'{}'"))
    refuses(worker, errors.CheckViolation, "month_move_move_check", move("lent", "'{[24000,24001)}'"))
    refuses(
        worker, errors.CheckViolation, "month_move_issue_check", move("out", "'{[24000,24001)}'", issue=0)
    )


def test_the_same_move_under_the_same_issue_happens_once(worker: Cursor) -> None:
    row = "INSERT INTO month_move SELECT * FROM month_move LIMIT 1"
    refuses(worker, errors.UniqueViolation, "month_move_pkey", row)


# ---------------------------------------------------------------- the bank


def batch(by: str, reviewer: str, orders: int = 1, fen: int = 1) -> str:
    return (
        "INSERT INTO bank_batch (agency, batch, made_on, orders, sum_fen, handled_by, reviewed_by) "
        f"VALUES ('{QUJING}', 'B', '2026-11-23', {orders}, {fen}, '{by}', '{reviewer}')"
    )


@pytest.mark.parametrize(("by", "reviewer"), [("王", "王"), ("", "王"), ("王", "")])
def test_a_batch_for_the_bank_carries_two_different_names(worker: Cursor, by: str, reviewer: str) -> None:
    refuses(worker, errors.CheckViolation, "two_people_stand_on_a_batch", batch(by, reviewer))


def test_a_batch_has_orders_and_a_sum_and_an_order_a_batch(worker: Cursor) -> None:
    refuses(worker, errors.CheckViolation, "bank_batch_orders_check", batch("a", "b", orders=0))
    refuses(worker, errors.CheckViolation, "bank_batch_sum_fen_check", batch("a", "b", fen=0))
    order = (
        "INSERT INTO bank_order (agency, reference, batch, case_no, leg, attempt, amount_fen, payee, payee_account, back, version) "
        "SELECT agency, 'R', {batch}, case_no, leg, 2, amount_fen, payee, {account}, {back}, 1 FROM bank_order LIMIT 1"
    )
    refuses(
        worker,
        errors.ForeignKeyViolation,
        "bank_order_agency_batch_fkey",
        order.format(batch="'not made'", account="payee_account", back="back"),
    )
    nowhere = order.format(batch="batch", account="''", back="true")
    refuses(worker, errors.CheckViolation, "what_goes_back_names_the_account_that_paid", nowhere)
    refuses(
        worker,
        errors.CheckViolation,
        "account_is_sealed",
        order.format(batch="batch", account="'?'", back="true"),
    )


def test_an_order_is_answered_in_one_of_four_ways_and_each_way_once(worker: Cursor) -> None:
    row = "INSERT INTO bank_answer SELECT agency, reference, {} , answered_on FROM bank_answer LIMIT 1"
    refuses(worker, errors.UniqueViolation, "bank_answer_pkey", row.format("answer"))
    refuses(worker, errors.CheckViolation, "bank_answer_answer_check", row.format("'perhaps'"))
    refuses(worker, errors.ForeignKeyViolation, "bank_answer_agency_reference_fkey",
            f"INSERT INTO bank_answer VALUES ('{QUJING}', 'unknown', 'confirmed', '2026-11-24')")  # fmt: skip


def test_a_receipt_comes_once_and_is_matched_once(worker: Cursor) -> None:
    refuses(
        worker,
        errors.UniqueViolation,
        "bank_receipt_pkey",
        "INSERT INTO bank_receipt SELECT * FROM bank_receipt LIMIT 1",
    )
    again = (
        "INSERT INTO receipt_match (agency, receipt, case_no, leg, matched_on, handled_by, reviewed_by, why, version) "
        "SELECT agency, receipt, case_no, leg + 1, matched_on, 'a', '{}', 'by_hand', 9 FROM receipt_match LIMIT 1"
    )
    refuses(worker, errors.UniqueViolation, "receipt_match_pkey", again.format("b"))
    refuses(worker, errors.CheckViolation, "receipt_match_check", again.format("a"))


# ---------------------------------------------------------------- people, messages, journal


def test_cover_that_ended_has_its_last_day_and_none_before_its_first(worker: Cursor) -> None:
    refuses(
        worker,
        errors.CheckViolation,
        "enrolment_check",
        "UPDATE enrolment SET stopped_on = NULL WHERE status = 'stopped'",
    )
    refuses(
        worker,
        errors.CheckViolation,
        "enrolment_",
        "UPDATE enrolment SET stopped_on = since - 1 WHERE status = 'stopped'",
    )
    refuses(
        worker,
        errors.CheckViolation,
        "enrolment_status_check",
        "UPDATE enrolment SET status = 'away' WHERE status = 'insured'",
    )


def test_a_document_names_one_person_at_an_agency(worker: Cursor) -> None:
    row = "INSERT INTO identity_document (agency, kind, number, seek, seek_end, person) SELECT agency, kind, number, seek, seek_end, (SELECT max(person) FROM person) FROM identity_document LIMIT 1"
    refuses(worker, errors.UniqueViolation, "identity_document_pkey", row)


def test_a_message_waits_to_be_sent_only_where_it_is_kept(worker: Cursor) -> None:
    refuses(
        worker, errors.UniqueViolation, "message_pkey", "INSERT INTO message SELECT * FROM message LIMIT 1"
    )
    refuses(worker, errors.ForeignKeyViolation, "outbox_agency_message_id_fkey",
            f"INSERT INTO outbox VALUES ('{QUJING}', '510100', 'X', 1, 'unknown')")  # fmt: skip


def test_two_lines_of_a_journal_never_share_a_number(worker: Cursor) -> None:
    refuses(
        worker, errors.UniqueViolation, "journal_pkey", "INSERT INTO journal SELECT * FROM journal LIMIT 1"
    )
    refuses(
        worker,
        errors.CheckViolation,
        "journal_seq_check",
        "INSERT INTO journal SELECT agency, 0, kind, ref, version, event, actor, day, hash, file_hash FROM journal LIMIT 1",
    )


def test_an_event_with_a_name_happens_once(worker: Cursor) -> None:
    accepts(worker, "INSERT INTO event_once VALUES ('the same')")
    refuses(worker, errors.UniqueViolation, "event_once_pkey", "INSERT INTO event_once VALUES ('the same')")


# ---------------------------------------------------------------- agencies


@pytest.mark.parametrize("role", ["worker", "owner"])
@pytest.mark.parametrize("table", ["file", "message", "bundle", "posting", "journal", "bank_receipt"])
def test_a_row_of_an_agency_that_is_not_there_is_refused_whatever_a_session_says(
    stored: Connections, role: str, table: str
) -> None:
    with psycopg.connect(getattr(stored, role)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT set_config('jiexu.agencies', %s, true)", [QUJING])
        cursor.execute(f"CREATE TEMP TABLE copied AS SELECT * FROM {table} LIMIT 1")
        assert cursor.rowcount == 1
        cursor.execute("UPDATE copied SET agency = '999999'")
        cursor.execute("SELECT set_config('jiexu.agencies', '999999', true)")
        with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
            cursor.execute(f"INSERT INTO {table} SELECT * FROM copied")
        connection.rollback()


@pytest.mark.parametrize("change", ["DELETE FROM agency", "UPDATE agency SET code = '999999'"])
def test_an_agency_never_goes_and_never_changes(stored: Connections, change: str) -> None:
    with psycopg.connect(stored.owner) as connection, pytest.raises(errors.RestrictViolation):
        connection.execute(change)
