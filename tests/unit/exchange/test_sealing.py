"""Payloads at rest open with their key, for their message, unchanged; and can be erased."""

from dataclasses import replace
from datetime import date

import pytest
from exchange_strategies import CHENGDU, QUJING, conversation
from hypothesis import assume, given
from hypothesis import strategies as st

from jiexu.exchange.chain import chain_breaks
from jiexu.exchange.payloads import Notice
from jiexu.exchange.sealing import NONCE_BYTES, Sealed, SealError, open_sealed, seal_payload

KEY, KEY_ID = b"k" * 32, "rest-2026"
MESSAGE, OTHER_MESSAGE = "0" * 32, "1" * 32
SALT = b"s" * 32
payloads = st.binary(max_size=200)


def at_rest(
    payload: bytes, *, key: bytes = KEY, key_id: str = KEY_ID, message: str = MESSAGE, salt: bytes = SALT
) -> Sealed:
    return seal_payload(key=key, key_id=key_id, message_id=message, salt=salt, payload=payload)


@given(payloads)
def test_a_payload_comes_back_with_its_salt_and_is_sealed_the_same_again(payload: bytes) -> None:
    sealed = at_rest(payload)
    assert open_sealed(sealed, key=KEY, message_id=MESSAGE) == (SALT, payload)
    assert at_rest(payload) == sealed


@given(payloads, payloads)
def test_no_nonce_is_used_for_two_contents_even_under_one_message_id(one: bytes, other: bytes) -> None:
    assume(one != other)
    assert at_rest(one).data[:NONCE_BYTES] != at_rest(other).data[:NONCE_BYTES]


def test_every_part_of_the_context_changes_the_nonce() -> None:
    sealed = [
        at_rest(b"x"),
        at_rest(b"x", key=b"l" * 32),
        at_rest(b"x", key_id="rest-2027"),
        at_rest(b"x", message=OTHER_MESSAGE),
        at_rest(b"x", salt=b"t" * 32),
    ]
    assert len({each.data[:NONCE_BYTES] for each in sealed}) == len(sealed)


@given(payloads, st.data())
def test_a_changed_byte_does_not_open(payload: bytes, data: st.DataObject) -> None:
    sealed = at_rest(payload)
    changed = bytearray(sealed.data)
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealError, match=f"message {MESSAGE} does not open with key {KEY_ID}"):
        open_sealed(replace(sealed, data=bytes(changed)), key=KEY, message_id=MESSAGE)


@pytest.mark.parametrize(
    ("sealed", "key", "message"),
    [
        (at_rest(b"x"), b"l" * 32, MESSAGE),
        (at_rest(b"x"), KEY, OTHER_MESSAGE),
        (replace(at_rest(b"x"), key_id="rest-2027"), KEY, MESSAGE),
        (replace(at_rest(b"x"), data=b""), KEY, MESSAGE),
        (replace(at_rest(b"x"), data=at_rest(b"x").data[:20]), KEY, MESSAGE),
    ],
    ids=["other key", "other message", "other key id", "erased", "cut short"],
)
def test_it_opens_with_its_own_key_and_message_only(sealed: Sealed, key: bytes, message: str) -> None:
    with pytest.raises(SealError):
        open_sealed(sealed, key=key, message_id=message)


def test_keys_and_salts_have_one_length() -> None:
    with pytest.raises(SealError, match="The key for sealing has 3 bytes, not 32"):
        at_rest(b"x", key=b"key")
    with pytest.raises(SealError, match="The salt for sealing has 4 bytes, not 32"):
        at_rest(b"x", salt=b"salt")
    with pytest.raises(SealError, match="The key for sealing"):
        open_sealed(at_rest(b"x"), key=b"", message_id=MESSAGE)


def test_sealed_bytes_do_not_contain_the_content() -> None:
    assert b"document number" not in at_rest(b"document number").data


def test_the_chain_stays_whole_without_any_payload() -> None:
    notice = Notice(date(2026, 11, 23))
    kept = conversation("CASE1", [(CHENGDU, notice), (QUJING, notice), (CHENGDU, notice)])
    # Envelopes are all that is left: nothing of salts or payloads is given.
    assert chain_breaks(kept) == ()
