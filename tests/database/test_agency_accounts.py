"""Agencies are paid on the account the directory lists; where none is listed, the money waits and is found again (R-094)."""

from __future__ import annotations

import psycopg
from store_cast import CHENGDU, MONDAY, QUJING, REVIEWER, asks, lives

from jiexu.gateways.postgres.roles import Connections
from jiexu.store.db import Row
from jiexu.usecases import banking, delivery, straight
from jiexu.usecases.accounts import complete, invented
from jiexu.usecases.applications import take
from jiexu.usecases.deskwork import DeskEvent, Verb, perform
from jiexu.usecases.node import Node
from jiexu.usecases.people import load_people
from jiexu.usecases.verifying import verify
from jiexu.usecases.waves import Done


def nothing(done: Done) -> None:
    """Nobody listens."""


def rows(node: Node, query: str, *values: object) -> list[Row]:
    with node.store.transaction("test.read", node.hosted) as cursor:
        return cursor.execute(query, values).fetchall()


def unlisted(database: Connections, agency: str) -> None:
    with psycopg.connect(database.owner) as owner:
        owner.execute("DELETE FROM agency_account WHERE code = %s", [agency])


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
    node: Node, database: Connections
) -> None:
    unlisted(database, CHENGDU)
    number = issued(node)
    assert at_origin(node, number) == [{"state": "held_back", "holder": "finance"}]
    assert order_again(node) == 0
    complete(node, invented(CHENGDU, "成都市"))
    assert order_again(node) == 1
    assert banking.review(node, day=MONDAY, reviewer=REVIEWER, found=nothing) == 1
    assert verify(node).breaks == ()


def test_an_account_recorded_again_takes_the_place_of_the_first(node: Node) -> None:
    complete(node, invented(CHENGDU, "改名的市"))
    found = rows(node, "SELECT holder FROM agency_account WHERE code = %s", CHENGDU)
    assert found == [{"holder": "改名的市医疗保障事务中心"}]


def test_the_list_of_accounts_is_no_agencys_own(node: Node, database: Connections) -> None:
    with psycopg.connect(database.desk) as desk:
        assert desk.execute("SELECT count(*) FROM agency_account").fetchone() == (len(node.hosted),)
        try:
            desk.execute("UPDATE agency_account SET holder = 'x'")
        except psycopg.errors.InsufficientPrivilege:
            return
    raise AssertionError("a desk changed the directory's list")
