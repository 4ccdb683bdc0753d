"""One signature for many messages, and one signed receipt that answers them all."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from exchange_strategies import CHENGDU, KEYRING, QUJING, SIGNERS, TIME, any_payload, send
from hypothesis import given, settings
from hypothesis import strategies as st

from jiexu.exchange import merkle
from jiexu.exchange.bundle import (
    MESSAGES,
    OUTCOMES,
    RECORDED,
    REFUSED,
    Bundle,
    BundleError,
    Receipt,
    bundle_from_json,
    check_receipt,
    give_receipt,
    leaf,
    open_bundle,
    receipt_from_json,
    seal,
)
from jiexu.exchange.canonical import MalformedError
from jiexu.exchange.envelope import Envelope, Lane, message_id
from jiexu.exchange.lanes import Arrival, judge
from jiexu.exchange.payloads import Notice, Payload
from jiexu.exchange.signing import Keyring
from jiexu.exchange.wire import Message, pack, unpack

NOTICE = Notice(date(2026, 11, 23))
CHENGDU_KEY, QUJING_KEY = SIGNERS[CHENGDU], SIGNERS[QUJING]


def first_of(case_no: str, payload: Payload = NOTICE) -> Message:
    return send(Lane(case_no, CHENGDU, QUJING), payload)[0]


def envelopes(count: int) -> list[Envelope]:
    return [first_of(f"CASE{number}").envelope for number in range(count)]


def sealed(messages: list[Envelope], **changes: Any) -> Bundle:
    fields = {"agency": CHENGDU, "receiver": QUJING, "key_id": CHENGDU_KEY.key_id, "sign": CHENGDU_KEY.sign}
    return seal(messages, **{**fields, **changes})


THREE = envelopes(3)
BUNDLE = sealed(THREE)


@pytest.mark.parametrize("count", [1, 2, 3, 512])
def test_a_bundle_opens_with_the_envelopes_it_was_sealed_over(count: int) -> None:
    messages = envelopes(count)
    bundle = sealed(messages)
    assert (bundle.count, bundle.purpose) == (count, MESSAGES)
    open_bundle(bundle, messages, verify=KEYRING.verify)
    assert bundle_from_json(bundle.as_json()) == bundle


def test_a_message_is_proven_to_be_in_its_bundle_without_the_others() -> None:
    leaves = [leaf(envelope) for envelope in THREE]
    proof = merkle.inclusion_proof(leaves, 1)
    assert merkle.verify_inclusion(leaf(THREE[1]), 1, BUNDLE.count, proof, bytes.fromhex(BUNDLE.root))


@pytest.mark.parametrize("count", [0, 513])
def test_a_bundle_is_of_1_to_512_messages(count: int) -> None:
    with pytest.raises(BundleError, match="1 to 512") as refused:
        sealed(envelopes(count))
    assert refused.value.code == "bundle_count"


def two_of_a_case() -> list[Envelope]:
    one, lane = send(Lane("CASE1", CHENGDU, QUJING), NOTICE)
    return [one.envelope, send(lane, NOTICE)[0].envelope]


def test_messages_of_a_case_stand_in_rising_order() -> None:
    first, second = two_of_a_case()
    open_bundle(sealed([first, second]), [first, second], verify=KEYRING.verify)
    with pytest.raises(BundleError, match="Message 1 of case CASE1 stands after message 2"):
        sealed([second, first])
    with pytest.raises(BundleError, match="each once"):
        sealed([first, first])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"agency": QUJING, "key_id": QUJING_KEY.key_id}, "bundle_parties"),
        ({"receiver": "440100"}, "bundle_parties"),
        ({"key_id": QUJING_KEY.key_id}, "bundle_key_of_other_agency"),
    ],
)
def test_a_bundle_has_one_sender_one_receiver_and_the_senders_key(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(BundleError) as refused:
        sealed(THREE, **changes)
    assert refused.value.code == code


def test_a_purpose_is_a_word() -> None:
    with pytest.raises(MalformedError, match=r"bundle\.purpose"):
        sealed(THREE, purpose="two words")


def renamed(envelope: Envelope, **changes: Any) -> Envelope:
    changed = replace(envelope, **changes)
    return replace(changed, id=message_id(changed.case_no, changed.sender, changed.seq))


FOREIGN = renamed(THREE[0], sender="440100")
WRONG: list[tuple[str, Bundle, list[Envelope]]] = [
    ("bundle_count", BUNDLE, THREE[:2]),
    ("bundle_count", replace(BUNDLE, count=4), THREE),
    ("bundle_count", replace(BUNDLE, count=0), []),
    ("bundle_parties", BUNDLE, [FOREIGN, *THREE[1:]]),
    ("bundle_parties", replace(BUNDLE, receiver="440100"), THREE),
    ("bundle_order", BUNDLE, [THREE[0], THREE[0], THREE[1]]),
    ("bundle_root", BUNDLE, [THREE[1], THREE[0], THREE[2]]),
    ("bundle_root", BUNDLE, [*THREE[:2], renamed(THREE[2], time="2026-11-23T01:02:04Z")]),
    ("bundle_root", replace(BUNDLE, root="ab" * 32), THREE),
    ("bundle_key_of_other_agency", replace(BUNDLE, key_id=QUJING_KEY.key_id), THREE),
    ("bundle_key_unknown", replace(BUNDLE, key_id=f"{CHENGDU}-2019z"), THREE),
    ("bundle_signature", replace(BUNDLE, purpose="other"), THREE),
    ("bundle_signature", replace(BUNDLE, signature="ab" * 64), THREE),
    ("bundle_signature", sealed(THREE, sign=QUJING_KEY.sign), THREE),
]


@pytest.mark.parametrize(("code", "bundle", "messages"), WRONG)
def test_what_is_wrong_with_a_bundle_is_named(code: str, bundle: Bundle, messages: list[Envelope]) -> None:
    with pytest.raises(BundleError) as refused:
        open_bundle(bundle, messages, verify=KEYRING.verify)
    assert refused.value.code == code


RECEIPT = give_receipt(
    BUNDLE,
    time=TIME,
    outcomes=[(THREE[0].id, RECORDED), (THREE[1].id, REFUSED), (THREE[2].id, Arrival.ALREADY_RECORDED)],
    key_id=QUJING_KEY.key_id,
    sign=QUJING_KEY.sign,
)


def test_a_receipt_lists_what_became_of_each_message() -> None:
    check_receipt(RECEIPT, bundle=BUNDLE, envelopes=THREE, verify=KEYRING.verify)
    assert [outcome for _, outcome in RECEIPT.outcomes] == ["recorded", "refused", "already_recorded"]
    assert receipt_from_json(RECEIPT.as_json()) == RECEIPT


def test_in_order_is_no_outcome_because_such_a_message_is_recorded_or_refused() -> None:
    assert {*Arrival, "recorded", "refused"} - OUTCOMES == {Arrival.IN_ORDER}


@pytest.mark.parametrize(
    ("outcomes", "key_id", "error", "sentence"),
    [
        ([(THREE[0].id, RECORDED)], QUJING_KEY.key_id, BundleError, "speaks for 3 messages and 1 are here"),
        ([(THREE[0].id, RECORDED)] * 3, CHENGDU_KEY.key_id, BundleError, "is not a key of 530300"),
        (
            [(THREE[0].id, "in_order")] * 3,
            QUJING_KEY.key_id,
            MalformedError,
            r"outcomes\[0\] must be a message id",
        ),
        (
            [(THREE[0].id, "lost")] * 3,
            QUJING_KEY.key_id,
            MalformedError,
            r"outcomes\[0\] must be a message id",
        ),
    ],
)
def test_a_receipt_that_could_not_be_right_is_not_given(
    outcomes: list[tuple[str, str]], key_id: str, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        give_receipt(BUNDLE, time=TIME, outcomes=outcomes, key_id=key_id, sign=QUJING_KEY.sign)


WRONG_RECEIPTS: list[tuple[str, Receipt]] = [
    ("receipt_of_other_bundle", replace(RECEIPT, bundle_root="ab" * 32)),
    ("receipt_of_other_bundle", replace(RECEIPT, agency=CHENGDU)),
    ("receipt_lists_others", replace(RECEIPT, outcomes=RECEIPT.outcomes[:2])),
    ("receipt_lists_others", replace(RECEIPT, outcomes=RECEIPT.outcomes[::-1])),
    ("bundle_key_of_other_agency", replace(RECEIPT, key_id=CHENGDU_KEY.key_id)),
    ("bundle_key_unknown", replace(RECEIPT, key_id=f"{QUJING}-2019z")),
    ("bundle_signature", replace(RECEIPT, time="2026-11-23T01:02:04Z")),
    (
        "bundle_signature",
        replace(RECEIPT, outcomes=tuple((message, RECORDED) for message, _ in RECEIPT.outcomes)),
    ),
    ("bundle_signature", replace(RECEIPT, signature=BUNDLE.signature)),
]


@pytest.mark.parametrize(("code", "receipt"), WRONG_RECEIPTS)
def test_what_is_wrong_with_a_receipt_is_named(code: str, receipt: Receipt) -> None:
    with pytest.raises(BundleError) as refused:
        check_receipt(receipt, bundle=BUNDLE, envelopes=THREE, verify=KEYRING.verify)
    assert refused.value.code == code


@pytest.mark.parametrize("outcome", [["a" * 32], ["a" * 32, "recorded", "x"], "recorded"])
def test_an_outcome_is_a_pair(outcome: object) -> None:
    with pytest.raises(MalformedError, match=r"receipt\.outcomes\[0\] must be a list of 2"):
        receipt_from_json({**RECEIPT.as_json(), "outcomes": [outcome]})


def test_without_any_certificate_no_bundle_opens() -> None:
    with pytest.raises(BundleError, match="No valid certificate for key 510100-2026a of 510100"):
        open_bundle(BUNDLE, THREE, verify=Keyring({}).verify)


def delivered(data: bytes) -> None:
    """Everything a receiver checks of a delivery, for messages that are each the first of their case."""
    bundle, messages = unpack(data)
    open_bundle(bundle, [message.envelope for message in messages], verify=KEYRING.verify)
    for message in messages:
        lane = Lane(message.envelope.case_no, QUJING, CHENGDU)
        arrival = judge(lane, message.envelope, message.payload, message.salt, None)
        if arrival is not Arrival.IN_ORDER:
            raise AssertionError(arrival)


@given(st.lists(any_payload, min_size=1, max_size=3), st.data())
@settings(max_examples=300)
def test_every_changed_byte_of_a_delivery_is_noticed(payloads: list[Payload], data: st.DataObject) -> None:
    messages = [first_of(f"CASE{number}", payload) for number, payload in enumerate(payloads)]
    whole = pack(sealed([message.envelope for message in messages]), messages)
    delivered(whole)
    changed = bytearray(whole)
    changed[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises((MalformedError, BundleError, AssertionError)):
        delivered(bytes(changed))


def test_every_byte_of_one_delivery_counts() -> None:
    message = first_of("CASE1")
    whole = pack(sealed([message.envelope]), [message])
    for at in range(len(whole)):
        with pytest.raises((MalformedError, BundleError, AssertionError)):
            delivered(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
