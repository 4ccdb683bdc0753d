"""What each role may and may not do: an agency's rows are its own, and nobody rewrites what was written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql
from store_cast import CHENGDU, QUJING

from jiexu.gateways.postgres.roles import Connections

APPEND_ONLY = (
    "case_number", "person_change", "month_entry", "month_move", "posting", "hold", "hold_resolution", "bundle", "bundle_message", "not_taken", "decision", "notice",
    "document", "journal", "counterpart_seal", "bank_order", "bank_answer", "bank_receipt", "receipt_match", "look", "paper_handed", "application_by",
    "payee_account", "sent_once", "person_request", "person_request_answer", "by_hand", "receipt_split", "receipt_return", "receipt_return_end", "receipt_return_answer",
    "service_rating", "employer_batch", "employer_row", "employer_order", "employer_row_end", "identity_repair", "identity_repair_end", "contact",
    "contact_confirmed", "message_seen", "counter_account", "counter_account_try", "upload", "upload_used", "upload_erased",
)  # fmt: skip
OF_THE_NODE = {
    "access_key",
    "agency",
    "agency_account",
    "agency_account_approval",
    "certificate",
    "delegation",
    "delegation_end",
    "directory_root",
    "demo_bank_transfer",
    "demonstration_files",
    "event_once",
    "fault_answer",
    "fault_report",
    "node_setting",
    "openid_link",
    "role_grant",
    "run_place",
    "stolen_key",
    "schema_file",
}
"""Tables that belong to no agency: who the agencies are, the demonstration's bank and clock, reported faults, runs, roles, the schema."""
OF_LIBRARIES = "(django|auth|account|mfa|axes)_"
"""Tables of Django and its apps: accounts, sessions, second factors."""
FOR_ALL_TO_READ = {"agency_account", "agency_account_approval"}
"""Where agencies are paid: read by all, written by the agency's own desk."""
FORBIDDEN = psycopg.errors.InsufficientPrivilege


@contextmanager
def session(url: str, *agencies: str) -> Iterator[psycopg.Cursor]:
    """A transaction that speaks for agencies and is rolled back."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT set_config('jiexu.agencies', %s, true)", [",".join(agencies)])
        yield cursor
        connection.rollback()


def tables(roles: Connections) -> dict[str, tuple[bool, bool, bool]]:
    """Every table: whether it has an agency column, row security, and row security forced on its owner."""
    query = """
        SELECT c.relname, EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'agency' AND NOT attisdropped),
          c.relrowsecurity, c.relforcerowsecurity
        FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND c.relname !~ %s
    """
    with psycopg.connect(roles.owner) as owner:
        found = owner.execute(query, [f"^{OF_LIBRARIES}"]).fetchall()
    return {name: (own, on, forced) for name, own, on, forced in found}


def of_agencies(roles: Connections) -> list[str]:
    return sorted(name for name, (own, _, _) in tables(roles).items() if own)


def test_every_table_with_an_agency_has_row_security_also_for_its_owner(stored: Connections) -> None:
    known = tables(stored)
    assert {name: found for name, found in known.items() if found[0] and found != (True, True, True)} == {}
    assert {name for name, (own, _, _) in known.items() if not own} == OF_THE_NODE


def test_a_policy_asks_for_the_agencies_once_a_statement_and_covers_every_command(
    stored: Connections,
) -> None:
    with psycopg.connect(stored.owner) as owner:
        found = owner.execute(
            "SELECT tablename, cmd, permissive, qual, with_check FROM pg_policies"
        ).fetchall()
    own = [row for row in found if row[0] not in FOR_ALL_TO_READ]
    assert {row[0] for row in own} == set(of_agencies(stored))
    assert {row[1:3] for row in own} == {("ALL", "PERMISSIVE")}
    assert all("SELECT jiexu_agencies()" in row[3] for row in own)
    # Where no foreign key says so, the check also asks whether there is such an agency.
    more = {row[0] for row in own if row[3] != row[4]}
    assert more == {"file", "posting", "message", "bundle", "journal", "bank_receipt"}
    assert all(row[3] in row[4] and "agency.code" in row[4] for row in own if row[0] in more)
    shared = {row[:2]: row[3:] for row in found if row[0] in FOR_ALL_TO_READ}
    assert set(shared) == {(name, command) for name in FOR_ALL_TO_READ for command in ("SELECT", "INSERT")}
    for (_, command), (using, check) in shared.items():
        assert (using, check) == ("true", None) if command == "SELECT" else "jiexu_agencies()" in check


@pytest.mark.parametrize("role", ["worker", "desk", "owner"])
def test_an_agency_sees_its_own_rows_and_none_of_another(stored: Connections, role: str) -> None:
    for name in of_agencies(stored):
        table = sql.Identifier(name)
        for agency, other in ((QUJING, CHENGDU), (CHENGDU, QUJING)):
            with session(getattr(stored, role), agency) as cursor:
                may = cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [name]).fetchone()
                if may != (True,):
                    continue
                query = sql.SQL(
                    "SELECT count(*) FILTER (WHERE agency = %s), count(*) FILTER (WHERE agency <> %s) FROM {}"
                )
                own, others = cursor.execute(query.format(table), [agency, agency]).fetchone() or (0, 0)
            assert own > 0, f"{name} has no row of {agency}: this test would prove nothing"
            assert others == 0, f"{agency} sees {others} rows of {other} in {name}"


@pytest.mark.parametrize("role", ["worker", "desk", "owner"])
def test_a_session_that_speaks_for_nobody_sees_nothing(stored: Connections, role: str) -> None:
    for name in of_agencies(stored):
        with session(getattr(stored, role)) as cursor:
            if cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [name]).fetchone() == (True,):
                assert cursor.execute(
                    sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
                ).fetchone() == (0,)


@pytest.mark.parametrize("role", ["worker", "desk", "owner"])
def test_an_agency_cannot_write_a_row_of_another(stored: Connections, role: str) -> None:
    """Each table's own row, offered again for the other agency: refused by the policy or for want of the right."""
    for name in of_agencies(stored):
        with session(getattr(stored, role), QUJING) as cursor:
            columns = [row[0] for row in cursor.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum", [name]
            ).fetchall()]  # fmt: skip
            chosen = [sql.Literal(CHENGDU) if each == "agency" else sql.Identifier(each) for each in columns]
            query = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} LIMIT 1").format(
                sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(", ").join(chosen), sql.Identifier(name)
            )  # fmt: skip
            with pytest.raises(FORBIDDEN) as refused:
                cursor.execute(query)
            assert "row-level security" in str(refused.value) or "permission denied" in str(refused.value), (
                name
            )


def test_an_agency_cannot_hand_its_rows_to_another(stored: Connections) -> None:
    with session(stored.worker, QUJING) as cursor, pytest.raises(FORBIDDEN, match="permission denied"):
        cursor.execute("UPDATE file SET agency = %s", [CHENGDU])


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("role", ["worker", "desk"])
def test_what_is_written_is_neither_changed_nor_deleted_for_want_of_the_right(
    stored: Connections, role: str, table: str
) -> None:
    for statement in ("UPDATE {} SET agency = agency", "DELETE FROM {}", "TRUNCATE {} CASCADE"):
        with session(getattr(stored, role), QUJING) as cursor, pytest.raises(FORBIDDEN):
            cursor.execute(sql.SQL(statement).format(sql.Identifier(table)))


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_even_with_the_right_a_trigger_refuses_to_change_what_is_written(
    stored: Connections, table: str
) -> None:
    for statement in ("UPDATE {} SET agency = agency", "DELETE FROM {}", "TRUNCATE {} CASCADE"):
        with (
            session(stored.owner, QUJING) as cursor,
            pytest.raises(psycopg.errors.RestrictViolation, match="never changed or deleted"),
        ):
            cursor.execute(sql.SQL(statement).format(sql.Identifier(table)))


@pytest.mark.parametrize("role", ["worker", "desk"])
def test_no_working_role_switches_the_guards_off(stored: Connections, role: str) -> None:
    attempts = (
        "ALTER TABLE posting DISABLE TRIGGER ALL",
        "ALTER TABLE posting DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE posting NO FORCE ROW LEVEL SECURITY",
        "DROP TRIGGER append_only ON posting",
        "DROP POLICY own_agency ON posting",
        "CREATE POLICY mine ON posting USING (true)",
        "ALTER TABLE account DROP CONSTRAINT what_is_held_is_there",
        "SET session_replication_role = replica",
        "SET ROLE jiexu_owner",
        "CREATE OR REPLACE FUNCTION jiexu_agencies() RETURNS SETOF text LANGUAGE sql AS 'SELECT ''510100'''",
        "ALTER ROLE jiexu_desk BYPASSRLS",
    )
    for statement in attempts:
        with session(getattr(stored, role), QUJING) as cursor, pytest.raises(FORBIDDEN):
            cursor.execute(statement)


@pytest.mark.parametrize("role", ["worker", "desk"])
def test_turning_row_security_off_for_a_session_only_makes_its_queries_fail(
    stored: Connections, role: str
) -> None:
    with session(getattr(stored, role), QUJING) as cursor:
        cursor.execute("SET LOCAL row_security = off")
        with pytest.raises(FORBIDDEN, match="row-level security"):
            cursor.execute("SELECT count(*) FROM posting")


@pytest.mark.parametrize("role", ["worker", "desk"])
def test_working_roles_own_nothing_and_stand_above_nothing(stored: Connections, role: str) -> None:
    with psycopg.connect(getattr(stored, role)) as connection:
        owned = connection.execute(
            "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user AND relnamespace = 'public'::regnamespace"
        ).fetchone()
        role_row = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        member = connection.execute(
            "SELECT count(*) FROM pg_auth_members WHERE member = current_user::regrole"
        ).fetchone()
    assert (owned, role_row, member) == ((0,), (False, False, False, False), (0,))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM agency_signing_key",
        "SELECT * FROM agency_document_key",
        "SELECT * FROM directory_root",
        "SELECT * FROM demo_bank_transfer",
        "SELECT * FROM run_place",
        "SELECT * FROM schema_file",
        "SELECT * FROM month_entry",
        "SELECT * FROM bundle",
        "SELECT * FROM bundle_message",
        "SELECT * FROM counterpart_seal",
        "SELECT * FROM bank_answer",
        "INSERT INTO bank_answer (agency, reference, answer, answered_on) VALUES ('530300', 'x', 'confirmed', '2026-11-24')",
        "INSERT INTO bank_receipt (agency, receipt, amount_fen, remark, payer, received_on) VALUES ('530300', 'x', 1, '', '', '2026-11-24')",
        "INSERT INTO bundle (agency, root, sender, receiver, body, receipt) VALUES ('530300', '', '', '', '', '')",
        "INSERT INTO person (agency, person, name, name_key, birth) VALUES ('530300', 'x', 'x', 'x', '1990-01-01')",
        "INSERT INTO month_entry (agency, entry, person, scheme, kind, months, source) VALUES ('530300', 'x', 'x', '310', 'paid', '{[1,2)}', 'x')",
        "INSERT INTO agency_signing_key (agency, key_id, private_key) VALUES ('530300', 'x', '')",
        "UPDATE message SET payload = NULL",
        "UPDATE person SET name = 'x'",
        "DELETE FROM outbox",
        "UPDATE node_setting SET value = '{}'",
    ],
)  # fmt: skip
def test_the_desk_has_no_business_there(stored: Connections, query: str) -> None:
    with session(stored.desk, QUJING) as cursor, pytest.raises(FORBIDDEN, match="permission denied"):
        cursor.execute(query)


@pytest.mark.parametrize("role", ["worker", "desk"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE file SET version = version WHERE false", "UPDATE file SET asked = asked", "UPDATE file SET name = name",
        "UPDATE file SET person = person", "UPDATE money_track SET way = way", "UPDATE message SET envelope = ''", "UPDATE account SET movable = true",
        "UPDATE bank_batch SET sum_fen = 1", "UPDATE bank_batch SET sent_on = '2026-11-24'", "UPDATE person SET birth = birth", "DELETE FROM file", "DELETE FROM account",
        "DELETE FROM month_line", "DELETE FROM message", "DELETE FROM person", "UPDATE identity_document SET number = number",
        "UPDATE account SET balance_fen = 1", "UPDATE account SET held_fen = 0", "UPDATE month_line SET earned = '{}'",
        "INSERT INTO account (agency, person, part, balance_fen) SELECT agency, person, 'mine', 1 FROM person LIMIT 1",
        "INSERT INTO month_line (agency, person, scheme, area, kind) SELECT agency, person, '390', agency, 'paid' FROM person LIMIT 1",
        "DELETE FROM event_once", "DELETE FROM journal_seal", "UPDATE certificate SET body = body", "DELETE FROM certificate",
    ],
)  # fmt: skip
def test_rights_are_given_by_column_and_verb(stored: Connections, role: str, statement: str) -> None:
    if statement.startswith("UPDATE file SET version"):
        with session(getattr(stored, role), QUJING) as cursor:
            cursor.execute(statement)  # the one that is allowed: files change, with their version
        return
    with session(getattr(stored, role), QUJING) as cursor, pytest.raises(FORBIDDEN):
        cursor.execute(statement)


@pytest.mark.parametrize("role", ["worker", "desk"])
def test_granting_what_one_may_oneself_gives_nothing_away(stored: Connections, role: str) -> None:
    with session(getattr(stored, role), QUJING) as cursor:
        cursor.execute("GRANT ALL ON posting TO PUBLIC")
        other = "jiexu_desk" if role == "worker" else "jiexu_worker"
        query = "SELECT has_table_privilege(%s, 'posting', 'UPDATE'), has_table_privilege('public', 'posting', 'SELECT')"
        assert cursor.execute(query, [other]).fetchone() == (False, False)
