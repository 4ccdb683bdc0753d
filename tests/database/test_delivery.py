"""Messages between agencies: delivered at least once, effective exactly once, and nothing believed unsigned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import psycopg
import pytest
from store_cast import CHENGDU, MONDAY, QUJING, asks, lives

from jiexu.cases.states import Side
from jiexu.exchange.bundle import BundleError, Receipt
from jiexu.exchange.canonical import MalformedError, canonical, parse
from jiexu.exchange.codec import LONGEST_BUNDLE
from jiexu.exchange.envelope import Lane, compose, derive_salt
from jiexu.exchange.payloads import TYPE_OF, WithdrawRequest
from jiexu.exchange.wire import Message, pack, unpack
from jiexu.gateways.postgres.roles import Connections
from jiexu.usecases import delivery, waves
from jiexu.usecases.applications import take
from jiexu.usecases.node import Node, instant
from jiexu.usecases.people import load_people

COUNTED = ("message", "bundle", "file", "journal", "decision", "outbox", "posting", "hold")


def applied(node: Node, count: int = 3) -> list[str]:
    """Applications whose first messages wait in the outbox of 成都; their case numbers."""
    load_people(node, [each for one in range(count) for each in lives(one)], day=MONDAY, actor="test")
    return [
        each.case_no
        for each in take(node, [asks(one) for one in range(count)], day=MONDAY, actor="applicant")
    ]


def waiting(node: Node, side: Side, day: date = MONDAY) -> list[bytes]:
    """What agencies of a side would send now."""
    heads, journals = delivery._heads(node, side.value)
    return [
        delivery.sealed(node, pair, rows, day=day, journals=journals) for pair, rows in delivery._split(heads)
    ]


def counts(node: Node) -> dict[str, int]:
    with node.store.transaction("test.counts", node.hosted) as cursor:
        rows = [cursor.execute(f"SELECT count(*) AS n FROM {table}").fetchone() for table in COUNTED]
    return {table: row["n"] for table, row in zip(COUNTED, rows, strict=True) if row is not None}


def outcomes(receipts: Sequence[Receipt]) -> list[str]:
    return [outcome for receipt in receipts for _, outcome in receipt.outcomes]


def bytes_of(receipts: Sequence[Receipt]) -> list[bytes]:
    return [canonical(receipt.as_json()) for receipt in receipts]


def test_a_bundle_that_comes_again_is_answered_with_the_very_same_receipt_and_changes_nothing(
    node: Node,
) -> None:
    applied(node)
    sent = waiting(node, Side.DESTINATION)
    first = delivery.receive(node, sent, day=MONDAY)
    assert outcomes(first) == ["recorded"] * 3
    after = counts(node)
    later = delivery.receive(node, sent, day=MONDAY.replace(day=27))
    assert bytes_of(later) == bytes_of(first)
    assert counts(node) == after


def test_a_bundle_given_twice_at_once_has_its_effect_once(node: Node) -> None:
    applied(node)
    sent = waiting(node, Side.DESTINATION)
    once, twice = delivery.receive(node, [*sent, *sent], day=MONDAY)
    assert outcomes([once]) == outcomes([twice]) == ["recorded"] * 3
    assert counts(node)["file"] == 6
    assert bytes_of([once]) == bytes_of([twice])


def test_the_same_message_in_another_bundle_is_known_and_has_no_second_effect(node: Node) -> None:
    applied(node)
    _, messages = unpack(waiting(node, Side.DESTINATION)[0])
    delivery.receive(node, waiting(node, Side.DESTINATION), day=MONDAY)
    after = counts(node)
    receipts = delivery.receive(node, [signed(node, messages[0])], day=MONDAY)
    assert outcomes(receipts) == ["recorded"]
    assert {table: now - after[table] for table, now in counts(node).items() if now != after[table]} == {
        "bundle": 1
    }


def written(node: Node, lane: Lane) -> tuple[Message, Lane]:
    """A further message of 成都, and where its lane stands then."""
    secret = node.secrets[CHENGDU].salt
    payload = WithdrawRequest("case", "by_person")
    envelope, data, after = compose(
        lane=lane, type=TYPE_OF[WithdrawRequest], payload=payload, time=instant(MONDAY), secret=secret
    )
    return Message(envelope, data, derive_salt(secret, envelope.id)), after


def signed(node: Node, *messages: Message) -> bytes:
    pair = CHENGDU, QUJING
    return pack(*delivery._bundled(node, pair, messages, day=MONDAY, journal=None))


def test_a_message_that_comes_too_early_is_not_kept_and_comes_again_in_its_turn(node: Node) -> None:
    (case_no,) = applied(node, 1)
    first = waiting(node, Side.DESTINATION)
    _, (message,) = unpack(first[0])
    second, _ = written(node, Lane(case_no, CHENGDU, QUJING, 1, message.envelope.hash))
    before = counts(node)
    assert outcomes(delivery.receive(node, [signed(node, second)], day=MONDAY)) == ["out_of_order"]
    assert counts(node) == before, "nothing of it is kept"
    assert outcomes(delivery.receive(node, first, day=MONDAY)) == ["recorded"]
    assert outcomes(delivery.receive(node, [signed(node, second)], day=MONDAY)) == ["recorded"]


def test_messages_about_a_case_nobody_opened_here_are_kept_and_refused_one_after_another(node: Node) -> None:
    lane = Lane("FJ4MFG85WXNTP", CHENGDU, QUJING)
    for seq in (1, 2):
        message, lane = written(node, lane)
        for _ in ("first", "again"):
            assert outcomes(delivery.receive(node, [signed(node, message)], day=MONDAY)) == ["refused"], seq
        assert counts(node)["message"] == seq
    assert counts(node)["file"] == 0


def changed(sent: bytes, what: str) -> bytes:
    """The delivery with one thing of its first message or bundle different."""
    value = parse(sent, longest=1 << 24)
    assert isinstance(value, dict)
    match what:
        case "signature" | "root":
            text = value["bundle"][what]
            value["bundle"][what] = ("1" if text[0] == "0" else "0") + text[1:]
        case "count":
            value["bundle"]["count"] += 1
        case "swapped":
            value["messages"] = value["messages"][::-1]
        case "time":
            value["messages"][0]["envelope"]["time"] = "2026-11-23T02:00:01Z"
        case "payload_hash":
            value["messages"][0]["envelope"][what] = "0" * 64
        case _:
            value["bundle"]["agency"] = "110000"
    return canonical(value)


@pytest.mark.parametrize("what", ["signature", "root", "count", "swapped", "time", "payload_hash", "agency"])
def test_a_bundle_with_anything_changed_is_refused_whole_and_nothing_is_stored(node: Node, what: str) -> None:
    applied(node)
    (sent,) = waiting(node, Side.DESTINATION)
    before = counts(node)
    with pytest.raises(BundleError):
        delivery.receive(node, [changed(sent, what)], day=MONDAY)
    assert counts(node) == before
    assert outcomes(delivery.receive(node, [sent], day=MONDAY)) == ["recorded"] * 3


@pytest.mark.parametrize("cut", [1, 200, -1])
def test_a_delivery_cut_off_anywhere_is_refused_whole(node: Node, cut: int) -> None:
    applied(node)
    (sent,) = waiting(node, Side.DESTINATION)
    before = counts(node)
    with pytest.raises(MalformedError):
        delivery.receive(node, [sent[:cut]], day=MONDAY)
    assert counts(node) == before


def test_a_payload_that_is_not_the_signed_one_is_receipted_as_such_and_has_no_effect(node: Node) -> None:
    applied(node, 1)
    bundle, (message,) = unpack(waiting(node, Side.DESTINATION)[0])
    other = message.payload.replace("测试甲".encode(), "测试乙".encode())
    assert other != message.payload
    receipts = delivery.receive(
        node, [pack(bundle, [Message(message.envelope, other, message.salt)])], day=MONDAY
    )
    assert outcomes(receipts) == ["payload_differs"]
    assert counts(node)["file"] == 1


def test_the_sender_that_never_got_its_receipt_sends_again_and_both_are_where_they_should_be(
    node: Node,
) -> None:
    """The receiver stored everything; the sender died before it heard so."""
    applied(node)
    delivery.receive(node, waiting(node, Side.DESTINATION), day=MONDAY)
    assert counts(node)["outbox"] == 3 + 3, "the three applications still wait, beside the three answers"
    while sum(delivery.one_round(node, side.value, day=MONDAY) for side in Side):
        pass
    now = counts(node)
    assert (now["outbox"], now["file"]) == (0, 6)
    with node.store.transaction("test.twice", node.hosted) as cursor:
        twice = "SELECT case_no, sender, seq FROM message GROUP BY 1, 2, 3 HAVING count(*) <> 2"
        assert cursor.execute(twice).fetchall() == []
        assert cursor.execute("SELECT DISTINCT record_state FROM file").fetchall() == [
            {"record_state": "accepted"}
        ]


def test_one_message_that_cannot_be_stored_leaves_the_others_their_signed_receipts(node: Node) -> None:
    """The second of three files is broken at the receiver: the others are stored, receipted and kept as evidence."""
    cases = applied(node)
    broken_at(node, QUJING, 1)
    assert delivery.one_round(node, "destination", day=MONDAY) == 2
    query = (
        "SELECT m.case_no, count(DISTINCT b.root) AS bundles FROM message m LEFT JOIN bundle_message b ON (b.agency, b.message_id) = (m.agency, m.id) "
        "WHERE m.agency = m.sender AND m.sender = %s GROUP BY 1"
    )
    with node.store.transaction("test.evidence", node.hosted) as cursor:
        bundled = {row["case_no"]: row["bundles"] for row in cursor.execute(query, [CHENGDU]).fetchall()}
        left = [
            row["case_no"]
            for row in cursor.execute("SELECT case_no FROM outbox WHERE agency = %s", [CHENGDU]).fetchall()
        ]
    assert bundled == {cases[0]: 1, cases[1]: 0, cases[2]: 1}
    assert left == [cases[1]]


def broken_at(node: Node, agency: str, *people: int) -> None:
    """People whose application no wave of that agency can take along."""
    with node.store.transaction("test.break", [agency]) as cursor:
        cursor.execute(
            "UPDATE enrolment e SET stopped_on = NULL, status = 'insured', scheme = '999' FROM identity_document d "
            "WHERE (d.agency, d.person) = (e.agency, e.person) AND d.number = ANY(%s)",
            [[asks(person).document.number for person in people]],
        )


def test_more_messages_than_a_bundle_holds_go_in_one_round(node: Node) -> None:
    """And not one bundle after the other, round by round: two agencies may exchange thousands a day."""
    applied(node, LONGEST_BUNDLE + 9)
    assert delivery.one_round(node, "destination", day=MONDAY) == LONGEST_BUNDLE + 9
    now = counts(node)
    assert (now["file"], now["bundle"]) == (2 * (LONGEST_BUNDLE + 9), 2 * 2)


def test_messages_that_cannot_be_taken_never_hold_up_those_behind_them(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "LONGEST_BUNDLE", 2)
    cases = applied(node, 5)
    first = sorted(cases)[:2]
    broken_at(node, QUJING, *(cases.index(case_no) for case_no in first))
    assert delivery.one_round(node, "destination", day=MONDAY) == 3
    with node.store.transaction("test.left", [CHENGDU]) as cursor:
        left = cursor.execute("SELECT case_no FROM outbox ORDER BY 1").fetchall()
    assert [row["case_no"] for row in left] == first


def test_a_delivery_is_cut_before_it_grows_longer_than_a_receiver_reads(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied(node, 5)
    (whole,) = waiting(node, Side.DESTINATION)
    monkeypatch.setattr(delivery, "LONGEST_PARCEL", len(whole) // 3)
    parcels = waiting(node, Side.DESTINATION)
    assert [len(unpack(parcel)[1]) for parcel in parcels] != [5]
    assert sum(len(unpack(parcel)[1]) for parcel in parcels) == 5
    assert max(map(len, parcels)) < len(whole) // 3 * 2
    assert delivery.one_round(node, "destination", day=MONDAY) == 5


def handing_over(node: Node) -> list[int | None]:
    """What files of 成都 still hand over."""
    with node.store.transaction("test.held", [CHENGDU]) as cursor:
        assert cursor.execute("SELECT 1 FROM outbox").fetchall() == []
        return [row["record_handing_over"] for row in cursor.execute("SELECT record_handing_over FROM file")]


def test_a_track_that_cannot_be_let_go_of_is_let_go_of_later(
    node: Node, database: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waves, "LONGEST_WAIT", "50ms")
    (case_no,) = applied(node, 1)
    delivery.one_round(node, "destination", day=MONDAY)
    with psycopg.connect(database.worker) as other:
        other.execute("SELECT set_config('jiexu.agencies', %s, true)", [CHENGDU])
        other.execute("SELECT 1 FROM file WHERE case_no = %s FOR UPDATE", [case_no])
        assert delivery.let_go(node, day=MONDAY) == 0
        other.rollback()
    assert handing_over(node) == [1]
    assert delivery.let_go(node, day=MONDAY) == 1
    assert handing_over(node) == [None]


def test_the_answer_that_names_a_message_as_seen_lets_go_of_what_it_handed_over(node: Node) -> None:
    """One step for answer and receipt: the check of 曲靖 brings the notice, and no step of its own lets go of the application."""
    applied(node, 1)
    delivery.one_round(node, "destination", day=MONDAY)
    assert handing_over(node) == [1]
    delivery.one_round(node, "origin", day=MONDAY)
    with node.store.transaction("test.steps", [CHENGDU]) as cursor:
        rows = cursor.execute(
            "SELECT event, version FROM journal WHERE kind = 'case' ORDER BY version"
        ).fetchall()
        file = cursor.execute("SELECT record_state, record_handing_over FROM file").fetchone()
    assert [row["event"] for row in rows] == ["Applied", "check"]
    assert file == {"record_state": "accepted", "record_handing_over": 2}


def test_what_the_other_side_did_not_take_is_never_let_go_of(node: Node) -> None:
    """A receipt that refuses or contradicts leaves the track with its sender."""
    (case_no,) = applied(node, 1)
    (sent,) = waiting(node, Side.DESTINATION)
    bundle, messages = unpack(sent)
    spoilt = Message(messages[0].envelope, b'{"other":1}', messages[0].salt)
    data = pack(bundle, [spoilt])
    delivery.receipted(node, [data], delivery.receive(node, [data], day=MONDAY), day=MONDAY)
    with node.store.transaction("test.held", [CHENGDU]) as cursor:
        file = cursor.execute("SELECT record_handing_over FROM file WHERE case_no = %s", [case_no]).fetchone()
    assert file == {"record_handing_over": 1}
