"""Both lanes read again: whole, or every break named."""

from dataclasses import replace
from datetime import date

from exchange_strategies import CHENGDU, QUJING, conversation
from hypothesis import given
from hypothesis import strategies as st

from jiexu.exchange.chain import ChainBreak, Fault, chain_breaks
from jiexu.exchange.payloads import Notice

NOTICE = Notice(date(2026, 11, 23))
senders = st.lists(st.sampled_from([CHENGDU, QUJING]), min_size=1, max_size=12)
A1, B1, A2, B2, A3 = conversation(
    "CASE1", [(sender, NOTICE) for sender in (CHENGDU, QUJING, CHENGDU, QUJING, CHENGDU)]
)


def faults(*envelopes: object) -> list[tuple[str, int, Fault]]:
    return [(each.sender, each.seq, each.fault) for each in chain_breaks(envelopes)]  # type: ignore[arg-type]


@given(st.dictionaries(st.sampled_from(["CASE1", "CASE2"]), senders, min_size=1), st.randoms())
def test_every_conversation_is_whole_in_whatever_order_it_is_read(
    cases: dict[str, list[str]], random: object
) -> None:
    kept = [
        each
        for case, order in cases.items()
        for each in conversation(case, [(sender, NOTICE) for sender in order])
    ]
    random.shuffle(kept)  # type: ignore[attr-defined]
    assert chain_breaks(kept) == ()


@given(senders, st.data())
def test_a_changed_envelope_in_the_middle_is_noticed(order: list[str], data: st.DataObject) -> None:
    kept = conversation("CASE1", [(sender, NOTICE) for sender in [*order, CHENGDU, QUJING]])
    at = data.draw(st.integers(0, len(order) - 1))
    kept[at] = replace(kept[at], payload_hash="ab" * 32)
    assert chain_breaks(kept)


def test_a_missing_message_is_named_in_its_lane_and_where_it_was_seen() -> None:
    assert faults(A1, B1, B2, A3) == [
        (CHENGDU, 2, Fault.MISSING),
        (QUJING, 2, Fault.SEEN_DIFFERS),
    ]


def test_the_first_message_cannot_be_left_out() -> None:
    assert (CHENGDU, 1, Fault.MISSING) in faults(A2, B1)


def test_the_end_of_a_lane_cannot_be_cut_off_where_the_other_side_saw_it() -> None:
    assert faults(A1, B1, B2) == [(QUJING, 2, Fault.SEEN_DIFFERS)]


def test_a_message_with_another_forerunner_is_named() -> None:
    assert faults(replace(A1, prev="ab" * 32)) == [(CHENGDU, 1, Fault.PREV_DIFFERS)]
    assert faults(A1, B1, replace(A2, prev="ab" * 32)) == [(CHENGDU, 2, Fault.PREV_DIFFERS)]


def test_nobody_unsees_a_message() -> None:
    unseen = replace(A2, seen_seq=0, seen="0" * 64)
    assert faults(A1, B1, unseen) == []
    assert faults(A1, B1, A2, B2, replace(A3, seen_seq=0, seen="0" * 64)) == [
        (CHENGDU, 3, Fault.SEEN_GOES_BACK)
    ]


def test_a_place_taken_twice_is_named() -> None:
    assert faults(A1, A1) == [(CHENGDU, 1, Fault.TWICE)]


def test_breaks_name_their_case() -> None:
    assert chain_breaks([A2]) == (
        ChainBreak("CASE1", CHENGDU, 1, Fault.MISSING),
        ChainBreak("CASE1", CHENGDU, 2, Fault.SEEN_DIFFERS),
    )
