"""Amounts in capital numerals: read back by a reader of its own, they are the amount they were made from."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.values.capitals import DIGITS, in_capitals
from jiexu.values.money import MAX_FEN, AmountError

amounts = st.integers(0, MAX_FEN) | st.builds(
    lambda digit, place: digit * 10**place, st.integers(1, 9), st.integers(0, 12)
)
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def read(text: str) -> int:
    """The fen a text of capital numerals names: by units as they come, without counting places."""
    found = re.fullmatch(r"人民币(?:(\w*?)元)?(?:零)?(?:(.)角)?(?:(.)分)?(整)?", text)
    assert found is not None, text
    yuan, jiao, fen, _ = found.groups()
    return 100 * read_yuan(yuan or "") + 10 * DIGITS.index(jiao or "零") + DIGITS.index(fen or "零")


def read_yuan(text: str) -> int:
    whole = group = digit = 0
    for letter in text:
        if letter in DIGITS:
            digit = DIGITS.index(letter)
        elif letter in UNITS:
            group, digit = group + digit * UNITS[letter], 0
        else:
            whole, group, digit = whole + (group + digit) * {"万": 10**4, "亿": 10**8}[letter], 0, 0
    return whole + group + digit


@given(amounts)
def test_what_stands_on_paper_is_the_amount_to_the_fen(fen: int) -> None:
    assert read(in_capitals(fen)) == fen


@given(amounts)
def test_zeros_are_said_once_and_the_end_is_closed(fen: int) -> None:
    said = in_capitals(fen)
    assert "零零" not in said
    assert said.endswith("整") == (fen % 10 == 0)
    assert not re.search("零[元万亿]", said) or fen == 0
    assert not re.search("(?<![壹贰叁肆伍陆柒捌玖])拾", said)


@given(amounts, amounts)
def test_two_amounts_never_read_alike(one: int, other: int) -> None:
    assert (in_capitals(one) == in_capitals(other)) == (one == other)


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (0, "人民币零元整"),
        (1, "人民币壹分"),
        (105, "人民币壹元零伍分"),
        (1_000, "人民币壹拾元整"),
        (32_504, "人民币叁佰贰拾伍元零肆分"),
        (140_950, "人民币壹仟肆佰零玖元伍角整"),
        (600_714, "人民币陆仟零柒元壹角肆分"),
        (1_640_902, "人民币壹万陆仟肆佰零玖元零贰分"),
        (320_855, "人民币叁仟贰佰零捌元伍角伍分"),
        (10_001_000_123, "人民币壹亿零壹万零壹元贰角叁分"),
        (MAX_FEN, "人民币壹仟亿元整"),
    ],
)
def test_amounts_are_written_as_banks_write_them(fen: int, said: str) -> None:
    assert in_capitals(fen) == said


@pytest.mark.parametrize("fen", [-1, MAX_FEN + 1])
def test_what_no_paper_can_carry_is_refused_with_both_bounds(fen: int) -> None:
    with pytest.raises(AmountError, match=r"between 0 and 100,000,000,000\.00"):
        in_capitals(fen)
