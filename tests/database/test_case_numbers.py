"""Two applications that come to one case number get two cases; the same application again gets its own case."""

from __future__ import annotations

import psycopg
import pytest
from store_cast import CHENGDU, MONDAY, asks, lives, plan

from jiexu.gateways.postgres.roles import Connections
from jiexu.store import atrest
from jiexu.usecases import applications
from jiexu.usecases.applications import give_numbers, take, taken_before
from jiexu.usecases.node import Node, refresh
from jiexu.usecases.people import load_people
from jiexu.usecases.running import go
from jiexu.usecases.verifying import verify
from jiexu.values import case_number

SALT = b"a salt under which two people me"
ONE, OTHER = 482_859, 491_297
"""Two people whose applications to 成都 meet on one number under that salt: found by trying half a million."""
SAME = "FJ4M3HJWE3FHB"
FOUNDED = {"AccountEntered", "AccountApproved"}
"""Lines written when the agency was founded, under the salt this test takes away."""


@pytest.fixture
def meeting(node: Node, database: Connections) -> Node:
    """A node on which the two meet."""
    with psycopg.connect(database.owner) as owner:
        owner.execute("SELECT set_config('jiexu.agencies', %s, true)", [CHENGDU])
        owner.execute(
            "UPDATE agency_secret SET salt_secret = %s WHERE agency = %s",
            [atrest.wrapped(SALT, *atrest.SALT, CHENGDU), CHENGDU],
        )
    refresh(node)
    load_people(node, [*lives(ONE), *lives(OTHER)], day=MONDAY, actor="test")
    return node


def taken(node: Node, *people: int) -> dict[int, tuple[str, str]]:
    """Person → case number and outcome."""
    found = take(node, [asks(person) for person in people], day=MONDAY, actor="applicant")
    return {person: (each.case_no, each.outcome) for person, each in zip(people, found, strict=True)}


def test_the_two_really_meet_on_their_first_number(meeting: Node) -> None:
    for person in (ONE, OTHER):
        meant = applications._meant(meeting, asks(person))
        assert applications._number(CHENGDU, meant, 0) == SAME
        assert case_number.agency_of(applications._number(CHENGDU, meant, 1)) == CHENGDU


@pytest.mark.parametrize("lists", [[(ONE, OTHER)], [(ONE,), (OTHER,)], [(OTHER,), (ONE,)]])
def test_each_gets_a_case_of_its_own_and_keeps_it(meeting: Node, lists: list[tuple[int, ...]]) -> None:
    found: dict[int, tuple[str, str]] = {}
    for people in lists:
        found |= taken(meeting, *people)
    numbers = {person: number for person, (number, _) in found.items()}
    assert [outcome for _, outcome in found.values()] == ["created", "created"]
    assert len(set(numbers.values())) == 2
    assert SAME in numbers.values()
    if len(lists) == 2:
        assert numbers[lists[0][0]] == SAME, "who has it keeps it"
    again = taken(meeting, OTHER, ONE)
    assert again == {person: (number, "already_recorded") for person, number in numbers.items()}
    assert go(meeting, plan([asks(ONE), asks(OTHER)])).exceptions == {}
    breaks = [each for each in verify(meeting).breaks if each.data.get("event") not in FOUNDED]
    assert breaks == []
    with meeting.store.transaction("test.files", [CHENGDU]) as cursor:
        rows = cursor.execute("SELECT case_no, record_state FROM file").fetchall()
    assert {row["case_no"]: row["record_state"] for row in rows} == dict.fromkeys(numbers.values(), "in")


def test_a_number_given_before_a_crash_is_the_number_of_the_case_opened_after_it(meeting: Node) -> None:
    """The second was given its next number; what happened to the first in between changes nothing of that."""
    given = give_numbers(meeting, [asks(ONE), asks(OTHER)])
    found = taken(meeting, OTHER)
    found |= taken(meeting, ONE)
    assert found == {person: (given[asks(person)], "created") for person in (ONE, OTHER)}
    before = taken_before(meeting, [asks(ONE), asks(OTHER)])
    assert [(each.case_no, each.outcome) for each in before] == [
        (given[asks(person)], "already_recorded") for person in (ONE, OTHER)
    ]


def test_an_application_that_was_shown_an_earlier_case_is_shown_it_again(node: Node) -> None:
    load_people(node, lives(1), day=MONDAY, actor="test")
    (first,) = take(node, [asks(1)], day=MONDAY, actor="applicant")
    later = asks(1, on=MONDAY.replace(day=24))
    for _ in range(2):
        (shown,) = take(node, [later], day=MONDAY.replace(day=24), actor="applicant")
        assert (shown.case_no, shown.outcome) == (first.case_no, "already_open")
    assert taken_before(node, [later]) == [shown]
