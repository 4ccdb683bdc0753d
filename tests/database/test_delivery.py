"""Messages between agencies: delivered at least once, effective exactly once, and nothing believed unsigned."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest
from psycopg.rows import dict_row
from store_cast import CHENGDU, MONDAY, QUJING, asks, lives

from jiexu.cases.states import Side
from jiexu.exchange.bundle import BundleError, Receipt
from jiexu.exchange.canonical import canonical, parse
from jiexu.exchange.codec import LONGEST_BUNDLE
from jiexu.exchange.envelope import Lane, compose, derive_salt
from jiexu.exchange.payloads import TYPE_OF, WithdrawRequest
from jiexu.exchange.wire import LONGEST_DELIVERY, Message, pack, unpack
from jiexu.gateways.postgres.roles import Connections
from jiexu.store import atrest
from jiexu.usecases import delivery, not_taken, receiving, sealing, waves
from jiexu.usecases.applications import take
from jiexu.usecases.delivery import Reached
from jiexu.usecases.node import Node, instant
from jiexu.usecases.people import load_people
from jiexu.usecases.receiving import Answer, Delivery, Parcel
from jiexu.usecases.verifying import verify

COUNTED = ("message", "bundle", "file", "journal", "decision", "outbox", "posting", "hold", "not_taken")


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


def changed_counts(node: Node, before: dict[str, int]) -> dict[str, int]:
    return {table: now - before[table] for table, now in counts(node).items() if now != before[table]}


def counts(node: Node) -> dict[str, int]:
    with node.store.transaction("test.counts", node.hosted) as cursor:
        rows = [cursor.execute(f"SELECT count(*) AS n FROM {table}").fetchone() for table in COUNTED]
    return {table: row["n"] for table, row in zip(COUNTED, rows, strict=True) if row is not None}


def receive(node: Node, sent: Sequence[bytes], *, day: date = MONDAY, receiver: str = QUJING) -> list[Answer]:
    """What 曲靖 answers to deliveries."""
    return receiving.receive(node, [Delivery(receiver, each) for each in sent], day=day)


def outcomes(answers: Sequence[Answer]) -> list[str]:
    """What receipts say, and the code of what is wrong where there is none."""
    return [
        outcome
        for answer in answers
        for outcome in (
            [each for _, each in answer.outcomes] if isinstance(answer, Receipt) else [answer.code]
        )
    ]


def bytes_of(answers: Sequence[Answer]) -> list[bytes]:
    return [canonical(answer.as_json()) for answer in answers if isinstance(answer, Receipt)]


def test_a_bundle_that_comes_again_is_answered_with_the_very_same_receipt_and_changes_nothing(
    node: Node,
) -> None:
    applied(node)
    sent = waiting(node, Side.DESTINATION)
    first = receive(node, sent)
    assert outcomes(first) == ["recorded"] * 3
    after = counts(node)
    later = receive(node, sent, day=MONDAY.replace(day=27))
    assert bytes_of(later) == bytes_of(first)
    assert counts(node) == after


def test_a_bundle_given_twice_at_once_has_its_effect_once(node: Node) -> None:
    applied(node)
    sent = waiting(node, Side.DESTINATION)
    once, twice = receive(node, [*sent, *sent])
    assert outcomes([once]) == outcomes([twice]) == ["recorded"] * 3
    assert counts(node)["file"] == 6
    assert bytes_of([once]) == bytes_of([twice])


def test_the_same_message_in_another_bundle_is_known_and_has_no_second_effect(node: Node) -> None:
    applied(node)
    _, messages = unpack(waiting(node, Side.DESTINATION)[0])
    receive(node, waiting(node, Side.DESTINATION))
    after = counts(node)
    receipts = receive(node, [signed(node, messages[0])])
    assert outcomes(receipts) == ["recorded"]
    assert changed_counts(node, after) == {"bundle": 1}


def written(node: Node, lane: Lane) -> tuple[Message, Lane]:
    """A further message of 成都, and where its lane stands then."""
    secret = node.secrets[CHENGDU].salt
    payload = WithdrawRequest("case", "by_person")
    envelope, data, after = compose(
        lane=lane, type=TYPE_OF[WithdrawRequest], payload=payload, time=instant(MONDAY), secret=secret
    )
    return Message(envelope, data, derive_salt(secret, envelope.id)), after


def signed(node: Node, *messages: Message) -> bytes:
    return pack(*delivery._signed(node, CHENGDU, [(QUJING, messages)], day=MONDAY, journal=None)[0])


def test_a_message_that_comes_too_early_is_kept_aside_and_comes_again_in_its_turn(node: Node) -> None:
    (case_no,) = applied(node, 1)
    first = waiting(node, Side.DESTINATION)
    _, (message,) = unpack(first[0])
    second, _ = written(node, Lane(case_no, CHENGDU, QUJING, 1, message.hash))
    before = counts(node)
    for _ in ("once", "again"):
        assert outcomes(receive(node, [signed(node, second)])) == ["out_of_order"]
        assert changed_counts(node, before) == {"not_taken": 1}, (
            "kept once, as it came, and no bundle with it"
        )
    assert [row["outcome"] for row in not_taken.waiting(node, QUJING)] == ["out_of_order"]
    assert outcomes(receive(node, first)) == ["recorded"]
    assert outcomes(receive(node, [signed(node, second)])) == ["recorded"]
    assert not_taken.waiting(node, QUJING) == [], "it was taken in its turn and is no trouble any more"


def test_messages_of_a_case_in_one_bundle_are_each_judged_when_the_one_before_was_processed(
    node: Node,
) -> None:
    (case_no,) = applied(node, 1)
    _, (first,) = unpack(waiting(node, Side.DESTINATION)[0])
    assert isinstance(first, Message)
    second, lane = written(node, Lane(case_no, CHENGDU, QUJING, 1, first.hash))
    third, _ = written(node, lane)
    assert outcomes(receive(node, [signed(node, first, second, third)])) == ["recorded"] * 3


def test_messages_about_a_case_nobody_opened_here_are_kept_and_refused_one_after_another(node: Node) -> None:
    lane = Lane("FJ4MFG85WXNTP", CHENGDU, QUJING)
    for seq in (1, 2):
        message, lane = written(node, lane)
        for _ in ("first", "again"):
            assert outcomes(receive(node, [signed(node, message)])) == ["refused"], seq
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


WRONG = {
    "signature": "bundle_signature",
    "root": "bundle_root",
    "count": "bundle_count",
    "swapped": "bundle_root",
    "time": "bundle_root",
    "payload_hash": "bundle_root",
    "agency": "bundle_key_of_other_agency",
}


@pytest.mark.parametrize("what", WRONG)
def test_a_bundle_with_anything_changed_gets_no_receipt_and_is_kept_with_what_is_wrong(
    node: Node, what: str
) -> None:
    applied(node)
    (sent,) = waiting(node, Side.DESTINATION)
    before = counts(node)
    wrong = changed(sent, what)
    for _ in ("once", "again"):
        assert outcomes(receive(node, [wrong])) == [WRONG[what]]
        assert changed_counts(node, before) == {"not_taken": 1}
    (row,) = not_taken.waiting(node, QUJING)
    kept = not_taken.look(node, QUJING, row["id"])
    assert kept is not None
    assert kept.body == wrong
    assert kept.said is not None
    assert kept.said.code == row["outcome"] == WRONG[what]
    assert outcomes(receive(node, [sent])) == ["recorded"] * 3
    assert verify(node).breaks == ()


@pytest.mark.parametrize("cut", [0, 1, 200, -1])
def test_a_delivery_cut_off_anywhere_leaves_the_others_alone_and_is_kept(node: Node, cut: int) -> None:
    applied(node)
    (sent,) = waiting(node, Side.DESTINATION)
    assert outcomes(receive(node, [sent[:cut], sent])) == ["bytes_not_json", *["recorded"] * 3]
    (row,) = not_taken.waiting(node, QUJING)
    assert (row["sender"], row["size"]) == ("", len(sent[:cut]))


def test_a_delivery_longer_than_any_is_kept_in_part(node: Node) -> None:
    applied(node, 1)
    endless = b"x" * (LONGEST_DELIVERY + 7)
    assert outcomes(receive(node, [endless])) == ["bytes_too_long"]
    (row,) = not_taken.waiting(node, QUJING)
    kept = not_taken.look(node, QUJING, row["id"][:8])
    assert kept is not None
    assert (row["size"], len(kept.body)) == (len(endless), LONGEST_DELIVERY)
    assert verify(node).breaks == ()


@pytest.fixture
def short_of_room(node: Node) -> Node:
    """A node that keeps 2 500 bytes a day of what it does not take."""
    node.limits = replace(node.limits, not_taken_bytes=2_500)
    return node


def test_beyond_the_room_of_a_day_digest_size_and_reason_are_kept(short_of_room: Node) -> None:
    node = short_of_room
    rubbish = [bytes([65 + at]) * 1000 for at in range(5)]
    assert outcomes(receive(node, rubbish)) == ["bytes_not_json"] * 5, "each is answered all the same"
    rows = not_taken.waiting(node, QUJING)
    assert [row["whole"] for row in rows] == [True, True, False, False, False]
    assert {(row["size"], row["outcome"], len(row["digest"])) for row in rows} == {
        (1000, "bytes_not_json", 64)
    }
    assert not_taken.beyond(node, QUJING) == [{"came_on": MONDAY, "count": 3, "size": 3000}]
    kept = not_taken.look(node, QUJING, rows[-1]["id"])
    assert kept is not None
    assert (kept.body, kept.said) == (None, None)
    receive(node, rubbish)
    assert len(not_taken.waiting(node, QUJING)) == 5, "the same again is kept once"
    receive(node, [b"x" * 1000], day=MONDAY.replace(day=24))
    assert sum(row["whole"] for row in not_taken.waiting(node, QUJING)) == 3, "another day has room again"
    assert verify(node).breaks == ()


def test_who_signs_nothing_takes_no_room_from_who_signs_and_none_from_another_agency(
    short_of_room: Node,
) -> None:
    node = short_of_room
    (case_no,) = applied(node, 1)
    assert outcomes(receive(node, [b"x" * 2500, b"y"])) == ["bytes_not_json"] * 2
    early, _ = written(node, Lane(case_no, CHENGDU, QUJING, 1, "ab" * 32))
    assert outcomes(receive(node, [signed(node, early)])) == ["out_of_order"]
    receive(node, [b"z"], receiver="530100")
    kept = {row["outcome"]: row["whole"] for row in not_taken.waiting(node, QUJING) if row["size"] != 1}
    assert kept == {"bytes_not_json": True, "out_of_order": True}
    assert [row["whole"] for row in not_taken.waiting(node, "530100")] == [True]
    assert not_taken.beyond(node, QUJING) == [{"came_on": MONDAY, "count": 1, "size": 1}]


def test_verify_names_a_digest_that_somebody_changed(short_of_room: Node, database: Connections) -> None:
    receive(short_of_room, [b"x" * 3000])
    with psycopg.connect(database.owner) as owner:
        owner.execute("SELECT set_config('jiexu.agencies', %s, true)", [QUJING])
        owner.execute("ALTER TABLE not_taken DISABLE TRIGGER USER")
        assert owner.execute("UPDATE not_taken SET size = 1").rowcount == 1
    assert [each.kind for each in verify(short_of_room).breaks] == ["not_taken_differs"]


def test_a_seal_its_agency_did_not_sign_is_kept_as_not_taken_and_accuses_nobody(node: Node) -> None:
    applied(node, 1)
    outside: list[dict[str, object]] = []
    sealing.seal(node, day=MONDAY, write=outside.extend)
    (sent,) = waiting(node, Side.DESTINATION)
    bundle, messages = unpack(sent)
    assert bundle.seal is not None
    own = [each for each in messages if isinstance(each, Message)]
    false = replace(bundle.seal, root="ab" * 32)
    forged = pack(*delivery._signed(node, CHENGDU, [(QUJING, own)], day=MONDAY, journal=false)[0])
    assert outcomes(receive(node, [forged])) == ["recorded"], "what the message says is no worse for it"
    assert sealing.held_here(node, CHENGDU) == []
    (row,) = not_taken.waiting(node, QUJING)
    kept = not_taken.look(node, QUJING, row["id"])
    assert kept is not None
    assert (row["sender"], kept.body, kept.said and kept.said.code) == (
        CHENGDU,
        canonical(false.as_json()),
        "seal_not_signed",
    )
    assert verify(node, outside).breaks == ()


def test_a_seal_its_agency_signed_is_kept_by_its_counterpart(node: Node) -> None:
    applied(node, 1)
    sealing.seal(node, day=MONDAY, write=lambda seals: None)
    receive(node, waiting(node, Side.DESTINATION))
    assert [seal.agency for seal in sealing.held_here(node, CHENGDU)] == [CHENGDU]


def test_a_bundle_that_came_to_the_wrong_agency_is_not_taken_there(node: Node) -> None:
    applied(node, 1)
    (sent,) = waiting(node, Side.DESTINATION)
    assert outcomes(receive(node, [sent], receiver="530100")) == ["bundle_not_for_us"]
    assert [row["sender"] for row in not_taken.waiting(node, "530100")] == [CHENGDU]
    assert counts(node)["file"] == 1


def test_a_payload_that_was_spoilt_on_its_way_is_asked_for_again_and_lost_to_nobody(node: Node) -> None:
    """No signature covers content and salt themselves: whoever carries a delivery must not make it refused for good."""
    applied(node, 1)
    (sent,) = waiting(node, Side.DESTINATION)
    bundle, (message,) = unpack(sent)
    assert isinstance(message, Message)
    other = message.payload.replace("测试甲".encode(), "测试乙".encode())
    assert other != message.payload
    for spoilt in (
        replace(message, payload=other),
        replace(message, payload=b"{"),
        replace(message, salt=b"1"),
    ):
        assert outcomes(receive(node, [pack(bundle, [spoilt])])) == ["payload_differs"]
    value = parse(sent)
    assert isinstance(value, dict)
    value["messages"][0]["note"] = "added on the way"
    assert outcomes(receive(node, [canonical(value)])) == ["payload_differs"]
    now = counts(node)
    assert (now["file"], now["bundle"], now["not_taken"]) == (1, 0, 4)
    assert outcomes(receive(node, [sent])) == ["recorded"]
    assert not_taken.waiting(node, QUJING) == []
    assert verify(node).breaks == ()


def test_the_sender_that_never_got_its_receipt_sends_again_and_both_are_where_they_should_be(
    node: Node,
) -> None:
    """The receiver stored everything; the sender died before it heard so."""
    applied(node)
    receive(node, waiting(node, Side.DESTINATION))
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


LATE_REFUSAL = """
CREATE FUNCTION of_second_thoughts() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN NEW.outcome := 'out_of_order'; RETURN NEW; END $$;
CREATE TRIGGER of_second_thoughts BEFORE INSERT ON message FOR EACH ROW
  WHEN (NEW.agency = NEW.receiver AND NEW.case_no = '{case_no}') EXECUTE FUNCTION of_second_thoughts();
"""


def test_nothing_leaves_the_outbox_whose_bundle_is_not_kept_though_the_second_answer_is_partial_too(
    node: Node, database: Connections
) -> None:
    """One of three cannot be stored; sent again without it, the receiver now says of another that it comes too early."""
    cases = applied(node)
    broken_at(node, QUJING, 1)
    with psycopg.connect(database.owner) as owner:
        owner.execute(LATE_REFUSAL.format(case_no=cases[2]))
    assert delivery.one_round(node, "destination", day=MONDAY) == 1
    with node.store.transaction("test.evidence", [CHENGDU]) as cursor:
        kept = cursor.execute(
            "SELECT m.case_no FROM bundle_message b JOIN message m ON m.id = b.message_id"
        ).fetchall()
        left = cursor.execute("SELECT case_no FROM outbox ORDER BY case_no").fetchall()
    assert [row["case_no"] for row in kept] == [cases[0]]
    assert {row["case_no"] for row in left} == {cases[1], cases[2]}
    assert delivery.let_go(node, day=MONDAY) == 1


def broken_at(node: Node, agency: str, *people: int) -> None:
    """People whose application no wave of that agency can take along."""
    with node.store.transaction("test.break", [agency]) as cursor:
        cursor.execute(
            "UPDATE enrolment e SET stopped_on = NULL, status = 'insured', scheme = '999' FROM identity_document d "
            "WHERE (d.agency, d.person) = (e.agency, e.person) AND d.seek = ANY(%s)",
            [[atrest.seek("01", asks(person).document.number) for person in people]],
        )


def test_more_messages_than_a_bundle_holds_go_in_one_round(node: Node) -> None:
    """And not one bundle after the other, round by round: two agencies may exchange thousands a day."""
    applied(node, LONGEST_BUNDLE + 9)
    assert delivery.one_round(node, "destination", day=MONDAY) == LONGEST_BUNDLE + 9
    now = counts(node)
    assert (now["file"], now["bundle"]) == (2 * (LONGEST_BUNDLE + 9), 2 * 2)


def test_a_round_goes_page_by_page_and_pages_cut_no_delivery_in_two(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = sorted(applied(node, 7))
    monkeypatch.setattr(delivery, "LONGEST_BUNDLE", 2)
    monkeypatch.setattr(delivery, "HEADS_AT_ONCE", 5)
    pages: list[Reached] = []
    assert delivery.one_round(node, "destination", day=MONDAY, reached=pages.append) == 7
    assert pages == [Reached(CHENGDU, QUJING, cases[at]) for at in (3, 6)]
    assert counts(node)["bundle"] == 2 * 4, "two, two, two and one, as sent and as received"
    assert delivery.one_round(node, "destination", day=MONDAY) == 0


def test_a_round_that_was_stopped_goes_on_behind_the_lane_it_reached(node: Node) -> None:
    cases = sorted(applied(node, 3))
    after = Reached(CHENGDU, QUJING, cases[1])
    assert delivery.one_round(node, "destination", day=MONDAY, after=after) == 1
    with node.store.transaction("test.left", [CHENGDU]) as cursor:
        left = cursor.execute("SELECT case_no FROM outbox ORDER BY 1").fetchall()
    assert [row["case_no"] for row in left] == cases[:2]


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


def test_a_stored_receipt_is_one_step_with_the_other_sides_next_message(node: Node) -> None:
    """The check of 曲靖 brings the notice, and no step of its own lets go of the application."""
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


# ---------------------------------------------------------------- receipts


def answered(node: Node, sent: bytes) -> Receipt:
    (answer,) = receive(node, [sent])
    assert isinstance(answer, Receipt)
    return answer


def parcel_of(sent: bytes) -> Parcel:
    bundle, messages = unpack(sent)
    return bundle, [each for each in messages if isinstance(each, Message)]


def given(node: Node, sent: bytes, *, by: str, key_of: str) -> Receipt:
    """A receipt for a delivery, of one agency under a key of another."""
    bundle, messages = parcel_of(sent)
    signer = node.signer(key_of, MONDAY)
    draft = Receipt(
        bundle.root, by, signer.key_id, instant(MONDAY), tuple((each.name, "recorded") for each in messages), "00" * 64, None
    )  # fmt: skip
    return replace(draft, signature=signer.sign(draft.signed_bytes()).hex())


def waiting_at_chengdu(node: Node) -> int:
    with node.store.transaction("test.waiting", [CHENGDU]) as cursor:
        return len(cursor.execute("SELECT 1 FROM outbox").fetchall())


def test_no_receipt_but_the_receivers_own_for_this_very_bundle_empties_the_outbox(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "LONGEST_BUNDLE", 1)
    applied(node, 2)
    one, two = waiting(node, Side.DESTINATION)
    of_two = answered(node, two)
    wrong = {
        "replayed from another bundle": (of_two, "receipt_of_other_bundle"),
        "of another, made to look like this one's": (
            replace(of_two, bundle_root=given(node, one, by=QUJING, key_of=QUJING).bundle_root),
            "receipt_lists_others",
        ),
        "signed by its sender": (given(node, one, by=CHENGDU, key_of=CHENGDU), "receipt_of_other_bundle"),
        "signed with its sender's key": (
            given(node, one, by=QUJING, key_of=CHENGDU),
            "bundle_key_of_other_agency",
        ),
        "of a third agency": (given(node, one, by="530100", key_of="530100"), "receipt_of_other_bundle"),
        "with another outcome than signed": (
            replace(
                given(node, one, by=QUJING, key_of=QUJING),
                outcomes=((parcel_of(one)[1][0].name, "refused"),),
            ),
            "bundle_signature",
        ),
    }
    assert waiting_at_chengdu(node) == 2
    for what, (receipt, code) in wrong.items():
        # Beside a right one, which counts all the same.
        _, faults = delivery._store_receipts(
            node, [(parcel_of(one), receipt), (parcel_of(two), of_two)], day=MONDAY
        )
        assert [fault.code for fault in faults] == [code], what
        assert waiting_at_chengdu(node) == 1, "only the second message was receipted"
        with pytest.raises(BundleError):
            delivery.receipted(node, parcel_of(one), receipt, day=MONDAY)
    delivery.receipted(node, parcel_of(one), answered(node, one), day=MONDAY)
    assert waiting_at_chengdu(node) == 0


def test_two_processes_that_take_the_same_bundle_at_once_answer_with_one_receipt(
    node: Node, database: Connections
) -> None:
    """The other is a day ahead and a moment faster: what it stored is what both answer."""
    applied(node, 1)
    (sent,) = waiting(node, Side.DESTINATION)
    faster = replace(given(node, sent, by=QUJING, key_of=QUJING), time="2026-11-24T02:00:00Z")
    signer = node.signer(QUJING, MONDAY)
    faster = replace(faster, signature=signer.sign(faster.signed_bytes()).hex())
    with psycopg.connect(database.worker) as other, ThreadPoolExecutor(1) as aside:
        other.execute("SELECT set_config('jiexu.agencies', %s, true)", [QUJING])
        receiving.keep_bundles(other.cursor(row_factory=dict_row), [(QUJING, parcel_of(sent), faster)])
        work = aside.submit(receive, node, [sent])
        assert waits_for_a_lock(database, node, work)
        other.commit()
        assert work.result(timeout=60) == [faster]
    assert counts(node)["bundle"] == 1


def waits_for_a_lock(database: Connections, node: Node, work: Future[list[Answer]]) -> bool:
    """True once the node's own session waits for somebody's lock; False when its work ended first."""
    pid = node.store.connection.info.backend_pid
    with psycopg.connect(database.worker, autocommit=True) as looking:
        while not work.done():
            query = "SELECT count(*) FROM pg_locks WHERE pid = %s AND NOT granted"
            if looking.execute(query, [pid]).fetchone() != (0,):
                return True
    return False


def test_a_clock_that_went_back_carries_nothing_and_comes_to_an_end(node: Node) -> None:
    """A receipt of a day before the message's own would never be believed, and the receiver gives no other."""
    applied(node)
    before = counts(node)
    assert delivery.carry(node, day=MONDAY - timedelta(days=3)) == 0
    assert counts(node) == before
    assert delivery.carry(node, day=MONDAY) > 0
    assert counts(node)["outbox"] == 0
