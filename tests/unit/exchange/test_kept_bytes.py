"""Bytes that are put together from parts made once are those of the whole value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.exchange.bundle import Bundle, Receipt
from jiexu.exchange.canonical import MalformedError, canonical, kept, parse, write
from jiexu.exchange.codec import check_field, read_record
from jiexu.exchange.envelope import ZEROS
from jiexu.exchange.joint import Joint
from jiexu.exchange.journal_seal import JournalSeal
from jiexu.store.steps import step_content

SEAL = JournalSeal("510100", 1, 7, ZEROS, "ab" * 32, date(2026, 11, 23), "510100-1", "cd" * 64)
BUNDLE = Bundle(3, "510100", "530100", "510100-1", "messages", 1, "ef" * 32, "2026-11-23T01:02:03Z", SEAL, "01" * 64, Joint(1, 2, (ZEROS,)))  # fmt: skip
RECEIPT = Receipt("ef" * 32, "530100", "530100-1", "2026-11-23T01:02:03Z", (("ab" * 16, "recorded"),), "01" * 64, Joint(0, 1, ()))  # fmt: skip
NOT_CONTENT = {"signature", "joint"}
HEX = st.binary(min_size=16, max_size=16).map(bytes.hex)


@pytest.mark.parametrize(
    "kept_one",
    [BUNDLE, replace(BUNDLE, seal=None), replace(BUNDLE, version=2, joint=None), RECEIPT, replace(RECEIPT, joint=None)],
    ids=["bundle", "without a seal", "version 2", "receipt", "receipt alone"],
)  # fmt: skip
def test_what_is_kept_are_the_canonical_bytes_of_the_whole(kept_one: Bundle | Receipt) -> None:
    value = kept_one.as_json()
    assert kept_one.written() == canonical(value)
    said = canonical({name: each for name, each in value.items() if name not in NOT_CONTENT})
    assert kept_one.content().endswith(b"\n" + said)


def test_a_value_kept_is_written_where_it_stands() -> None:
    assert write({"b": kept(SEAL.as_json()), "a": 1}) == canonical({"a": 1, "b": SEAL.as_json()})


@pytest.mark.parametrize(
    ("name", "value"),
    [("agency", "5101"), ("receiver", ""), ("key_id", "510100"), ("purpose", "two words"), ("time", "today")],
)
def test_one_field_is_refused_as_the_whole_record_would_be(name: str, value: str) -> None:
    with pytest.raises(MalformedError) as alone:
        check_field(Bundle, name, value, "bundle")
    with pytest.raises(MalformedError) as whole:
        read_record(Bundle, {**BUNDLE.as_json(), name: value}, "bundle")
    assert str(alone.value) == str(whole.value)
    assert parse(BUNDLE.written()) == BUNDLE.as_json()


@given(st.lists(st.tuples(HEX, HEX), unique_by=lambda pair: pair[0], max_size=12))
def test_rows_that_begin_with_a_name_stand_in_the_order_of_their_bytes(named: list[tuple[str, str]]) -> None:
    rows: list[object] = [list(pair) for pair in named]
    names = ("postings", "holds", "resolutions", "months", "messages", "decisions", "orders", "matches", "notices")  # fmt: skip
    content = step_content(**{name: list(rows) for name in names})
    assert content == dict.fromkeys(names, sorted(rows, key=write))
