"""The servers tests run on are what the design asks for."""

from collections.abc import Callable

import psycopg
import pytest
from django.db import connections

from jiexu.gateways.postgres.roles import Connections


def setting(connection: psycopg.Connection, name: str) -> str:
    row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert row is not None
    return str(row[0])


def test_a_transaction_sees_what_others_committed_meanwhile(database: Connections) -> None:
    with psycopg.connect(database.worker) as worker:
        assert setting(worker, "default_transaction_isolation") == "read committed"


@pytest.mark.parametrize("role", ["owner", "worker", "desk"])
def test_no_role_stands_above_row_security(database: Connections, role: str) -> None:
    with psycopg.connect(getattr(database, role)) as connection:
        row = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row == (f"jiexu_{role}", False, False, False)


def test_bulk_may_go_through_a_temporary_table(database: Connections) -> None:
    with psycopg.connect(database.worker) as worker, worker.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE incoming (n int)")
        with cursor.copy("COPY incoming FROM STDIN") as copy:
            copy.write_row([1])
        assert cursor.execute("SELECT n FROM incoming").fetchall() == [(1,)]


@pytest.mark.parametrize("role", ["worker", "desk"])
def test_only_the_owner_makes_tables(database: Connections, role: str) -> None:
    with (
        psycopg.connect(getattr(database, role)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE mine (n int)")


def test_each_test_has_a_database_of_its_own(new_database: Callable[[], Connections]) -> None:
    first, second = new_database(), new_database()
    with psycopg.connect(first.owner) as one, psycopg.connect(second.owner) as other:
        assert one.info.dbname != other.info.dbname


def test_text_is_utf8_and_its_order_is_that_of_code_points_everywhere(database: Connections) -> None:
    with psycopg.connect(database.worker) as worker:
        assert setting(worker, "server_encoding") == "UTF8"
        row = worker.execute(
            "SELECT string_agg(t, '' ORDER BY t COLLATE \"C\") FROM unnest(%s::text[]) t", [["接", "a", "B"]]
        ).fetchone()
    assert row == ("Ba接",)


def test_django_is_pointed_at_the_tests_own_database(django_database: Connections) -> None:
    for alias, role in {"worker": "jiexu_worker", "default": "jiexu_desk", "owner": "jiexu_owner"}.items():
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT current_user, current_database()")
            assert cursor.fetchone() == (
                role,
                psycopg.conninfo.conninfo_to_dict(django_database.owner)["dbname"],
            )
