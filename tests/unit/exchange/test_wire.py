"""A delivery is read back whole or not at all."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from exchange_strategies import CHENGDU, QUJING, SIGNERS, TIME, any_payload, send
from hypothesis import given

from jiexu.exchange.bundle import Bundle, seal
from jiexu.exchange.canonical import MalformedError, canonical, parse
from jiexu.exchange.envelope import Lane
from jiexu.exchange.payloads import Notice, Payload
from jiexu.exchange.wire import Message, pack, unpack

SIGNER = SIGNERS[CHENGDU]


def one(payload: Payload) -> tuple[Bundle, Message]:
    message, _ = send(Lane("CASE1", CHENGDU, QUJING), payload)
    return (
        seal(
            [message.envelope],
            agency=CHENGDU,
            receiver=QUJING,
            time=TIME,
            key_id=SIGNER.key_id,
            sign=SIGNER.sign,
        ),
        message,
    )


BUNDLE, MESSAGE = one(Notice(date(2026, 11, 23)))


@given(any_payload)
def test_a_delivery_is_read_back(payload: Payload) -> None:
    bundle, message = one(payload)
    assert unpack(pack(bundle, [message])) == (bundle, (message,))


def test_what_is_no_text_is_not_packed() -> None:
    with pytest.raises(MalformedError, match="half a character"):
        pack(BUNDLE, [replace(MESSAGE, payload=b"\xff")])


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("bundle"),
        lambda d: d.update(note=1),
        lambda d: d.update(messages={}),
        lambda d: d.update(messages=d["messages"] * 513),
    ],
    ids=["no bundle", "more", "no list", "too many"],
)
def test_a_delivery_has_exactly_a_bundle_and_messages(change: Any) -> None:
    delivery: Any = parse(pack(BUNDLE, [MESSAGE]))
    change(delivery)
    with pytest.raises(MalformedError, match="exactly a bundle and a list of at most 512"):
        unpack(canonical(delivery))


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.pop("salt"),
        lambda m: m.update(note=1),
        lambda m: m.update(salt="AB"),
        lambda m: m.update(salt=""),
        lambda m: m.update(payload={}),
    ],
    ids=["no salt", "more", "capital hex", "empty salt", "payload as object"],
)
def test_a_message_has_exactly_envelope_payload_and_salt(change: Any) -> None:
    delivery: Any = parse(pack(BUNDLE, [MESSAGE, MESSAGE]))
    change(delivery["messages"][1])
    with pytest.raises(MalformedError, match="Message 1 of the delivery"):
        unpack(canonical(delivery))
