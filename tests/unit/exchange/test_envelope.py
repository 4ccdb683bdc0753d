"""What is chained, how it is derived, and what an envelope may hold."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from exchange_strategies import CHENGDU, QUJING, SECRETS, TIME, any_payload, send
from hypothesis import given
from hypothesis import strategies as st

from jiexu.exchange.canonical import MalformedError, digest, parse
from jiexu.exchange.envelope import (
    ZEROS,
    Envelope,
    Lane,
    beijing_day,
    check_envelope,
    compose,
    derive_salt,
    envelope_from_json,
    message_id,
    read_envelope,
    salted_hash,
    time_text,
)
from jiexu.exchange.payloads import MessageType, Notice, Payload

LANE = Lane("CASE1", CHENGDU, QUJING)
NOTICE = Notice(date(2026, 11, 23))


def notice() -> Envelope:
    return send(LANE, NOTICE)[0].envelope


@given(any_payload)
def test_the_same_step_always_makes_the_same_bytes(payload: Payload) -> None:
    assert send(LANE, payload) == send(LANE, payload)


@given(any_payload)
def test_an_envelope_is_read_back_from_its_canonical_bytes(payload: Payload) -> None:
    envelope = send(LANE, payload)[0].envelope
    assert read_envelope(envelope.canonical()) == envelope
    assert envelope_from_json(envelope.as_json()) == envelope


def test_the_second_message_of_a_lane_is_chained_to_the_first_and_names_what_was_seen() -> None:
    first, lane = send(LANE, NOTICE)
    second, after = send(replace(lane, received=7, received_hash="ab" * 32), NOTICE)
    assert (first.envelope.seq, first.envelope.prev, first.envelope.seen_seq) == (1, ZEROS, 0)
    assert first.envelope.seen == ZEROS
    assert (second.envelope.seq, second.envelope.prev) == (2, first.envelope.hash)
    assert (second.envelope.seen_seq, second.envelope.seen) == (7, "ab" * 32)
    assert (after.sent, after.sent_hash) == (2, second.envelope.hash)


def test_an_id_names_one_case_sender_and_sequence() -> None:
    ids = {
        message_id(case, sender, seq) for case in ("A", "B") for sender in (CHENGDU, QUJING) for seq in (1, 2)
    }
    assert len(ids) == 8
    assert all(len(each) == 32 and int(each, 16) >= 0 for each in ids)


def test_the_payload_hash_is_of_salt_and_payload() -> None:
    message = send(LANE, NOTICE)[0]
    assert message.envelope.payload_hash == digest(message.salt + message.payload)
    assert message.envelope.payload_hash == salted_hash(message.salt, message.payload)


def test_salts_differ_by_message_and_by_agency() -> None:
    assert len({derive_salt(secret, each) for secret in SECRETS.values() for each in ("a", "b")}) == 4


def test_an_envelope_hash_is_not_the_plain_hash_of_its_bytes() -> None:
    assert notice().hash != digest(notice().canonical())


@given(any_payload, st.data())
def test_changing_any_byte_of_an_envelope_changes_or_breaks_it(payload: Payload, data: st.DataObject) -> None:
    envelope = send(LANE, payload)[0].envelope
    written = bytearray(envelope.canonical())
    at = data.draw(st.integers(0, len(written) - 1))
    written[at] ^= data.draw(st.integers(1, 255))
    try:
        read = read_envelope(bytes(written))
    except MalformedError:
        return
    assert read.hash != envelope.hash


def test_a_payload_of_another_type_is_not_sent() -> None:
    with pytest.raises(MalformedError, match="type notice was given for a message of type death"):
        compose(lane=LANE, type=MessageType.DEATH, payload=NOTICE, time=TIME, secret=b"")


def test_a_message_is_not_composed_at_a_time_that_does_not_exist() -> None:
    with pytest.raises(MalformedError, match="time must be an instant that exists"):
        compose(lane=LANE, type=MessageType.NOTICE, payload=NOTICE, time="2026-02-30T00:00:00Z", secret=b"")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "0" * 31),
        ("id", "0" * 32),
        ("sender", "51010"),
        ("receiver", 530300),
        ("receiver", CHENGDU),
        ("case_no", "case 1"),
        ("prev", "AB" * 32),
        ("seen", "ab" * 32),
        ("seen_seq", 1),
        ("seen_seq", -1),
        ("seen_seq", False),
        ("time", "2026-11-23 01:02:03"),
        ("time", "2026-11-23T25:00:00Z"),
        ("payload_hash", ""),
        ("version", 2),
        ("seq", 0),
        ("seq", "1"),
        ("type", "notice"),
    ],
)
def test_a_field_that_cannot_be_is_named(field: str, value: object) -> None:
    changed: dict[str, Any] = {field: value}
    wrong = replace(notice(), **changed)
    with pytest.raises(MalformedError, match=r"^The envelope's (id|" + field + "|seen) must be") as refused:
        check_envelope(wrong)
    assert refused.value.code == "envelope_field"


@pytest.mark.parametrize("value", [[], {}, {"id": "x"}, {**notice().as_json(), "note": 1}])
def test_an_envelope_has_exactly_its_keys(value: object) -> None:
    with pytest.raises(MalformedError, match="exactly the keys id, type, version"):
        envelope_from_json(value)


def test_an_unknown_type_is_malformed() -> None:
    with pytest.raises(MalformedError, match="type must be a message type"):
        envelope_from_json({**notice().as_json(), "type": "greeting"})


def test_an_envelope_says_nothing_of_the_content() -> None:
    assert b"accepted_on" not in notice().canonical()
    assert parse(notice().canonical()) == notice().as_json()


def test_times_are_written_in_utc_and_whole_seconds() -> None:
    beijing = timezone(timedelta(hours=8))
    assert time_text(datetime(2026, 11, 23, 9, 2, 3, 999, beijing)) == TIME
    assert time_text(datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)) == TIME
    with pytest.raises(ValueError, match="no time zone"):
        time_text(datetime(2026, 11, 23))  # noqa: DTZ001  the naive instant is what is refused


def test_the_day_of_an_instant_is_the_one_in_beijing() -> None:
    assert beijing_day("2026-11-23T15:59:59Z") == date(2026, 11, 23)
    assert beijing_day("2026-11-23T16:00:00Z") == date(2026, 11, 24)
    for impossible in ("yesterday", "2026-02-30T00:00:00Z", "9999-12-31T16:00:00Z", "2026-11-23T24:00:00Z"):
        with pytest.raises(MalformedError, match="no instant that exists"):
            beijing_day(impossible)
