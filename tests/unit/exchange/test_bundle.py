"""One signature for many messages, and one signed receipt that answers them all."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from exchange_strategies import CHENGDU, DAY, FROM, KEYRING, QUJING, SIGNERS, TIME, UNTIL, any_payload, send
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
    check_receipt_day,
    draft_bundle,
    give_receipt,
    leaf,
    open_bundle,
    receipt_from_json,
    seal,
    sign_together,
)
from jiexu.exchange.canonical import MalformedError
from jiexu.exchange.envelope import Envelope, Lane, message_id
from jiexu.exchange.joint import Joint
from jiexu.exchange.journal_seal import JournalSeal, seal_journal
from jiexu.exchange.lanes import Arrival, Kept, judge
from jiexu.exchange.payloads import Notice, Payload
from jiexu.exchange.signing import Key, Keyring, Sign
from jiexu.exchange.wire import Message, pack, unpack

NOTICE = Notice(date(2026, 11, 23))
ONE_DAY = timedelta(days=1)
CHENGDU_KEY, QUJING_KEY = SIGNERS[CHENGDU], SIGNERS[QUJING]


def first_of(case_no: str, payload: Payload = NOTICE) -> Message:
    return send(Lane(case_no, CHENGDU, QUJING), payload)[0]


def envelopes(count: int) -> list[Envelope]:
    return [first_of(f"CASE{number}").envelope for number in range(count)]


def hashes(messages: list[Envelope]) -> list[str]:
    return [envelope.hash for envelope in messages]


def sealed(messages: list[Envelope], **changes: Any) -> Bundle:
    fields = {"agency": CHENGDU, "receiver": QUJING, "time": TIME, "key_id": CHENGDU_KEY.key_id}
    return seal(messages, **{**fields, "sign": CHENGDU_KEY.sign, **changes})


def journal(agency: str, sign: Sign) -> JournalSeal:
    key_id = SIGNERS[agency].key_id
    return seal_journal([b"a line"], agency=agency, after=None, day=DAY, key_id=key_id, sign=sign)


THREE = envelopes(3)
NAMES = [envelope.id for envelope in THREE]
BUNDLE = sealed(THREE)
JOURNAL = journal(QUJING, QUJING_KEY.sign)
SEALED = sealed(THREE, journal=journal(CHENGDU, CHENGDU_KEY.sign))


@pytest.mark.parametrize("count", [1, 2, 3, 512])
def test_a_bundle_opens_with_the_envelopes_it_was_sealed_over(count: int) -> None:
    messages = envelopes(count)
    bundle = sealed(messages)
    assert (bundle.count, bundle.purpose) == (count, MESSAGES)
    open_bundle(bundle, hashes(messages), keys=KEYRING, received_on=DAY)
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
    open_bundle(sealed([first, second]), hashes([first, second]), keys=KEYRING, received_on=DAY)
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
    ("bundle_root", BUNDLE, [FOREIGN, *THREE[1:]]),
    ("bundle_root", BUNDLE, [THREE[0], THREE[0], THREE[1]]),
    ("bundle_signature", replace(BUNDLE, receiver="440100"), THREE),
    ("bundle_root", BUNDLE, [THREE[1], THREE[0], THREE[2]]),
    ("bundle_root", BUNDLE, [*THREE[:2], renamed(THREE[2], time="2026-11-23T01:02:04Z")]),
    ("bundle_root", replace(BUNDLE, root="ab" * 32), THREE),
    ("bundle_version", replace(BUNDLE, version=1, time=None), THREE),
    ("bundle_seal_of_other", replace(BUNDLE, seal=JOURNAL), THREE),
    ("bundle_from_tomorrow", replace(BUNDLE, time="2026-11-23T16:00:00Z"), THREE),
    ("bundle_key_of_other_agency", replace(BUNDLE, key_id=QUJING_KEY.key_id), THREE),
    ("bundle_key_unknown", replace(BUNDLE, key_id=f"{CHENGDU}-2019z"), THREE),
    ("bundle_signature", replace(BUNDLE, purpose="other"), THREE),
    ("bundle_signature", replace(BUNDLE, signature="ab" * 64), THREE),
    ("bundle_signature", sealed(THREE, sign=QUJING_KEY.sign), THREE),
    ("bundle_signature", replace(BUNDLE, time="2026-11-23T01:02:04Z"), THREE),
    ("bundle_signature", replace(SEALED, seal=None), THREE),
    ("bundle_signature", replace(BUNDLE, seal=SEALED.seal), THREE),
]


@pytest.mark.parametrize(("code", "bundle", "messages"), WRONG)
def test_what_is_wrong_with_a_bundle_is_named(code: str, bundle: Bundle, messages: list[Envelope]) -> None:
    with pytest.raises(BundleError) as refused:
        open_bundle(bundle, hashes(messages), keys=KEYRING, received_on=DAY)
    assert refused.value.code == code


RECEIPT = give_receipt(
    BUNDLE,
    time=TIME,
    outcomes=[(THREE[0].id, RECORDED), (THREE[1].id, REFUSED), (THREE[2].id, Arrival.ALREADY_RECORDED)],
    key_id=QUJING_KEY.key_id,
    sign=QUJING_KEY.sign,
)


def test_a_receipt_lists_what_became_of_each_message() -> None:
    check_receipt(RECEIPT, bundle=BUNDLE, names=NAMES, keys=KEYRING)
    assert [outcome for _, outcome in RECEIPT.outcomes] == ["recorded", "refused", "already_recorded"]
    assert receipt_from_json(RECEIPT.as_json()) == RECEIPT


@pytest.mark.parametrize(("today", "days"), [(DAY, 0), (DAY + ONE_DAY, 0), (DAY - ONE_DAY, 0), (DAY, 1)])
def test_a_receipt_is_of_a_day_between_that_of_its_messages_and_today(today: date, days: int) -> None:
    written = [replace(each, time=f"2026-11-{23 + days}T01:02:03Z") for each in THREE]
    if today >= DAY and not days:
        check_receipt_day(RECEIPT, written, today=today)
    else:
        with pytest.raises(BundleError) as refused:
            check_receipt_day(RECEIPT, written, today=today)
        assert refused.value.code == "receipt_day"


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
        check_receipt(receipt, bundle=BUNDLE, names=NAMES, keys=KEYRING)
    assert refused.value.code == code


@pytest.mark.parametrize("outcome", [["a" * 32], ["a" * 32, "recorded", "x"], "recorded"])
def test_an_outcome_is_a_pair(outcome: object) -> None:
    with pytest.raises(MalformedError, match=r"receipt\.outcomes\[0\] must be a list of 2"):
        receipt_from_json({**RECEIPT.as_json(), "outcomes": [outcome]})


def test_a_bundle_carries_the_newest_seal_over_its_senders_journal() -> None:
    open_bundle(SEALED, hashes(THREE), keys=KEYRING, received_on=DAY)
    assert bundle_from_json(SEALED.as_json()) == SEALED
    with pytest.raises(BundleError, match="carries a seal over the journal of 530300"):
        sealed(THREE, journal=JOURNAL)


def until(last: date) -> Keyring:
    return Keyring({CHENGDU_KEY.key_id: Key(CHENGDU_KEY.public_key, FROM, last)})


@pytest.mark.parametrize(
    ("last", "received_on", "stands"),
    [
        (UNTIL, DAY, True),
        (DAY, DAY, True),
        (DAY, DAY + ONE_DAY, False),
        (DAY + ONE_DAY, DAY + ONE_DAY, True),
        (DAY - ONE_DAY, DAY, False),
    ],
)
def test_a_bundle_opens_while_its_key_stands_on_the_day_signed_and_the_day_received(
    last: date, received_on: date, stands: bool
) -> None:
    """Whoever holds a key that has ended can write any day before its end into a bundle, and gains nothing by it."""
    if stands:
        open_bundle(BUNDLE, hashes(THREE), keys=until(last), received_on=received_on)
    else:
        with pytest.raises(BundleError, match=f"does not stand on {max(last + ONE_DAY, DAY)}") as refused:
            open_bundle(BUNDLE, hashes(THREE), keys=until(last), received_on=received_on)
        assert refused.value.code == "bundle_key_not_valid"


def test_a_receipt_stands_by_the_day_it_was_given_however_late_it_comes() -> None:
    ended = Keyring({QUJING_KEY.key_id: Key(QUJING_KEY.public_key, FROM, DAY)})
    check_receipt(RECEIPT, bundle=BUNDLE, names=NAMES, keys=ended)
    before = Keyring({QUJING_KEY.key_id: Key(QUJING_KEY.public_key, FROM, DAY - ONE_DAY)})
    with pytest.raises(BundleError, match="does not stand on 2026-11-23"):
        check_receipt(RECEIPT, bundle=BUNDLE, names=NAMES, keys=before)


@pytest.mark.parametrize(
    "changes",
    [{"version": 1}, {"time": None}, {"version": 1, "time": None}, {"version": 4}, {"version": 2}, {"joint": None}, {"time": "2026-02-30T00:00:00Z"}],
    ids=["first with a time", "second without", "first said", "fourth", "second with a place", "third without", "no such day"],
)  # fmt: skip
def test_a_bundle_of_another_shape_is_malformed(changes: dict[str, object]) -> None:
    with pytest.raises(MalformedError):
        bundle_from_json({**BUNDLE.as_json(), **changes})


def test_a_bundle_of_the_first_version_is_read_and_says_not_when_it_was_signed() -> None:
    first = {k: v for k, v in BUNDLE.as_json().items() if k not in {"version", "time", "seal", "joint"}}
    read = bundle_from_json(first)
    assert (read.version, read.as_json()) == (1, first)
    assert read.signed_bytes().startswith(b"jiexu/bundle/1\n")
    with pytest.raises(BundleError, match="does not say when it was signed"):
        _ = read.day
    with pytest.raises(MalformedError, match="bundle must be an object"):
        bundle_from_json([])


def test_a_receipt_of_no_day_is_malformed() -> None:
    with pytest.raises(MalformedError, match="no instant that exists"):
        receipt_from_json({**RECEIPT.as_json(), "time": "2026-13-01T00:00:00Z"})


ROUND = sign_together(
    [
        draft_bundle(envelopes(count), agency=CHENGDU, receiver=QUJING, time=TIME, key_id=CHENGDU_KEY.key_id)
        for count in (1, 2, 3, 4, 5)
    ],
    sign=CHENGDU_KEY.sign,
)


def test_what_is_signed_at_once_has_one_signature_and_each_is_proven_by_itself() -> None:
    assert len({bundle.signature for bundle in ROUND}) == 1
    for bundle in ROUND:
        open_bundle(bundle, hashes(envelopes(bundle.count)), keys=KEYRING, received_on=DAY)
        assert bundle_from_json(bundle.as_json()) == bundle


def test_of_very_many_at_once_each_512_have_a_signature() -> None:
    many = sign_together([RECEIPT] * 513, sign=QUJING_KEY.sign)
    assert [many[at].joint for at in (0, 511, 512)] == [Joint(0, 512, path(many[0])), Joint(511, 512, path(many[511])), Joint(0, 1, ())]  # fmt: skip
    for receipt in many[::511]:
        check_receipt(receipt, bundle=BUNDLE, names=NAMES, keys=KEYRING)
    assert sign_together([], sign=QUJING_KEY.sign) == []


def path(receipt: Receipt) -> tuple[str, ...]:
    assert receipt.joint is not None
    return receipt.joint.path


def changed_place(bundle: Bundle, **changes: Any) -> Bundle:
    assert bundle.joint is not None
    return replace(bundle, joint=replace(bundle.joint, **changes))


@given(
    st.sampled_from(ROUND),
    st.sampled_from(ROUND),
    st.integers(0, 511),
    st.integers(1, 512),
    st.integers(0, 3),
)
def test_no_other_place_or_path_proves_a_bundle(
    bundle: Bundle, other: Bundle, index: int, size: int, kept: int
) -> None:
    """Not another's place, not another index or size, not a shorter path, no path at all, and not the other's signer."""
    assert bundle.joint is not None
    moved = [
        replace(bundle, joint=other.joint),
        changed_place(bundle, index=index),
        changed_place(bundle, size=size),
        changed_place(bundle, path=bundle.joint.path[:kept]),
        changed_place(bundle, path=(*bundle.joint.path, "00" * 32)),
        replace(bundle, joint=None),
        replace(bundle, version=2, joint=None),
    ]
    messages = hashes(envelopes(bundle.count))
    for each in moved:
        if each == bundle:
            continue
        with pytest.raises(BundleError) as refused:
            open_bundle(each, messages, keys=KEYRING, received_on=DAY)
        assert refused.value.code in {"bundle_joint", "bundle_signature"}


def test_a_bundle_of_the_second_version_is_signed_by_itself_and_taken() -> None:
    draft = replace(BUNDLE, version=2, joint=None)
    second = replace(draft, signature=CHENGDU_KEY.sign(draft.signed_bytes()).hex())
    assert second.signed_bytes().startswith(b"jiexu/bundle/2\n")
    open_bundle(second, hashes(THREE), keys=KEYRING, received_on=DAY)
    assert bundle_from_json(second.as_json()) == second


def test_a_receipt_of_the_first_version_is_signed_by_itself_and_taken() -> None:
    draft = replace(RECEIPT, joint=None)
    first = replace(draft, signature=QUJING_KEY.sign(draft.signed_bytes()).hex())
    check_receipt(first, bundle=BUNDLE, names=NAMES, keys=KEYRING)
    assert receipt_from_json(first.as_json()) == first
    with pytest.raises(MalformedError, match="give it, or leave it out"):
        receipt_from_json({**RECEIPT.as_json(), "joint": None})
    with pytest.raises(BundleError, match="signature"):
        check_receipt(replace(RECEIPT, joint=None), bundle=BUNDLE, names=NAMES, keys=KEYRING)


def test_without_any_certificate_no_bundle_opens() -> None:
    with pytest.raises(BundleError, match="No valid certificate for key 510100-2026a of 510100"):
        open_bundle(BUNDLE, hashes(THREE), keys=Keyring({}), received_on=DAY)


def delivered(data: bytes) -> None:
    """Everything a receiver checks of a delivery, for messages that are each the first of their case."""
    bundle, messages = unpack(data)
    open_bundle(bundle, [message.hash for message in messages], keys=KEYRING, received_on=DAY)
    for message in messages:
        assert isinstance(message, Message), "what cannot be read is no longer what was signed"
        lane = Lane(message.envelope.case_no, QUJING, CHENGDU)
        arrival, _ = judge(lane, message.envelope, message.payload, message.salt, Kept())
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


@pytest.mark.parametrize(
    ("received_on", "is_kept", "stolen_from", "believed"),
    [
        (DAY, False, DAY + ONE_DAY, True),
        (DAY, True, DAY, True),
        (DAY, False, DAY, False),
        (DAY + ONE_DAY, False, DAY, False),
        (DAY, True, DAY - ONE_DAY, False),
    ],
    ids=[
        "came before the theft",
        "kept here of that very day",
        "came that day",
        "came later",
        "signed later",
    ],
)
def test_what_a_stolen_key_signed_counts_only_where_it_came_before_the_theft(
    received_on: date, is_kept: bool, stolen_from: date, believed: bool
) -> None:
    keys = replace(KEYRING, stolen={CHENGDU_KEY.key_id: stolen_from})
    if believed:
        open_bundle(BUNDLE, hashes(THREE), keys=keys, received_on=received_on, is_kept=is_kept)
        return
    with pytest.raises(BundleError, match="because it was stolen"):
        open_bundle(BUNDLE, hashes(THREE), keys=keys, received_on=received_on, is_kept=is_kept)
