"""A delivery is read back whole or not at all."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from exchange_strategies import CHENGDU, DAY, KEYRING, QUJING, SIGNERS, TIME, any_payload, send
from hypothesis import given

from jiexu.exchange.bundle import Bundle, BundleError, bundle_root, open_bundle, seal
from jiexu.exchange.canonical import MalformedError, canonical, parse
from jiexu.exchange.envelope import Lane, hash_of_value
from jiexu.exchange.lanes import Arrival
from jiexu.exchange.payloads import Notice, Payload
from jiexu.exchange.wire import Message, Unreadable, open_delivery, pack, read_message, unpack

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


UNREADABLE: dict[str, tuple[Any, str]] = {
    "no salt": (lambda m: m.pop("salt"), "Message 1 of the delivery"),
    "more": (lambda m: m.update(note=1), "Message 1 of the delivery"),
    "capital hex": (lambda m: m.update(salt="AB"), "Message 1 of the delivery"),
    "empty salt": (lambda m: m.update(salt=""), "Message 1 of the delivery"),
    "payload as object": (lambda m: m.update(payload={}), "Message 1 of the delivery"),
    "a type to come": (lambda m: m["envelope"].update(type="greeting"), "type must be a message type"),
    "a version to come": (
        lambda m: m["envelope"].update(version=2),
        "version must be an integer from 1 to 1",
    ),
    "a field too many": (lambda m: m["envelope"].update(note=1), "exactly the keys"),
    "no envelope": (lambda m: m.pop("envelope"), "Message 1 of the delivery"),
    "an envelope that is none": (lambda m: m.update(envelope=[]), "exactly the keys"),
    "another id": (lambda m: m["envelope"].update(id="0" * 32), "id must be derived"),
    "an id that is none": (lambda m: m["envelope"].update(id=7), "id must be text"),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_message_that_cannot_be_read_leaves_the_others_readable_and_is_named(what: str) -> None:
    change, sentence = UNREADABLE[what]
    delivery: Any = parse(pack(BUNDLE, [MESSAGE, MESSAGE, MESSAGE]))
    change(delivery["messages"][1])
    _, (before, strange, after) = unpack(canonical(delivery))
    assert before == after == MESSAGE
    assert isinstance(strange, Unreadable)
    assert strange.body == canonical(delivery["messages"][1])
    with pytest.raises(MalformedError, match=sentence):
        raise strange.fault
    with pytest.raises(MalformedError):
        read_message(strange.body)
    envelope = delivery["messages"][1].get("envelope")
    assert strange.hash == hash_of_value(envelope)
    spoilt = isinstance(envelope, dict) and delivery["messages"][0]["envelope"] == envelope
    assert strange.arrival is (Arrival.PAYLOAD_DIFFERS if spoilt else Arrival.MALFORMED)
    has_id = isinstance(envelope, dict) and isinstance(envelope["id"], str)
    assert strange.name == (envelope["id"] if has_id else strange.hash)


def test_a_list_in_the_place_of_a_message_is_unreadable_too() -> None:
    delivery: Any = parse(pack(BUNDLE, [MESSAGE]))
    delivery["messages"] = [["no message"]]
    _, (strange,) = unpack(canonical(delivery))
    assert isinstance(strange, Unreadable)
    assert strange.name == strange.hash == hash_of_value(["no message"])


def test_a_bundle_is_proven_over_what_cannot_be_read_as_over_any_other() -> None:
    """The signature of a sender whose release is newer covers its messages all the same, each answered by itself."""
    envelope = {**MESSAGE.envelope.as_json(), "version": 99}
    hashes = [MESSAGE.hash, hash_of_value(envelope)]
    draft = replace(BUNDLE, count=2, root=bundle_root(hashes))
    bundle = replace(draft, signature=SIGNER.sign(draft.signed_bytes()).hex())
    value: Any = parse(pack(bundle, [MESSAGE, MESSAGE]))
    value["messages"][1]["envelope"] = envelope
    read, messages = unpack(canonical(value))
    open_bundle(read, [each.hash for each in messages], keys=KEYRING, received_on=DAY)
    assert [each.name for each in messages] == [MESSAGE.name] * 2


@given(any_payload)
def test_a_message_is_read_back_from_its_own_bytes(payload: Payload) -> None:
    _, message = one(payload)
    assert read_message(message.body) == message
    assert message.hash == hash_of_value(message.envelope.as_json())


def test_a_delivery_is_opened_by_the_one_it_is_for() -> None:
    data = pack(BUNDLE, [MESSAGE])
    assert open_delivery(data, receiver=QUJING, keys=KEYRING, received_on=DAY) == (BUNDLE, (MESSAGE,))
    with pytest.raises(BundleError, match="is for 530300 and came to 440100"):
        open_delivery(data, receiver="440100", keys=KEYRING, received_on=DAY)
    with pytest.raises(BundleError, match="speaks for 1 messages and 2 are here"):
        open_delivery(pack(BUNDLE, [MESSAGE] * 2), receiver=QUJING, keys=KEYRING, received_on=DAY)
