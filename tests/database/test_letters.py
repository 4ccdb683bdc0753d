"""The offline route: the same messages, carried by hand as letters, with the same effect exactly once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from store_cast import CHENGDU, MONDAY, QUJING, REVIEWER, asks, lives

from jiexu.cases.states import RecordState, Side
from jiexu.exchange.bundle import BundleError
from jiexu.exchange.evidence_check import check
from jiexu.rules.inputs import Channel
from jiexu.store import files
from jiexu.usecases import delivery, letters
from jiexu.usecases.applications import take
from jiexu.usecases.deskwork import DeskEvent, Verb, perform
from jiexu.usecases.evidence import export
from jiexu.usecases.node import Node
from jiexu.usecases.people import load_people
from jiexu.usecases.verifying import verify

WEEK = timedelta(days=7)


@pytest.fixture
def case_no(node: Node) -> str:
    """A case whose two offices are not on the platform."""
    load_people(node, lives(1), day=MONDAY, actor="test")
    asked = asks(1)
    offline = replace(asked, asked=replace(asked.asked, channel=Channel.OFFLINE))
    return take(node, [offline], day=MONDAY, actor="counter")[0].case_no


def state(node: Node, agency: str, case_no: str) -> RecordState:
    with node.store.transaction("test.look", [agency]) as cursor:
        return files.load(cursor, [(agency, case_no)])[agency, case_no].file.record.state


def carry(node: Node, agency: str, case_no: str, day: date = MONDAY) -> tuple[str, ...]:
    """Bring the next letter of an agency across, and the receipt back."""
    letter = letters.write(node, agency=agency, case_no=case_no, day=day)
    assert letter is not None
    letters.acknowledge(node, letter, letters.take_in(node, letter, day=day), day=day)
    return letter.says


def test_an_offline_case_is_never_carried_by_wire(node: Node, case_no: str) -> None:
    assert [delivery.one_round(node, side.value, day=MONDAY) for side in Side] == [0, 0]
    assert letters.write(node, agency=CHENGDU, case_no=case_no, day=MONDAY) is not None


def test_letters_alone_bring_a_case_from_application_to_the_counted_record(node: Node, case_no: str) -> None:
    assert carry(node, CHENGDU, case_no) == ("application",)
    assert carry(node, QUJING, case_no) == ("check",)
    assert carry(node, CHENGDU, case_no) == ("notice",)
    assert state(node, QUJING, case_no) is RecordState.ACCEPTED
    desk = [DeskEvent("form", MONDAY, Verb.ISSUE_FORM, case_no)]
    assert perform(node, "", desk, day=MONDAY, reviewer=REVIEWER, found=lambda done: None) == {"form": "done"}
    assert carry(node, QUJING, case_no) == ("form",)
    desk = [DeskEvent("in", MONDAY, Verb.TAKE_IN, case_no)]
    assert perform(node, "", desk, day=MONDAY, reviewer=REVIEWER, found=lambda done: None) == {"in": "done"}
    assert carry(node, CHENGDU, case_no) == ("record_in",)
    assert state(node, CHENGDU, case_no) is state(node, QUJING, case_no) is RecordState.IN


def test_a_letter_that_comes_twice_gets_the_same_receipt_and_changes_nothing(
    node: Node, case_no: str
) -> None:
    letter = letters.write(node, agency=CHENGDU, case_no=case_no, day=MONDAY)
    assert letter is not None
    assert letters.take_in(node, letter, day=MONDAY) == letters.take_in(node, letter, day=MONDAY)
    assert letters.write(node, agency=QUJING, case_no=case_no, day=MONDAY) is not None


def test_the_sender_keeps_what_a_letter_hands_over_until_it_has_the_receipt(node: Node, case_no: str) -> None:
    letter = letters.write(node, agency=CHENGDU, case_no=case_no, day=MONDAY)
    assert letter is not None
    letters.take_in(node, letter, day=MONDAY)
    assert letters.write(node, agency=CHENGDU, case_no=case_no, day=MONDAY) == letter


def test_a_receipt_is_stored_only_with_the_letter_its_sender_really_signed(node: Node, case_no: str) -> None:
    letter = letters.write(node, agency=CHENGDU, case_no=case_no, day=MONDAY)
    assert letter is not None
    receipt = letters.take_in(node, letter, day=MONDAY)
    forged = b"T03:00:00Z".join(letter.data.rsplit(b"T02:00:00Z", 1))
    assert letters.read(forged).says == ("application",)
    with pytest.raises(BundleError):
        letters.acknowledge(node, replace(letter, data=forged), receipt, day=MONDAY)
    assert letters.write(node, agency=CHENGDU, case_no=case_no, day=MONDAY) == letter


def test_a_letter_with_one_changed_byte_is_refused_and_nothing_is_stored(node: Node, case_no: str) -> None:
    letter = letters.write(node, agency=CHENGDU, case_no=case_no, day=MONDAY)
    assert letter is not None
    forged = letter.data.replace(b"T02:00:00Z", b"T03:00:00Z", 1)
    assert forged != letter.data
    with pytest.raises(BundleError):
        letters.take_in(node, replace(letter, data=forged), day=MONDAY)
    assert letters.write(node, agency=QUJING, case_no=case_no, day=MONDAY) is None


def test_a_letter_written_again_on_a_later_day_is_proven_by_the_receipt_it_got_the_first_time(
    node: Node, case_no: str
) -> None:
    first = letters.write(node, agency=CHENGDU, case_no=case_no, day=MONDAY)
    assert first is not None
    receipt = letters.take_in(node, first, day=MONDAY)
    again = letters.write(node, agency=CHENGDU, case_no=case_no, day=MONDAY + WEEK)
    assert again is not None
    assert letters.take_in(node, again, day=MONDAY + WEEK) == receipt
    letters.acknowledge(node, again, receipt, day=MONDAY + WEEK)
    assert verify(node).breaks == ()
    exported = export(node, case_no=case_no, agency=CHENGDU, page=lambda evidence: b"")
    assert [each.signed for each in check(exported).lanes] == [1, 0]
