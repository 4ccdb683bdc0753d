"""Which notice becomes which message, when it is tried again, and that no whole number of a document ever stands in one."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from jiexu.cases.messages import SPARED, Channel, channels_of, minutes_until, without_numbers
from jiexu.values.citizen import make_synthetic


@given(
    st.text(max_size=40),
    st.text(max_size=40),
    st.integers(1, 998),
    st.dates(date(1930, 1, 1), date(2020, 1, 1)),
)
def test_no_number_of_a_document_stands_whole_in_a_message(
    before: str, after: str, one: int, birth: date
) -> None:
    number = make_synthetic(birth, one)
    assert number not in without_numbers(f"{before} {number} {after}")
    assert number not in without_numbers(f"证件{number}。")


def test_what_only_repeats_is_spared_as_a_text_message_alone() -> None:
    for key in SPARED:
        assert channels_of(key, set(Channel)) == (Channel.EMAIL, Channel.WEBHOOK)
    assert channels_of("accepted", {Channel.SMS}) == (Channel.SMS,)
    assert channels_of("accepted", ()) == ()


def test_waits_grow_until_it_is_given_up() -> None:
    waits = [minutes_until(tries, first=5, most=4) for tries in (1, 2, 3, 4, 5)]
    assert waits == [5, 10, 20, None, None]
