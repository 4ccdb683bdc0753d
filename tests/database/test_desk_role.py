"""A desk acts under the desk role and for its own agency alone: that suffices for every verb, and is enough for nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date, timedelta

import psycopg
import pytest
from store_cast import CHENGDU, MONDAY, QUJING, REVIEWER, asks, lives

from jiexu.cases.states import Side
from jiexu.gateways.postgres.roles import Connections
from jiexu.usecases import bankday, banking, delivery
from jiexu.usecases.applications import ApplicationIn, take
from jiexu.usecases.caseview import look, sides
from jiexu.usecases.deskwork import DeskEvent, Verb, perform
from jiexu.usecases.inbox import inbox, unmatched
from jiexu.usecases.node import Node, open_node
from jiexu.usecases.people import load_people
from jiexu.usecases.verifying import verify
from jiexu.usecases.waves import Done

FORBIDDEN = psycopg.errors.InsufficientPrivilege
TUESDAY = MONDAY + timedelta(days=1)


def nothing(done: Done) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Office:
    """The loops of a node, and a desk at each of two agencies."""

    loops: Node
    desks: dict[str, Node]

    def carry(self, day: date = MONDAY) -> None:
        while sum(delivery.one_round(self.loops, side.value, day=day) for side in Side):
            pass

    def opened(self, person: int, *, proposal: bool = False) -> str:
        """A person moves from 曲靖 to 成都 and applies at the desk there."""
        load_people(self.loops, lives(person), day=MONDAY, actor="test")
        asked = asks(person)
        application = ApplicationIn(asked.row, asked.name, asked.document, asked.asked, proposal)
        (taken,) = take(self.desks[CHENGDU], [application], day=MONDAY, actor="applicant")
        assert taken.outcome == "created"
        self.carry()
        return taken.case_no

    def does(
        self, agency: str, verb: Verb, case_no: str, *, fen: int = 0, word: str = "", side: Side | None = None
    ) -> None:
        """One verb at one desk; the loops carry what it says."""
        event = DeskEvent(verb.value, MONDAY, verb, case_no, amount_fen=fen, word=word, side=side)
        desk = self.desks[agency]
        assert perform(desk, "", [event], day=MONDAY, reviewer=REVIEWER, found=nothing) == {
            verb.value: "done"
        }
        self.carry()


@pytest.fixture
def office(database: Connections, node: Node) -> Iterator[Office]:
    with ExitStack() as open_until_the_end:
        desks = {}
        for agency in (QUJING, CHENGDU):
            desks[agency] = open_node(database.desk)
            desks[agency].speak_for(agency)
            open_until_the_end.enter_context(closing(desks[agency].store))
        yield Office(node, desks)


def test_two_desks_bring_a_case_from_application_to_credit(office: Office) -> None:
    case_no = office.opened(1)
    office.does(QUJING, Verb.ISSUE_FORM, case_no)
    assert [row["next_event"] for row in inbox(office.desks[CHENGDU], CHENGDU)] == ["take_in"]
    office.does(CHENGDU, Verb.TAKE_IN, case_no)
    assert banking.review(office.desks[QUJING], day=MONDAY, reviewer=REVIEWER, found=nothing) == 1
    assert banking.send(office.desks[QUJING], day=MONDAY, by="财务", found=nothing) == 1
    bankday.hand_over(office.loops, day=MONDAY)
    bankday.statements(office.loops, day=TUESDAY)
    banking.take_answers(office.loops, day=TUESDAY, found=nothing)
    office.carry(TUESDAY)
    (waiting,) = unmatched(office.desks[CHENGDU], CHENGDU)
    done = banking.match_by_hand(
        office.desks[CHENGDU], agency=CHENGDU, receipt=waiting["receipt"], case_no=case_no, leg=1, day=TUESDAY, by="财务", reviewer=REVIEWER,
    )  # fmt: skip
    assert done is not None
    assert [step.outcome for _, step in done.steps] == ["done"]
    office.carry(TUESDAY)
    office.does(QUJING, Verb.LATE_MONEY, case_no, fen=7_700)
    assert verify(office.loops).breaks == ()


@pytest.mark.parametrize(
    ("verbs", "proposal"),
    [
        ([(CHENGDU, Verb.CONSENT)], True),
        ([(CHENGDU, Verb.CONSENT), (CHENGDU, Verb.STOP)], True),
        ([(CHENGDU, Verb.WITHDRAW)], False),
        ([(QUJING, Verb.ISSUE_FORM), (QUJING, Verb.RECALL_FORM)], False),
        ([(QUJING, Verb.ISSUE_FORM), (CHENGDU, Verb.DISPUTE_FORM), (QUJING, Verb.ISSUE_FORM)], False),
        ([(QUJING, Verb.ISSUE_FORM), (QUJING, Verb.HOLD_BACK)], False),
        ([(QUJING, Verb.ISSUE_FORM), (CHENGDU, Verb.TAKE_IN), (CHENGDU, Verb.DEATH), (QUJING, Verb.SET_ASIDE), (QUJING, Verb.PAY_ESTATE)], False),
    ],
    ids=lambda verbs: verbs[-1][1].value if isinstance(verbs, list) else "",
)  # fmt: skip
def test_a_desk_does_what_a_desk_can(
    office: Office, verbs: list[tuple[str, Verb]], *, proposal: bool
) -> None:
    case_no = office.opened(1, proposal=proposal)
    for agency, verb in verbs:
        office.does(agency, verb, case_no)
    assert verify(office.loops).breaks == ()


def test_a_desk_finds_no_case_that_its_own_agency_does_not_have(office: Office) -> None:
    case_no = office.opened(1)
    desk = office.desks[QUJING]
    assert sides(desk, case_no) == {Side.ORIGIN: QUJING}
    event = DeskEvent("take", MONDAY, Verb.TAKE_IN, case_no)
    assert perform(desk, "", [event], day=MONDAY, reviewer=REVIEWER, found=nothing) == {
        "take": "no_such_case"
    }
    seen = look(desk, case_no)
    assert seen is not None
    assert {each.file.agency for each in seen.files} == {each.agency for each in seen.decisions} == {QUJING}
    assert set(desk.secrets) == {QUJING}


def test_a_desk_has_no_key_and_sends_nothing_that_must_be_signed(office: Office) -> None:
    case_no = office.opened(1)
    desk = office.desks[QUJING]
    office.does(QUJING, Verb.ISSUE_FORM, case_no)
    assert desk.signers == {}
    waiting = "SELECT count(*) AS n FROM outbox WHERE case_no = %s"
    event = DeskEvent("recall", MONDAY, Verb.RECALL_FORM, case_no)
    perform(desk, "", [event], day=MONDAY, reviewer=REVIEWER, found=nothing)
    with pytest.raises(FORBIDDEN):
        delivery.one_round(desk, Side.ORIGIN.value, day=MONDAY)
    with desk.store.transaction("test.look", [QUJING]) as cursor:
        assert cursor.execute(waiting, [case_no]).fetchone() == {"n": 1}, "it waits for the loops"
    with pytest.raises(FORBIDDEN):
        desk.store.connection.execute("SELECT private_key FROM agency_signing_key")
