"""Who may do what with money, who is named for it, and what becomes of what cannot be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest
from store_cast import (
    CHENGDU,
    KUNMING,
    LAST_DAY,
    MONDAY,
    NAME,
    QUJING,
    REVIEWER,
    asks,
    lives,
    number_of,
    plan,
)

from jiexu.cases import opening
from jiexu.cases.events import Applied, BankConfirmed, DayBegan, TakenIn
from jiexu.cases.step import not_possible
from jiexu.exchange.payloads import Document
from jiexu.gateways.demo_bank import Fault
from jiexu.gateways.postgres.roles import Connections
from jiexu.ledger.accounts import Account, AccountKind
from jiexu.ledger.entries import Posting, PostingReason, posting_id
from jiexu.rules.inputs import Channel
from jiexu.store import steps as writing
from jiexu.store.db import Row
from jiexu.store.files import FileCache
from jiexu.usecases import bankday, banking, delivery, straight
from jiexu.usecases import report as reporting
from jiexu.usecases.accounts import invented
from jiexu.usecases.applications import take
from jiexu.usecases.bankfaults import BankEvent
from jiexu.usecases.deskwork import CLERK, DeskEvent, Verb, perform
from jiexu.usecases.node import Node
from jiexu.usecases.people import load_people
from jiexu.usecases.running import go
from jiexu.usecases.waves import Done, Work, run
from jiexu.values import case_number

TUESDAY = MONDAY + timedelta(days=1)


def nothing(done: Done) -> None:
    """Nobody listens."""


def rows(node: Node, query: str, *values: object) -> list[Row]:
    with node.store.transaction("test.read", node.hosted) as cursor:
        return cursor.execute(query, values).fetchall()


def opened(node: Node, person: int = 1, origin: str = QUJING, destination: str = CHENGDU) -> str:
    """A person at both agencies, and the case they just applied for."""
    load_people(node, lives(person, origin, destination), day=MONDAY, actor="test")
    return take(node, [asks(person, origin, destination)], day=MONDAY, actor="applicant")[0].case_no


def carry(node: Node, day: date = MONDAY) -> None:
    delivery.carry(node, day=day)


def issued(node: Node, person: int = 1) -> str:
    """A case whose form is out and whose amount waits for review."""
    number = opened(node, person)
    carry(node)
    event = DeskEvent("issue", MONDAY, Verb.ISSUE_FORM, number)
    assert desk(node, event) == "done"
    return number


def desk(
    node: Node, event: DeskEvent, *, by: str = CLERK, reviewer: str = REVIEWER, run_key: str = ""
) -> str:
    return perform(node, run_key, [event], day=event.on, by=by, reviewer=reviewer, found=nothing)[event.key]


def late(number: str, fen: int, key: str = "row-2", on: date = TUESDAY) -> DeskEvent:
    return DeskEvent(key, on, Verb.LATE_MONEY, number, amount_fen=fen)


def test_money_that_came_late_is_booked_once_however_its_row_is_numbered(node: Node) -> None:
    """Two files of events may name two amounts on the same row; one amount may be named by two files."""
    number = issued(node)
    assert desk(node, late(number, 1000), run_key="first-file") == "done"
    assert desk(node, late(number, 2000), run_key="second-file") == "done"
    desk(node, late(number, 2000, key="row-7"), run_key="third-file")
    booked = rows(node, "SELECT amount_fen FROM posting WHERE reason = 'contribution' ORDER BY amount_fen")
    assert [row["amount_fen"] for row in booked] == [1000, 2000]


def test_late_money_names_the_two_people_who_stand_on_it(node: Node) -> None:
    number = issued(node)
    assert desk(node, late(number, 1000), by="经办李", reviewer="复核赵") == "done"
    found = rows(node, "SELECT handled_by, reviewed_by FROM posting WHERE reason = 'contribution'")
    assert found == [{"handled_by": "经办李", "reviewed_by": "复核赵"}]


def test_receipts_of_two_files_on_the_same_row_are_both_booked(node: Node) -> None:
    for on, fen in ((MONDAY, 700), (TUESDAY, 900)):
        bankday.statement_in(
            node, day=on, strange=[BankEvent("row-2", on, Fault.NONE, destination=CHENGDU, arrives_fen=fen)]
        )
    assert [row["amount_fen"] for row in rows(node, "SELECT amount_fen FROM bank_receipt ORDER BY 1")] == [
        700,
        900,
    ]


@pytest.mark.parametrize("name", ["", "  ", "system", CLERK, "bank", "applicant"])
def test_nothing_runs_without_a_person_who_reviews(node: Node, name: str) -> None:
    load_people(node, lives(1), day=MONDAY, actor="test")
    with pytest.raises(ValueError, match="review"):
        go(node, replace(plan([asks(1)]), reviewer=name))
    assert rows(node, "SELECT * FROM file") == []


def test_who_reviewed_a_batch_does_not_send_it_and_stands_on_it(node: Node) -> None:
    issued(node)
    assert banking.review(node, day=MONDAY, reviewer="复核甲", found=nothing, agency=QUJING) == 1
    banking.send(node, day=MONDAY, by="复核甲", found=nothing, agency=QUJING)
    banking.send(node, day=MONDAY, by="财务乙", reviewer="没有复核过的人", found=nothing, agency=QUJING)
    assert rows(node, "SELECT * FROM bank_order") == []
    banking.send(node, day=MONDAY, by="财务乙", found=nothing, agency=QUJING)
    assert [row["reviewed_by"] for row in rows(node, "SELECT reviewed_by FROM bank_batch")] == ["复核甲"]


def test_two_amounts_of_one_case_stand_under_the_names_of_their_own_reviewers(node: Node) -> None:
    number = issued(node)
    assert banking.review(node, day=MONDAY, reviewer="复核甲", found=nothing, agency=QUJING) == 1
    assert desk(node, late(number, 1000, on=MONDAY), by="经办李", reviewer="复核赵") == "done"
    order_again = next(kind for kind in straight.KINDS if kind.name == "straight.order_again")
    straight.work(node, order_again, day=MONDAY, reviewer=REVIEWER, found=nothing)
    assert banking.review(node, day=MONDAY, reviewer="复核乙", found=nothing, agency=QUJING) == 1
    banking.send(node, day=MONDAY, by="财务丙", found=nothing, agency=QUJING)
    bankday.hand_over(node, day=MONDAY)
    bankday.statements(node, day=TUESDAY)
    banking.take_answers(node, day=TUESDAY, found=nothing)
    paid = "SELECT DISTINCT leg, handled_by, reviewed_by FROM posting WHERE reason = 'paid_out' ORDER BY leg"
    assert [tuple(row.values()) for row in rows(node, paid)] == [
        (1, "财务丙", "复核甲"),
        (2, "财务丙", "复核乙"),
    ]


def test_who_issued_the_form_reviews_another_amount_but_not_this_one(node: Node) -> None:
    number = issued(node)
    assert banking.review(node, day=MONDAY, reviewer=f" {CLERK.upper()}", found=nothing) == 0
    track = rows(node, "SELECT holder, reviewed_by FROM money_track WHERE case_no = %s", number)
    assert track == [{"holder": "reviewer", "reviewed_by": ""}]


def test_consent_to_a_transfer_that_is_under_way_is_refused_with_its_reason(node: Node) -> None:
    load_people(node, lives(1), day=MONDAY, actor="test")
    proposal = replace(asks(1), asked=replace(asks(1).asked, channel=Channel.PROACTIVE))
    first = take(node, [proposal], day=MONDAY, actor="system")[0].case_no
    tomorrow = asks(1, on=TUESDAY)
    second = take(node, [tomorrow], day=TUESDAY, actor="applicant")[0]
    assert second.outcome == "created"
    desk(node, DeskEvent("consent", TUESDAY, Verb.CONSENT, first))
    found = rows(node, "SELECT record_state, refusals FROM file WHERE case_no = %s", first)
    assert found == [{"record_state": "refused", "refusals": ["NA-11"]}]


def test_a_wave_writes_files_of_one_side_only(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """Promise 4: also a sweep of all dates, where both sides of a case are overdue, is cut by side."""
    number = issued(node)
    carry(node)
    sides: list[set[str]] = []
    apply = writing.apply

    def watched(cursor: object, written: Sequence[writing.Written], *rest: object) -> None:
        sides.append({each.new.file.side.value for each in written})
        apply(cursor, written, *rest)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr("jiexu.usecases.waves.steps.apply", watched)
    works = [Work(agency, number, DayBegan()) for agency in (CHENGDU, QUJING)]
    run(node, "run.sweep", works, day=MONDAY + timedelta(days=90), actor="system")
    assert all(len(each) <= 1 for each in sides), sides


def test_a_death_reaches_every_open_case_of_the_person(node: Node) -> None:
    """Two origins, one destination: nothing more is credited to a dead person from either."""
    people = [*lives(1), *lives(1, KUNMING)[:1]]
    load_people(node, people, day=MONDAY, actor="test")
    taken = take(node, [asks(1), asks(1, KUNMING)], day=MONDAY, actor="applicant")
    assert {each.outcome for each in taken} == {"created"}
    carry(node)
    event = DeskEvent(
        "row-2",
        TUESDAY,
        Verb.DEATH,
        document=Document("01", number_of(1)),
        origin=QUJING,
        destination=CHENGDU,
    )
    desk(node, event, run_key="file")
    found = rows(node, "SELECT other, died_on FROM file WHERE agency = %s ORDER BY other", CHENGDU)
    assert [row["died_on"] for row in found] == [TUESDAY, TUESDAY]
    assert rows(node, "SELECT died_on FROM person WHERE agency = %s", CHENGDU) == [{"died_on": TUESDAY}]


def test_a_death_after_the_end_of_a_case_still_reaches_it(node: Node) -> None:
    """Money can come late, and is the heirs' then."""
    load_people(node, lives(1), day=MONDAY, actor="test")
    go(node, plan([asks(1)]))
    event = DeskEvent(
        "row-2",
        LAST_DAY,
        Verb.DEATH,
        document=Document("01", number_of(1)),
        origin=QUJING,
        destination=CHENGDU,
    )
    assert desk(node, event, run_key="file") == "done"
    assert rows(node, "SELECT died_on FROM file WHERE agency = %s", CHENGDU) == [{"died_on": LAST_DAY}]


def test_a_report_by_document_goes_to_the_open_case_not_to_a_refused_later_one(node: Node) -> None:
    first = opened(node)
    later = replace(asks(1, on=TUESDAY), at_origin=True)
    second = take(node, [later], day=TUESDAY, actor="applicant")[0].case_no
    carry(node, TUESDAY)
    found = rows(node, "SELECT case_no, record_state FROM file WHERE agency = %s", CHENGDU)
    standing = next(row["case_no"] for row in found if row["record_state"] != "refused")
    assert {row["case_no"] for row in found} == {first, second}
    event = DeskEvent(
        "w", TUESDAY, Verb.WITHDRAW, document=Document("01", number_of(1)), origin=QUJING, destination=CHENGDU
    )
    assert desk(node, event) == "done"
    asked = rows(node, "SELECT case_no FROM file WHERE agency = %s AND withdrawing = 'case'", CHENGDU)
    assert [row["case_no"] for row in asked] == [standing]


def test_cover_that_began_later_cannot_be_stopped_earlier_and_stops_nobody_elses_event(node: Node) -> None:
    load_people(node, lives(1), day=MONDAY, actor="test")
    event = DeskEvent(
        "row-2", date(2026, 10, 1), Verb.STOP_COVERAGE, document=Document("01", number_of(1)), origin=CHENGDU
    )
    assert desk(node, event).startswith("not_possible")


def test_money_that_the_persons_own_bank_gave_back_is_the_persons_again(node: Node) -> None:
    number = issued(node)
    with node.store.transaction("test.mode", [QUJING]) as cursor:
        cursor.execute("UPDATE money_track SET mode = 'TO_PERSON' WHERE agency = %s", [QUJING])
    node.files = FileCache()  # the rows were changed past the code
    banking.review_and_send(node, day=MONDAY, reviewer=REVIEWER, found=nothing)
    before = reporting.totals(node)

    def answers(answer: str, day: date) -> None:
        with node.store.transaction("test.answer", [QUJING]) as cursor:
            cursor.execute(
                "INSERT INTO bank_answer (agency, reference, answer, answered_on) SELECT agency, reference, %s, %s FROM bank_order",
                [answer, day],
            )
        banking.take_answers(node, day=day, found=nothing)

    answers("confirmed", TUESDAY)
    carry(node, TUESDAY)
    answers("bounced", TUESDAY + timedelta(days=1))
    assert [
        row["state"]
        for row in rows(
            node, "SELECT state FROM money_track WHERE agency = %s AND case_no = %s", QUJING, number
        )
    ] == ["returned"]
    assert [
        row["balance_fen"] for row in rows(node, "SELECT balance_fen FROM account WHERE agency = %s", QUJING)
    ] == [320_855]
    assert reporting.balanced(before, reporting.totals(node))


def test_a_refused_message_hands_nothing_over(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """Promise 2: the sender stays holder where the receiver answered that it did not take the case."""
    number = opened(node)
    refuse = not_possible(None, "not_for_this_agency")
    monkeypatch.setattr(opening, "asked_for_check", lambda *given: refuse)
    delivery.one_round(node, "destination", day=MONDAY)
    assert rows(node, "SELECT * FROM outbox") == []
    found = rows(node, "SELECT record_holder, record_next FROM file WHERE case_no = %s", number)
    assert found == [{"record_holder": "clerk", "record_next": "receipt"}]


def test_nobody_opens_a_case_under_another_agencys_number(node: Node) -> None:
    number = opened(node, 1, KUNMING, CHENGDU)
    load_people(node, lives(2), day=MONDAY, actor="test")
    asked = asks(2)
    event = Applied(case_number.make(KUNMING, "00000000"), asked.asked, asked.name, (asked.document,))
    run(node, "open", [Work(CHENGDU, event.case_no, event)], day=MONDAY, actor="test")
    carry(node)
    assert rows(node, "SELECT agency FROM file WHERE case_no = %s", event.case_no) == [{"agency": CHENGDU}]
    assert len(rows(node, "SELECT agency FROM file WHERE case_no = %s", number)) == 2


def test_an_error_of_a_case_is_told_without_the_rows_of_the_database(node: Node) -> None:
    """Names and numbers of people travel into reports and inboxes otherwise."""
    number = issued(node)
    with node.store.transaction("test.clash", [QUJING]) as cursor:
        query = "INSERT INTO hold_resolution (agency, hold_id, how, posting_ids, version) SELECT agency, id, 'released', '{}', 9 FROM hold"
        cursor.execute(query)
        cursor.execute(
            "UPDATE money_track SET state = 'ordered', reviewed_by = %s WHERE agency = %s", [REVIEWER, QUJING]
        )
    node.files = FileCache()  # the rows were changed past the code
    event = BankConfirmed(1, 1)
    ((_, said),) = run(node, "confirm", [Work(QUJING, number, event)], day=MONDAY, actor="bank").failed
    assert "\n" not in said
    assert "DETAIL" not in said
    with node.store.transaction("test.person", [QUJING]) as cursor:
        cursor.execute("SELECT 1")
    refused = run(
        node,
        "late",
        [Work(QUJING, number, event, booked=(negative(node, number),))],
        day=MONDAY,
        actor="bank",
    ).failed[0][1]
    assert NAME not in refused
    assert "Failing row" not in refused


def negative(node: Node, number: str) -> Posting:
    """A posting that takes more from the person than there is."""
    person = rows(node, "SELECT person FROM file WHERE (agency, case_no) = (%s, %s)", QUJING, number)[0][
        "person"
    ]
    return Posting(
        id=posting_id("too much"),
        debit=Account(QUJING, AccountKind.PERSONAL, person, "this_year"),
        credit=Account(QUJING, AccountKind.BANK),
        amount_fen=10**9,
        reason=PostingReason.PAID_OUT,
        rule="R-032",
        handled_by="甲",
        reviewed_by="乙",
        case_no=number,
        leg=1,
    )


def test_no_secret_is_shown_when_a_node_is_printed(node: Node) -> None:
    shown = repr(node.secrets[CHENGDU])
    assert repr(node.secrets[CHENGDU].salt) not in shown
    assert repr(node.secrets[CHENGDU].payload_key) not in shown


def test_a_case_accepted_under_the_old_procedure_keeps_it_at_the_destination(node: Node) -> None:
    old = date(2021, 11, 30)
    people = [
        replace(each, enrolments=tuple(
            replace(one, since=date(2019, 7, 1), stopped_on=one.stopped_on and date(2021, 9, 30)) for one in each.enrolments
        ))
        for each in lives(1)
    ]  # fmt: skip
    load_people(node, people, day=old, actor="test")
    number = take(node, [asks(1, on=old)], day=old, actor="applicant")[0].case_no
    carry(node, old)
    received = date(2021, 12, 20)
    desk(node, DeskEvent("issue", received, Verb.ISSUE_FORM, number))
    carry(node, received)
    due = rows(node, "SELECT destination_due FROM file WHERE agency = %s AND case_no = %s", CHENGDU, number)
    assert due[0]["destination_due"][0] == "2022-01-11"


def test_two_processes_never_work_on_one_person_at_the_same_time(node: Node, database: Connections) -> None:
    """Two cases of one person bring the same months; each process would count them without the other's."""
    number = issued(node)
    carry(node)
    with psycopg.connect(database.worker) as elsewhere:
        elsewhere.execute("SELECT set_config('jiexu.agencies', %s, true)", [CHENGDU])
        elsewhere.execute("SELECT 1 FROM person FOR NO KEY UPDATE")
        node.store.connection.execute("SET lock_timeout = '100ms'")
        work = Work(CHENGDU, number, TakenIn("经办李", REVIEWER))
        done = run(node, "take", [work], day=MONDAY, actor="经办李")
        assert done.steps == []
        assert done.failed[0][0] == work
    assert [step.outcome for _, step in run(node, "take", [work], day=MONDAY, actor="经办李").steps] == [
        "done"
    ]


def test_a_receipt_matched_by_hand_is_on_the_way_no_more(node: Node) -> None:
    """The bank lost the reference: until somebody matches it the money comes from nobody; then it is what was sent."""
    number = issued(node)
    before = reporting.totals(node)
    banking.review_and_send(node, day=MONDAY, reviewer=REVIEWER, found=nothing)
    with node.store.transaction("test.bank", node.hosted) as cursor:
        cursor.execute(
            "INSERT INTO bank_answer (agency, reference, answer, answered_on) SELECT agency, reference, 'confirmed', %s FROM bank_order",
            [TUESDAY],
        )
        banking.book_receipts(
            node,
            cursor,
            [(CHENGDU, "lost", 320_855, "", "unknown", invented(QUJING, "曲靖").account)],
            day=TUESDAY,
        )
    banking.take_answers(node, day=TUESDAY, found=nothing)
    carry(node, TUESDAY)
    strange = reporting.totals(node)
    assert (strange.fen["on_the_way"], strange.fen["without_reference"]) == (320_855, 320_855)
    assert reporting.balanced(before, strange)
    banking.match_by_hand(
        node,
        agency=CHENGDU,
        receipt="lost",
        case_no=number,
        leg=1,
        day=TUESDAY,
        by="财务乙",
        reviewer=REVIEWER,
    )
    after = reporting.totals(node)
    assert (after.fen["on_the_way"], after.whole_fen) == (0, before.whole_fen)
    assert reporting.adjustments(before, after) == []


def test_two_amounts_of_a_case_that_were_seen_together_go_by_one_press(node: Node) -> None:
    """And where somebody else changed the case after the look, both wait for another one."""
    number = issued(node)
    assert desk(node, late(number, 7_700)) == "done"
    assert desk(node, DeskEvent("order", TUESDAY, Verb.ORDER_AGAIN, number, leg=2)) == "done"

    def seen() -> banking.Seen:
        query = "SELECT m.leg, f.version FROM money_track m JOIN file f USING (agency, case_no) WHERE f.case_no = %s AND m.agency = %s"
        return {(number, row["leg"]): row["version"] for row in rows(node, query, number, QUJING)}

    def states() -> list[str]:
        query = "SELECT state FROM money_track WHERE case_no = %s AND agency = %s ORDER BY leg"
        return [row["state"] for row in rows(node, query, number, QUJING)]

    looked = seen()
    assert (len(looked), states()) == (2, ["due", "due"])
    assert desk(node, late(number, 300, key="row-3")) == "done", "meanwhile the case moved on"
    assert banking.review(node, day=TUESDAY, reviewer="第三人", found=nothing, seen=looked) == 0
    assert banking.review(node, day=TUESDAY, reviewer="第三人", found=nothing, seen=seen()) == 2
    assert states() == ["reviewed", "reviewed", "residual"]
    assert banking.send(node, day=TUESDAY, by="财务", found=nothing, seen=seen()) == 2
    assert states() == ["ordered", "ordered", "residual"]
