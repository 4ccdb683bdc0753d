"""What an agency comes to know about its people: cover begins, cover ends, a death. Once each, with a line in the journal."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from store_cast import CHENGDU, KUNMING, MONDAY, QUJING, REVIEWER, asks, lives, number_of

from jiexu.exchange.payloads import Document
from jiexu.gateways.postgres.roles import Connections
from jiexu.rules.inputs import Scheme
from jiexu.store.db import Row
from jiexu.usecases.applications import take
from jiexu.usecases.deskwork import DeskEvent, Verb, perform
from jiexu.usecases.lives import begin_cover, stop_cover
from jiexu.usecases.node import Node, open_node
from jiexu.usecases.people import load_people
from jiexu.usecases.verifying import verify

TUESDAY = MONDAY + timedelta(days=1)
PAPER = Document("01", number_of(1))


def rows(node: Node, query: str, *values: object) -> list[Row]:
    with node.store.transaction("test.read", node.hosted) as cursor:
        return cursor.execute(query, values).fetchall()


def lines(node: Node, agency: str) -> list[tuple[int, str, str]]:
    """Number, event and reporter of every journal line about people of an agency."""
    found = rows(
        node,
        "SELECT version, event, actor FROM journal WHERE kind = 'person' AND agency = %s ORDER BY seq",
        agency,
    )
    return [(row["version"], row["event"], row["actor"]) for row in found]


@pytest.fixture
def known(node: Node) -> Node:
    load_people(node, lives(1), day=MONDAY, actor="test")
    return node


def stop(node: Node, on: date = MONDAY) -> str:
    return stop_cover(node, agency=CHENGDU, document=PAPER, on=on, day=TUESDAY)


def begin(node: Node, scheme: Scheme = Scheme.RESIDENT, on: date = TUESDAY) -> str:
    return begin_cover(node, agency=QUJING, document=PAPER, scheme=scheme, on=on, day=TUESDAY)


def test_cover_that_ends_is_kept_once_with_its_line(known: Node) -> None:
    assert (stop(known), stop(known)) == ("done", "already_done")
    assert lines(known, CHENGDU) == [(1, "PersonLoaded", "test"), (2, "CoverStopped", "agency-system")]
    kept = rows(known, "SELECT content, changed_on FROM person_change")
    assert kept == [{"content": ["2026-11-23", [["310", "2026-11-01"]]], "changed_on": TUESDAY}]
    assert verify(known).breaks == ()


def test_cover_that_begins_is_kept_once_with_its_line(known: Node) -> None:
    assert (begin(known), begin(known)) == ("done", "already_done")
    assert lines(known, QUJING)[1:] == [(2, "CoverBegan", "agency-system")]
    found = rows(known, "SELECT since, status, cover_year, has_account FROM enrolment WHERE scheme = '390'")
    assert found == [{"since": TUESDAY, "status": "insured", "cover_year": 2026, "has_account": False}]
    assert verify(known).breaks == ()


def test_employee_cover_has_an_account_and_no_year(known: Node) -> None:
    assert begin(known, Scheme.EMPLOYEE) == "done"
    found = rows(known, "SELECT cover_year, has_account FROM enrolment WHERE since = %s", TUESDAY)
    assert found == [{"cover_year": None, "has_account": True}]


def test_cover_of_somebody_unknown_or_of_a_later_day_changes_nothing(known: Node) -> None:
    stranger = Document("01", number_of(7))
    assert stop_cover(known, agency=CHENGDU, document=stranger, on=MONDAY, day=MONDAY) == "no_such_person"
    assert (
        begin_cover(known, agency=CHENGDU, document=stranger, scheme=Scheme.RESIDENT, on=MONDAY, day=MONDAY)
        == "no_such_person"
    )
    assert stop(known, on=date(2026, 10, 1)) == "not_possible: cover_began_later"
    assert rows(known, "SELECT * FROM person_change") == []


def test_a_death_is_noted_with_the_person_once_and_by_whoever_was_told(known: Node) -> None:
    number = take(known, [asks(1)], day=MONDAY, actor="applicant")[0].case_no
    for on in (MONDAY, TUESDAY):
        event = DeskEvent("death", on, Verb.DEATH, number)
        perform(known, "", [event], day=TUESDAY, by="窗口李", reviewer=REVIEWER, found=lambda done: None)
    assert lines(known, CHENGDU)[1:] == [(2, "DeathNoted", "窗口李")]
    assert rows(known, "SELECT content FROM person_change") == [{"content": ["2026-11-23"]}]
    assert verify(known).breaks == ()


def test_the_desk_role_may_note_a_death_and_touch_no_cover(known: Node, database: Connections) -> None:
    number = take(known, [asks(1)], day=MONDAY, actor="applicant")[0].case_no
    desk = open_node(database.desk)
    event = DeskEvent("death", MONDAY, Verb.DEATH, number)
    said = perform(desk, "", [event], day=MONDAY, by="窗口李", reviewer=REVIEWER, found=lambda done: None)
    assert said == {"death": "done"}
    with pytest.raises(Exception, match="permission denied"):
        stop(desk)
    desk.store.close()


def test_who_is_not_insured_at_the_destination_may_apply_again_once_cover_began_there(known: Node) -> None:
    elsewhere = [each for each in lives(1, QUJING, KUNMING) if each.agency == KUNMING]
    load_people(known, [elsewhere[0]], day=MONDAY, actor="test")
    assert stop_cover(known, agency=KUNMING, document=PAPER, on=MONDAY, day=MONDAY) == "done"
    first = take(known, [asks(1, QUJING, KUNMING)], day=TUESDAY, actor="applicant")[0]
    event = DeskEvent(
        "cover", TUESDAY, Verb.BEGIN_COVERAGE, document=PAPER, destination=KUNMING, word=Scheme.EMPLOYEE.value
    )
    said = perform(known, "", [event], day=TUESDAY, reviewer=REVIEWER, found=lambda done: None)
    assert said == {"cover": "done"}
    wednesday = TUESDAY + timedelta(days=1)
    second = take(known, [asks(1, QUJING, KUNMING, on=wednesday)], day=wednesday, actor="applicant")[0]
    checks = rows(known, "SELECT case_no, own_check FROM file WHERE agency = %s ORDER BY opened_on", KUNMING)
    assert [(row["case_no"], row["own_check"]) for row in checks] == [
        (first.case_no, ["NA-02"]),
        (second.case_no, []),
    ]
