"""A death taken back on a real database: the person's line, money at both sides, whose word stands, and what verify names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest
from prove_cast import as_admin
from store_cast import CHENGDU, MONDAY, QUJING, REVIEWER, asks, lives, number_of, plan

from jiexu.cases.states import Side
from jiexu.exchange.payloads import Document
from jiexu.gateways.postgres.roles import Connections
from jiexu.store.db import Row
from jiexu.usecases import bankday, banking, delivery
from jiexu.usecases.applications import take
from jiexu.usecases.deskwork import DeskEvent, Verb, perform
from jiexu.usecases.inbox import inbox
from jiexu.usecases.node import Node, open_node
from jiexu.usecases.people import load_people
from jiexu.usecases.reviewers import ReviewerError
from jiexu.usecases.running import go
from jiexu.usecases.verifying import verify
from office_cast import let_money_move, nothing

if TYPE_CHECKING:
    from conftest import Server

TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)
WHOLE, THERE = 320_855, 5_000


def does(
    node: Node, number: str, verb: Verb, *, side: Side | None = None, by: str = "财务甲", reviewer: str = REVIEWER,
    carry: bool = True, run_key: str = "",
) -> str:  # fmt: skip
    event = DeskEvent(verb.value, TUESDAY, verb, number, side=side)
    said = perform(node, run_key, [event], day=TUESDAY, by=by, reviewer=reviewer, found=nothing)[verb.value]
    if carry:
        delivery.carry(node, day=TUESDAY)
    return said


def read(node: Node, query: str, *values: object) -> list[Row]:
    with node.store.transaction("test.read", node.hosted) as cursor:
        return cursor.execute(query, values).fetchall()


def money(node: Node) -> dict[str, str]:
    return {
        row["agency"]: row["state"]
        for row in read(node, "SELECT agency, state FROM money_track WHERE way <> 'back'")
    }


def balances(node: Node) -> dict[str, int]:
    query = "SELECT agency, sum(balance_fen)::bigint AS fen FROM account GROUP BY 1"
    return {row["agency"]: row["fen"] for row in read(node, query)}


def whole(node: Node) -> tuple[tuple[str, ...], int, int]:
    """What verify finds wrong; all fen of people and heirs; all months counted somewhere."""
    found = verify(node)
    fen = sum(
        found.counted[f"{name}_fen"] for name in ("personal", "estate", "receipts", "returned", "on_the_way")
    )
    months = read(
        node,
        "SELECT coalesce(sum(upper(r) - lower(r)), 0) AS n FROM month_line, unnest((earned + moved_in) - moved_out) r",
    )
    return tuple(each.kind for each in found.breaks), fen, int(months[0]["n"])


@pytest.fixture
def case(node: Node) -> str:
    """A case whose form is issued: the money is held at Qujing."""
    load_people(node, lives(1), day=MONDAY, actor="test")
    number = take(node, [asks(1)], day=MONDAY, actor="applicant")[0].case_no
    delivery.carry(node, day=MONDAY)
    assert does(node, number, Verb.ISSUE_FORM) == "done"
    return number


def lines(node: Node, agency: str) -> list[tuple[str, str]]:
    query = "SELECT event, actor FROM journal WHERE kind = 'person' AND agency = %s ORDER BY seq"
    return [(row["event"], row["actor"]) for row in read(node, query, agency)]


def test_money_that_a_mistake_stopped_at_the_origin_arrives_and_nothing_is_lost(
    node: Node, case: str
) -> None:
    before = whole(node)
    assert does(node, case, Verb.DEATH, by="窗口李") == "done"
    assert money(node) == {QUJING: "stopped_by_death", CHENGDU: "awaited"}
    with pytest.raises(ReviewerError):
        does(node, case, Verb.TAKE_BACK_DEATH, reviewer="财务甲")
    assert does(node, case, Verb.TAKE_BACK_DEATH, by="窗口李", carry=False) == "done"
    assert read(node, "SELECT died_on FROM person") == [{"died_on": None}, {"died_on": None}]
    delivery.carry(node, day=TUESDAY)
    assert read(node, "SELECT died_on FROM file") == [{"died_on": None}, {"died_on": None}]
    assert lines(node, CHENGDU) == [
        ("PersonLoaded", "test"),
        ("DeathNoted", "窗口李"),
        ("DeathTakenBack", "窗口李"),
    ]
    assert money(node) == {QUJING: "held_back", CHENGDU: "awaited"}
    assert whole(node) == before
    assert does(node, case, Verb.ORDER_AGAIN, side=Side.ORIGIN) == "done"
    let_money_move(node, WEDNESDAY, reviewer=REVIEWER)
    assert money(node) == {QUJING: "credited", CHENGDU: "credited"}
    assert balances(node) == {QUJING: 0, CHENGDU: WHOLE + THERE}
    breaks, fen, months = whole(node)
    assert (breaks, fen) == ((), before[1])
    assert months == before[2] + 87 or months == before[2]
    assert does(node, case, Verb.TAKE_BACK_DEATH) == "already_done: no_death_known"


def test_an_estate_at_the_destination_is_credited_by_two_people_there(node: Node, case: str) -> None:
    before = whole(node)
    works_until_sent(node)
    assert does(node, case, Verb.DEATH, by="窗口李", carry=False) == "done"
    let_money_move(node, WEDNESDAY, reviewer=REVIEWER)
    assert money(node) == {QUJING: "credited", CHENGDU: "estate"}
    assert balances(node) == {QUJING: 0, CHENGDU: THERE}
    assert whole(node)[:2] == ((), before[1])
    assert does(node, case, Verb.TAKE_BACK_DEATH, by="窗口李") == "done"
    assert money(node) == {QUJING: "credited", CHENGDU: "credited"}
    assert balances(node) == {QUJING: 0, CHENGDU: WHOLE + THERE}
    assert whole(node)[:2] == ((), before[1])
    corrections = read(
        node,
        "SELECT p.handled_by, p.reviewed_by, p.amount_fen, o.reason FROM posting p JOIN posting o ON (o.agency, o.id) = (p.agency, p.corrects)",
    )
    assert [tuple(row.values()) for row in corrections] == [("窗口李", REVIEWER, WHOLE, "to_estate")]


def works_until_sent(node: Node) -> None:
    banking.review_and_send(node, day=TUESDAY, reviewer=REVIEWER, found=nothing)
    bankday.hand_over(node, day=TUESDAY)


def test_what_the_origin_set_aside_is_announced_anew_and_waits_for_the_receipt(node: Node, case: str) -> None:
    before = whole(node)
    assert does(node, case, Verb.DEATH, side=Side.ORIGIN) == "done"
    assert money(node) == {QUJING: "estate", CHENGDU: "ended"}
    assert does(node, case, Verb.TAKE_BACK_DEATH, side=Side.ORIGIN, carry=False) == "done"
    assert money(node) == {QUJING: "held_back", CHENGDU: "ended"}
    assert (
        does(node, case, Verb.ORDER_AGAIN, side=Side.ORIGIN, carry=False)
        == "not_possible: notice_not_receipted"
    )
    assert whole(node)[:2] == ((), before[1])
    delivery.carry(node, day=TUESDAY)
    assert money(node) == {QUJING: "held_back", CHENGDU: "awaited"}
    assert does(node, case, Verb.ORDER_AGAIN, side=Side.ORIGIN) == "done"
    let_money_move(node, WEDNESDAY, reviewer=REVIEWER)
    assert balances(node) == {QUJING: 0, CHENGDU: WHOLE + THERE}
    assert whole(node)[:2] == ((), before[1])


def test_only_who_reported_a_death_takes_it_back_and_an_estate_waits_for_two_people_here(
    node: Node, case: str
) -> None:
    assert does(node, case, Verb.DEATH) == "done"
    assert does(node, case, Verb.SET_ASIDE) == "done"
    assert does(node, case, Verb.TAKE_BACK_DEATH, side=Side.ORIGIN) == "not_possible: death_of_the_other"
    assert does(node, case, Verb.TAKE_BACK_DEATH) == "done"
    assert money(node)[QUJING] == "estate_in_doubt"
    assert verify(node).breaks == ()
    (waiting,) = [row for row in inbox(node, QUJING) if row["leg"]]
    assert (waiting["holder"], waiting["next_event"], waiting["due_kind"]) == (
        "finance",
        "book_back",
        "promise",
    )
    assert does(node, case, Verb.PAY_ESTATE) == "not_possible: estate_in_doubt"
    assert does(node, case, Verb.TAKE_BACK_DEATH, side=Side.ORIGIN) == "done"
    assert money(node) == {QUJING: "held_back", CHENGDU: "awaited"}
    assert verify(node).breaks == ()


def test_each_agency_that_noted_it_takes_its_own_word_back(node: Node, case: str) -> None:
    assert does(node, case, Verb.DEATH, side=Side.ORIGIN, carry=False) == "done"
    assert does(node, case, Verb.DEATH) == "done"
    assert does(node, case, Verb.TAKE_BACK_DEATH) == "done"
    assert [row["died_on"] for row in read(node, "SELECT died_on FROM file")] == [TUESDAY, TUESDAY]
    assert [row["died_on"] for row in read(node, "SELECT died_on FROM person ORDER BY agency")] == [
        None,
        TUESDAY,
    ]
    assert does(node, case, Verb.TAKE_BACK_DEATH) == "not_possible: death_of_the_other"
    assert does(node, case, Verb.TAKE_BACK_DEATH, side=Side.ORIGIN) == "done"
    assert [row["died_on"] for row in read(node, "SELECT died_on FROM file")] == [None, None]
    assert verify(node).breaks == ()


def test_who_applied_before_applies_anew_and_a_form_that_crossed_comes_before(node: Node) -> None:
    load_people(node, lives(1), day=MONDAY, actor="test")
    number = take(node, [asks(1)], day=MONDAY, actor="applicant")[0].case_no
    delivery.carry(node, day=MONDAY)
    assert does(node, number, Verb.ISSUE_FORM, carry=False) == "done"
    assert does(node, number, Verb.DEATH, carry=False) == "done"
    assert does(node, number, Verb.TAKE_BACK_DEATH, carry=False) == "done"
    assert read(node, "SELECT record_state FROM file WHERE agency = %s", CHENGDU) == [
        {"record_state": "died"}
    ]
    again = take(node, [asks(1, on=TUESDAY)], day=TUESDAY, actor="applicant")[0]
    assert (again.outcome, again.case_no != number) == ("created", True)
    delivery.carry(node, day=TUESDAY)
    states = {
        row["case_no"]: row["record_state"]
        for row in read(node, "SELECT case_no, record_state FROM file WHERE agency = %s", CHENGDU)
    }
    assert states == {number: "form_received", again.case_no: "refused"}
    assert verify(node).breaks == ()


def test_a_person_is_named_by_a_document_and_the_same_event_is_done_once(node: Node, case: str) -> None:
    paper = Document("01", number_of(1))

    def event(verb: Verb) -> DeskEvent:
        return DeskEvent(verb.value, TUESDAY, verb, document=paper, origin=QUJING, side=Side.ORIGIN)

    def said(*verbs: Verb) -> list[str]:
        works = [event(verb) for verb in verbs]
        return list(perform(node, "run", works, day=TUESDAY, reviewer=REVIEWER, found=nothing).values())

    assert said(Verb.DEATH, Verb.TAKE_BACK_DEATH) == ["done", "done"]
    assert said(Verb.TAKE_BACK_DEATH) == ["already_done"]
    stranger = DeskEvent(
        "x",
        TUESDAY,
        Verb.TAKE_BACK_DEATH,
        document=Document("01", number_of(9)),
        origin=QUJING,
        side=Side.ORIGIN,
    )
    assert perform(node, "", [stranger], day=TUESDAY, reviewer=REVIEWER, found=nothing) == {
        "x": "no_such_case"
    }
    moved = DeskEvent("y", TUESDAY, Verb.TAKE_BACK_DEATH, case, seen=1)
    assert perform(node, "", [moved], day=TUESDAY, reviewer=REVIEWER, found=nothing) == {"y": "moved"}
    assert verify(node).breaks == ()


def test_the_desk_role_takes_a_death_back(node: Node, case: str, database: Connections) -> None:
    desk = open_node(database.desk)
    assert does(desk, case, Verb.DEATH, carry=False) == "done"
    assert does(desk, case, Verb.TAKE_BACK_DEATH, carry=False) == "done"
    desk.store.close()
    assert verify(node).breaks == ()


@pytest.mark.parametrize(
    ("verbs", "change"),
    [
        ((Verb.DEATH,), "UPDATE person SET died_on = NULL WHERE died_on IS NOT NULL"),
        ((Verb.DEATH, Verb.TAKE_BACK_DEATH), f"UPDATE person SET died_on = '{TUESDAY}' WHERE agency = '{CHENGDU}'"),
        ((), f"UPDATE person SET died_on = '{TUESDAY}' WHERE agency = '{CHENGDU}'"),
    ],
)  # fmt: skip
def test_verify_names_a_day_of_death_that_is_not_what_the_newest_line_says(
    node: Node, case: str, postgres: Server, database: Connections, verbs: Sequence[Verb], change: str
) -> None:
    for verb in verbs:
        assert does(node, case, verb) == "done"
    assert verify(node).breaks == ()
    with as_admin(postgres, database) as admin:
        admin.execute(change)
    found = {(each.kind, each.where) for each in verify(node).breaks}
    assert {kind for kind, _ in found} == {"death_differs", "person_differs"}
    assert {where.split("/")[0] for _, where in found} == {CHENGDU}


def test_verify_names_a_correction_that_one_person_booked(
    node: Node, case: str, postgres: Server, database: Connections
) -> None:
    assert does(node, case, Verb.DEATH, side=Side.ORIGIN) == "done"
    assert does(node, case, Verb.TAKE_BACK_DEATH, side=Side.ORIGIN) == "done"
    alone = "UPDATE posting SET reviewed_by = handled_by WHERE reason = 'correction'"
    with as_admin(postgres, database) as admin:
        with pytest.raises(psycopg.errors.RestrictViolation):
            admin.execute(alone)
        admin.execute("ALTER TABLE posting DISABLE TRIGGER append_only")
        with pytest.raises(psycopg.errors.CheckViolation):
            admin.execute(alone)
        admin.execute("ALTER TABLE posting DROP CONSTRAINT two_people_stand_on_money")
        admin.execute(alone)
    assert verify(node).breaks != ()


def test_a_whole_run_goes_on_after_a_death_taken_back(node: Node) -> None:
    load_people(node, lives(1), day=MONDAY, actor="test")
    paper = Document("01", number_of(1))
    when = {Verb.DEATH: 3, Verb.TAKE_BACK_DEATH: 7}
    events = [
        DeskEvent(
            verb.value, MONDAY + timedelta(days=days), verb, document=paper, origin=QUJING, side=Side.ORIGIN
        )
        for verb, days in when.items()
    ]
    assert not go(node, replace(plan([asks(1)]), events=events)).exceptions
    assert verify(node).breaks == ()
    assert {row["died_on"] for row in read(node, "SELECT died_on FROM person")} == {None}


def test_a_death_at_an_agency_that_does_not_find_the_person_is_taken_back_with_the_case_alone(
    node: Node,
) -> None:
    load_people(node, [each for each in lives(1) if each.agency == CHENGDU], day=MONDAY, actor="test")
    number = take(node, [asks(1)], day=MONDAY, actor="applicant")[0].case_no
    delivery.carry(node, day=MONDAY)
    assert read(node, "SELECT person FROM file WHERE agency = %s", QUJING) == [{"person": None}]
    assert does(node, number, Verb.DEATH, side=Side.ORIGIN) == "done"
    assert does(node, number, Verb.TAKE_BACK_DEATH, side=Side.ORIGIN) == "done"
    assert {row["died_on"] for row in read(node, "SELECT died_on FROM file")} == {None}
    assert verify(node).breaks == ()
