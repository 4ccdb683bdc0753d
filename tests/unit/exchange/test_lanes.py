"""One answer for every message that arrives, the first that applies."""

from dataclasses import replace
from datetime import date

import pytest
from exchange_strategies import CHENGDU, QUJING, any_payload, send
from hypothesis import given
from hypothesis import strategies as st

from jiexu.exchange.canonical import MalformedError
from jiexu.exchange.envelope import ZEROS, Envelope, Lane, message_id, salted_hash
from jiexu.exchange.lanes import AGAIN, Arrival, Kept, advance, check_message, judge, look_up, named_places
from jiexu.exchange.payloads import Check, Notice, Payload
from jiexu.exchange.wire import Message

CASE = "CASE1"
SENDER, RECEIVER = Lane(CASE, CHENGDU, QUJING), Lane(CASE, QUJING, CHENGDU)
NOTHING = Kept()
NOTICE, CHECK = Notice(date(2026, 11, 23)), Check(positive=True, refusals=())

FIRST, AFTER_FIRST = send(SENDER, NOTICE)
SECOND, _ = send(AFTER_FIRST, NOTICE)
RECEIVED_FIRST = advance(RECEIVER, FIRST.envelope)


def arrival(lane: Lane, message: Message, kept: Kept = NOTHING) -> Arrival:
    return judge(lane, message.envelope, message.payload, message.salt, kept)[0]


def with_payload(message: Message, payload: bytes) -> Message:
    """The message with other content that its envelope speaks for."""
    envelope = replace(message.envelope, payload_hash=salted_hash(message.salt, payload))
    return Message(envelope, payload, message.salt)


def another_first(**changes: str | int) -> Message:
    changed = replace(FIRST.envelope, **changes)  # type: ignore[arg-type]
    named = replace(changed, id=message_id(changed.case_no, changed.sender, changed.seq))
    return Message(named, FIRST.payload, FIRST.salt)


@given(any_payload)
def test_the_next_message_is_in_order(payload: Payload) -> None:
    message, _ = send(SENDER, payload)
    judged = judge(RECEIVER, message.envelope, message.payload, message.salt, NOTHING)
    assert judged == (Arrival.IN_ORDER, payload)
    assert check_message(message.envelope, message.payload, message.salt) == payload


def test_an_answer_that_saw_the_question_is_in_order() -> None:
    answer, _ = send(RECEIVED_FIRST, CHECK)
    assert arrival(AFTER_FIRST, answer) is Arrival.IN_ORDER


def test_messages_that_cross_are_both_in_order() -> None:
    theirs, _ = send(RECEIVER, CHECK)
    assert arrival(AFTER_FIRST, theirs) is Arrival.IN_ORDER
    assert arrival(RECEIVER, FIRST) is Arrival.IN_ORDER


def test_processing_moves_the_lane_on() -> None:
    assert (RECEIVED_FIRST.received, RECEIVED_FIRST.received_hash) == (1, FIRST.envelope.hash)
    assert arrival(RECEIVED_FIRST, SECOND) is Arrival.IN_ORDER


TWO_SENT = replace(RECEIVER, sent=2, sent_hash="ef" * 32)

CASES: list[tuple[str, Lane, Message, Kept, Arrival]] = [
    ("bad seq", RECEIVER, another_first(seq=0), NOTHING, Arrival.MALFORMED),
    ("content of no type", RECEIVER, with_payload(FIRST, b"{}"), NOTHING, Arrival.MALFORMED),
    ("other case", replace(RECEIVER, case_no="CASE2"), FIRST, NOTHING, Arrival.NOT_FOR_US),
    ("other receiver", replace(RECEIVER, me="440100"), FIRST, NOTHING, Arrival.NOT_FOR_US),
    ("other sender", replace(RECEIVER, other="440100"), FIRST, NOTHING, Arrival.WRONG_SENDER),
    (
        "other content",
        RECEIVER,
        replace(FIRST, payload=b'{"accepted_on":"2026-11-24"}'),
        NOTHING,
        Arrival.PAYLOAD_DIFFERS,
    ),
    ("short salt", RECEIVER, replace(FIRST, salt=FIRST.salt[:-1]), NOTHING, Arrival.PAYLOAD_DIFFERS),
    ("content spoilt", RECEIVER, replace(FIRST, payload=b"{"), NOTHING, Arrival.PAYLOAD_DIFFERS),
    ("other salt", RECEIVER, replace(FIRST, salt=bytes(32)), NOTHING, Arrival.PAYLOAD_DIFFERS),
    ("again", RECEIVED_FIRST, FIRST, Kept(FIRST.envelope.hash), Arrival.ALREADY_RECORDED),
    ("again, nothing recorded", RECEIVED_FIRST, FIRST, NOTHING, Arrival.RECORDED_DIFFERENTLY),
    (
        "again at another time",
        RECEIVED_FIRST,
        another_first(time="2026-11-23T01:02:04Z"),
        Kept(FIRST.envelope.hash),
        Arrival.RECORDED_DIFFERENTLY,
    ),
    ("second before first", RECEIVER, SECOND, NOTHING, Arrival.OUT_OF_ORDER),
    ("first with a forerunner", RECEIVER, another_first(prev="ab" * 32), NOTHING, Arrival.BROKEN_CHAIN),
    (
        "saw what was never sent",
        RECEIVER,
        another_first(seen_seq=1, seen="ab" * 32),
        NOTHING,
        Arrival.BROKEN_CHAIN,
    ),
    (
        "saw another than was sent",
        replace(RECEIVER, sent=1, sent_hash="cd" * 32),
        another_first(seen_seq=1, seen="ab" * 32),
        NOTHING,
        Arrival.BROKEN_CHAIN,
    ),
    (
        "saw another than was sent before the last",
        TWO_SENT,
        another_first(seen_seq=1, seen="ab" * 32),
        Kept(seen="cd" * 32),
        Arrival.BROKEN_CHAIN,
    ),
    (
        "saw less than its message before",
        TWO_SENT,
        another_first(seen_seq=0),
        Kept(saw=1),
        Arrival.BROKEN_CHAIN,
    ),
    (
        "saw one before the last",
        TWO_SENT,
        another_first(seen_seq=1, seen="ab" * 32),
        Kept(seen="ab" * 32, saw=1),
        Arrival.IN_ORDER,
    ),
    ("in order", RECEIVER, FIRST, NOTHING, Arrival.IN_ORDER),
]


@pytest.mark.parametrize(
    ("lane", "message", "kept", "expected"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_each_arrival_has_its_answer(lane: Lane, message: Message, kept: Kept, expected: Arrival) -> None:
    assert arrival(lane, message, kept) is expected


@given(st.lists(st.sampled_from([CHENGDU, QUJING]), max_size=12), st.data())
def test_of_two_who_write_whenever_they_like_every_message_is_in_order_and_no_other_in_its_place(
    order: list[str], data: st.DataObject
) -> None:
    """Each message may wait any time on its way; what it saw is compared at the place it names."""
    lanes = {CHENGDU: SENDER, QUJING: RECEIVER}
    held: dict[str, dict[str, Envelope]] = {CHENGDU: {}, QUJING: {}}
    waiting: dict[str, list[Message]] = {CHENGDU: [], QUJING: []}
    for who in order:
        message, lanes[who] = send(lanes[who], NOTICE)
        held[who][message.name] = message.envelope
        waiting[lanes[who].other].append(message)
        for reader, letters in waiting.items():
            for _ in range(data.draw(st.integers(0, len(letters)))):
                letter, lane = letters.pop(0), lanes[reader]
                kept = look_up(lane, letter.envelope, held[reader].get)
                assert arrival(lane, letter, kept) is Arrival.IN_ORDER
                if letter.envelope.seen_seq:
                    false = replace(letter, envelope=replace(letter.envelope, seen="ab" * 32))
                    assert arrival(lane, false, kept) is Arrival.BROKEN_CHAIN
                lanes[reader] = advance(lane, letter.envelope)
                held[reader][letter.name] = letter.envelope
                again = look_up(lanes[reader], letter.envelope, held[reader].get)
                assert arrival(lanes[reader], letter, again) is Arrival.ALREADY_RECORDED


def test_what_saw_the_end_of_the_lane_needs_no_look_at_what_is_kept() -> None:
    seen = another_first(seen_seq=2, seen="ef" * 32)
    assert named_places(TWO_SENT, seen.envelope) is None
    assert arrival(TWO_SENT, seen) is Arrival.IN_ORDER
    earlier = another_first(seen_seq=1, seen="ab" * 32)
    assert named_places(TWO_SENT, earlier.envelope) == (
        message_id(CASE, CHENGDU, 0),
        message_id(CASE, QUJING, 1),
    )


def test_every_answer_is_shown_above_and_they_stand_in_order_of_precedence() -> None:
    assert list(dict.fromkeys(row[4] for row in CASES)) == list(Arrival)


def test_several_faults_get_the_first_answer() -> None:
    everything = replace(RECEIVER, case_no="CASE2", other="440100", sent=0, received_hash="ab" * 32)
    bad_salt = replace(FIRST, salt=bytes(32))
    unread = replace(FIRST, envelope=replace(FIRST.envelope, seq=0))
    assert arrival(everything, unread) is Arrival.MALFORMED
    assert arrival(everything, bad_salt) is Arrival.NOT_FOR_US
    assert arrival(replace(everything, case_no=CASE), bad_salt) is Arrival.WRONG_SENDER
    assert arrival(replace(everything, case_no=CASE, other=CHENGDU), bad_salt) is Arrival.PAYLOAD_DIFFERS


@given(any_payload, st.data())
def test_a_changed_byte_of_payload_or_salt_is_never_in_order(payload: Payload, data: st.DataObject) -> None:
    message, _ = send(SENDER, payload)
    in_payload = data.draw(st.booleans())
    content = bytearray(message.payload if in_payload else message.salt)
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    now = bytes(content)
    changed = replace(message, payload=now) if in_payload else replace(message, salt=now)
    assert arrival(RECEIVER, changed) is Arrival.PAYLOAD_DIFFERS


def test_what_was_spoilt_on_its_way_is_asked_for_again_and_what_its_sender_signed_so_is_not() -> None:
    """Nobody who carries a delivery can make its receiver refuse a message for good."""
    assert {Arrival.PAYLOAD_DIFFERS, Arrival.OUT_OF_ORDER} == AGAIN
    assert arrival(RECEIVER, replace(FIRST, payload=b"{}")) in AGAIN
    assert arrival(RECEIVER, with_payload(FIRST, b"{}")) not in AGAIN


def test_what_is_wrong_with_a_message_is_said() -> None:
    with pytest.raises(MalformedError, match="not those the envelope speaks for"):
        check_message(FIRST.envelope, FIRST.payload, FIRST.salt[:-1])
    signed = with_payload(FIRST, b"{}")
    with pytest.raises(MalformedError, match="notice has no accepted_on"):
        check_message(signed.envelope, signed.payload, signed.salt)


def test_a_new_lane_has_sent_and_received_nothing() -> None:
    assert (SENDER.sent, SENDER.sent_hash, SENDER.received, SENDER.received_hash) == (0, ZEROS, 0, ZEROS)
