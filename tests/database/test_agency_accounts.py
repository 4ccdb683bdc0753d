"""Agencies are paid on the account the directory lists; where none is listed, the money waits and is found again (R-094)."""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest
from prove_cast import as_admin, unlisted
from store_cast import CHENGDU, MONDAY, QUJING, REVIEWER, asks, lives

from jiexu.gateways.postgres.roles import Connections
from jiexu.store.db import Row
from jiexu.usecases import banking, delivery, straight
from jiexu.usecases.accounts import AccountError, approve, enter, invented, present
from jiexu.usecases.applications import take
from jiexu.usecases.deskwork import CLERK, DeskEvent, Verb, perform
from jiexu.usecases.inbox import unapproved
from jiexu.usecases.node import Node, open_node
from jiexu.usecases.people import load_people
from jiexu.usecases.reviewers import ReviewerError
from jiexu.usecases.verifying import verify
from jiexu.usecases.waves import Done

if TYPE_CHECKING:
    from conftest import Server

TUESDAY = MONDAY + timedelta(days=1)
FORBIDDEN = psycopg.errors.InsufficientPrivilege


def nothing(done: Done) -> None:
    """Nobody listens."""


def rows(node: Node, query: str, *values: object) -> list[Row]:
    with node.store.transaction("test.read", node.hosted) as cursor:
        return cursor.execute(query, values).fetchall()


def issued(node: Node) -> str:
    load_people(node, lives(1), day=MONDAY, actor="test")
    number = take(node, [asks(1)], day=MONDAY, actor="applicant")[0].case_no
    delivery.carry(node, day=MONDAY)
    event = DeskEvent("issue", MONDAY, Verb.ISSUE_FORM, number)
    said = perform(node, "", [event], day=MONDAY, reviewer=REVIEWER, found=nothing)
    assert said == {"issue": "done"}
    return number


def order_again(node: Node) -> int:
    kind = next(each for each in straight.KINDS if each.name == "straight.order_again")
    return straight.work(node, kind, day=MONDAY, reviewer=REVIEWER, found=nothing)


def at_origin(node: Node, number: str) -> list[Row]:
    query = "SELECT state, holder FROM money_track WHERE (agency, case_no) = (%s, %s)"
    return rows(node, query, QUJING, number)


def test_every_agency_of_the_demonstration_is_listed(node: Node) -> None:
    assert (
        rows(node, "SELECT a.code FROM agency a LEFT JOIN agency_account b USING (code) WHERE b.code IS NULL")
        == []
    )


def test_money_for_an_agency_that_is_not_listed_waits_and_goes_once_it_is(
    node: Node, database: Connections, postgres: Server
) -> None:
    unlisted(postgres, database, CHENGDU)
    number = issued(node)
    assert at_origin(node, number) == [{"state": "held_back", "holder": "finance"}]
    assert order_again(node) == 0
    entered = enter(node, invented(CHENGDU, "成都市"), valid_from=MONDAY, day=MONDAY, by=CLERK)
    assert order_again(node) == 0, "an account that nobody approved is paid on by nobody"
    approve(node, CHENGDU, entered.number, day=MONDAY, by=REVIEWER)
    assert order_again(node) == 1
    assert banking.review(node, day=MONDAY, reviewer=REVIEWER, found=nothing) == 1
    assert {each.kind for each in verify(node).breaks} == {"journal_rows_differ"}, "what this test took away"


def paid_on(node: Node, on: date) -> str:
    with node.store.transaction("test.present", node.hosted) as cursor:
        return present(cursor, [CHENGDU], on)[CHENGDU].holder


def test_another_account_takes_the_place_of_the_first_once_a_second_person_approves_it(node: Node) -> None:
    first = paid_on(node, MONDAY)
    other = invented(CHENGDU, "改名的市")
    entered = enter(node, other, valid_from=TUESDAY, day=MONDAY, by=CLERK)
    (waits,) = unapproved(node, CHENGDU)
    assert (waits["number"], waits["account"], waits["entered_by"], waits["holder"], waits["due_kind"]) == (
        entered.number, other.account, CLERK, "reviewer", "promise",
    )  # fmt: skip
    assert waits["account_holder"] == other.holder, "the approver compares whose account it is"
    assert paid_on(node, TUESDAY) == first
    approve(node, CHENGDU, entered.number, day=MONDAY, by=REVIEWER)
    assert (paid_on(node, MONDAY), paid_on(node, TUESDAY)) == (first, other.holder)
    assert unapproved(node, CHENGDU) == []
    assert len(rows(node, "SELECT 1 FROM agency_account WHERE code = %s", CHENGDU)) == 2, "the first is kept"
    lines = rows(
        node, "SELECT event, ref, actor FROM journal WHERE agency = %s AND kind = 'agency_account' ORDER BY seq", CHENGDU
    )  # fmt: skip
    assert [tuple(line.values()) for line in lines[2:]] == [
        ("AccountEntered", "2", CLERK),
        ("AccountApproved", "2", REVIEWER),
    ]
    assert verify(node).breaks == ()


@pytest.mark.parametrize("name", [CLERK, f" {CLERK.upper()} ", "", "system", "directory"])
def test_nobody_approves_what_they_entered_and_nobody_is_not_a_person(node: Node, name: str) -> None:
    before = paid_on(node, MONDAY)
    entered = enter(node, invented(CHENGDU, "改名的市"), valid_from=MONDAY, day=MONDAY, by=CLERK)
    with pytest.raises(ReviewerError):
        approve(node, CHENGDU, entered.number, day=MONDAY, by=name)
    assert paid_on(node, MONDAY) == before


def test_an_entry_behind_an_approved_one_can_no_longer_be_approved(node: Node) -> None:
    one = enter(node, invented(CHENGDU, "甲市"), valid_from=MONDAY, day=MONDAY, by=CLERK)
    two = enter(node, invented(CHENGDU, "乙市"), valid_from=MONDAY, day=MONDAY, by=CLERK)
    approve(node, CHENGDU, two.number, day=MONDAY, by=REVIEWER)
    for number in (one.number, two.number, 99):
        with pytest.raises(AccountError, match="No account"):
            approve(node, CHENGDU, number, day=MONDAY, by=REVIEWER)
    assert paid_on(node, MONDAY) == two.account.holder


def test_no_account_is_entered_for_a_day_that_is_past_or_by_nobody(node: Node) -> None:
    with pytest.raises(AccountError, match="before today"):
        enter(node, invented(CHENGDU, "甲市"), valid_from=MONDAY, day=TUESDAY, by=CLERK)
    with pytest.raises(ReviewerError, match="no person"):
        enter(node, invented(CHENGDU, "甲市"), valid_from=MONDAY, day=MONDAY, by="system")


def test_the_store_itself_refuses_one_person_and_what_was_entered_by_another(node: Node) -> None:
    entered = enter(node, invented(CHENGDU, "甲市"), valid_from=MONDAY, day=MONDAY, by=CLERK)
    query = "INSERT INTO agency_account_approval (code, number, entered_by, approved_by, approved_on) VALUES (%s, %s, %s, %s, %s)"
    attempts = (
        (psycopg.errors.CheckViolation, CLERK, CLERK.upper()),
        (psycopg.errors.ForeignKeyViolation, "somebody", REVIEWER),
    )
    for refused, by, reviewer in attempts:
        with pytest.raises(refused), node.store.transaction("test.one", [CHENGDU]) as cursor:
            cursor.execute(query, [CHENGDU, entered.number, by, reviewer, MONDAY])


def test_a_desk_enters_accounts_of_its_own_agency_alone_and_changes_none(
    node: Node, database: Connections
) -> None:
    desk = open_node(database.desk)
    with closing(desk.store):
        desk.speak_for(QUJING)
        enter(desk, invented(QUJING, "曲靖"), valid_from=MONDAY, day=MONDAY, by=CLERK)
        approve(desk, QUJING, 2, day=MONDAY, by=REVIEWER)
        columns = "code, number + 7, holder, bank, cnaps, account, valid_from, entered_by, entered_on"
        for statement in (
            f"INSERT INTO agency_account SELECT {columns} FROM agency_account WHERE code = '{CHENGDU}'",
            "UPDATE agency_account SET account = 's1.x.X00000'",
            "DELETE FROM agency_account",
            "UPDATE agency_account_approval SET approved_by = 'x'",
        ):
            with pytest.raises(FORBIDDEN), desk.store.transaction("test.desk", [QUJING]) as cursor:
                cursor.execute(statement)
    with psycopg.connect(database.owner) as owner, pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute("TRUNCATE agency_account_approval")
    assert verify(node).breaks == ()


SLIPPED_IN = """
WITH one AS (
  INSERT INTO agency_account SELECT code, 2, holder, bank, cnaps, 's1.x.X00000', valid_from, 'a', entered_on
  FROM agency_account WHERE code = %(code)s RETURNING *)
INSERT INTO agency_account_approval SELECT code, number, 'a', 'b', entered_on FROM one
"""


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE agency_account SET account = 's1.x.X00000' WHERE code = %(code)s", "journal_rows_differ"),
        ("UPDATE agency_account SET valid_from = valid_from - 1 WHERE code = %(code)s", "journal_rows_differ"),
        ("UPDATE agency_account_approval SET approved_by = 'x' WHERE code = %(code)s", "journal_rows_differ"),
        ("DELETE FROM agency_account_approval WHERE code = %(code)s", "journal_rows_missing"),
        (SLIPPED_IN, "row_without_line"),
    ],
)  # fmt: skip
def test_verify_names_an_account_that_was_changed_removed_or_slipped_in(
    node: Node, database: Connections, postgres: Server, change: str, named: str
) -> None:
    assert verify(node).breaks == ()
    with as_admin(postgres, database) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(change, {"code": CHENGDU})
    breaks = verify(node).breaks
    assert {each.kind for each in breaks} == {named}
    assert all(each.where.startswith(CHENGDU) for each in breaks)


def test_the_list_of_accounts_is_no_agencys_own(node: Node, database: Connections) -> None:
    with psycopg.connect(database.desk) as desk:
        assert desk.execute("SELECT count(*) FROM agency_account").fetchone() == (len(node.hosted),)
        try:
            desk.execute("UPDATE agency_account SET holder = 'x'")
        except psycopg.errors.InsufficientPrivilege:
            return
    raise AssertionError("a desk changed the directory's list")
